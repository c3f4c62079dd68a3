"""Separation as drawn: acts, lanes and roles that do not fit, and what nobody would see."""

from engine.domain.separation import FurtherPair
from engine.kernel.proof.opening import openings
from engine.kernel.proof.separation import find_unseparated
from tests.kernel.drawing import end, flows, start, user, words
from tests.proof.proving import definition_of, paths


def handle(**attributes: str) -> str:
    said = {"cl_role": "crew", "cl_axis": "handling", "cl_act": "handle", **attributes}
    return user("handle", **{name: value for name, value in said.items() if value})


def check(inside: str = "", **attributes: str) -> str:
    said = {"cl_role": "collector", "cl_axis": "supervision", "cl_act": "check", **attributes}
    return user("check", inside, **{name: value for name, value in said.items() if value})


def found(*tasks: str, pairs: tuple[FurtherPair, ...] = ()) -> dict[tuple[str, str | None], str]:
    definition = definition_of(start(), *tasks, end(), flows("start > handle > check > end"))
    return paths(list(find_unseparated(definition, pairs)))


def test_each_act_on_its_own_axis_is_separated() -> None:
    assert found(handle(), check()) == {}


def test_handler_who_checks_is_found_by_the_way_to_the_check() -> None:
    seen = found(handle(), check(cl_role="crew", cl_axis="handling"))
    assert seen == {("axis", "check"): "start handle check"}


def test_role_of_another_axis_is_found() -> None:
    assert found(handle(), check(cl_role="department")) == {("axis", "check"): "start handle check"}


def test_check_that_is_open_to_everybody_is_found() -> None:
    assert ("axis", "check") in found(handle(), check(cl_role="", cl_axis=""))


def test_handling_without_an_act_is_not_counted() -> None:
    assert found(handle(cl_act=""), check()) == {("missing-act", "handle"): "start handle"}


def test_one_person_gets_both_where_the_first_is_not_counted() -> None:
    seen = found(handle(cl_act="", cl_role="guard", cl_axis=""), check(cl_role="guard"))
    assert ("gap", "check") not in seen, "nobody knows what a guard's work is"
    seen = found(handle(cl_act="reply", cl_role="guard"), check(cl_role="guard", cl_axis=""))
    assert seen["gap", "check"] == "start handle check"


def test_task_that_only_its_excluded_doer_may_do_is_nobodys() -> None:
    seen = found(handle(), check(words('<cl:separation same="handle"/>')))
    assert seen == {("nobody", "check"): "start handle check"}


def test_task_for_who_did_it_and_who_did_not_is_nobodys() -> None:
    marks = '<cl:separation same="verify"/><cl:separation from="verify"/>'
    verify = user("verify", cl_act="verify", cl_role="collector", cl_axis="supervision")
    definition = definition_of(
        start(), verify, check(words(marks)), end(), flows("start > verify > check > end")
    )
    assert paths(list(find_unseparated(definition))) == {("nobody", "check"): "start verify check"}


def test_further_pair_makes_the_same_person_nobody() -> None:
    verify = user("verify", cl_act="verify", cl_role="collector", cl_axis="supervision")
    definition = definition_of(
        start(),
        verify,
        check(words('<cl:separation same="verify"/>')),
        end(),
        flows("start > verify > check > end"),
    )
    assert not list(find_unseparated(definition))
    assert list(find_unseparated(definition, (FurtherPair("verify", "check"),)))


def test_openings_are_what_the_expressions_of_the_start_can_say() -> None:
    definition = definition_of(
        start(
            cl_role='=if source = "collector" then "collector" else "acceptor"',
            cl_act='=if source = "collector" then "report" else "register"',
        ),
        end(),
        flows("start > end"),
    )
    assert set(openings(definition)) == {
        ("start", "collector", "report"),
        ("start", "acceptor", "register"),
    }
