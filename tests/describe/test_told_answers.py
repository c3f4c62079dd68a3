"""Which way an answer takes: told where the answer decides alone, and never where more is asked."""

import pytest

from engine.feel import compile_expression
from engine.kernel.proof.walk import answers_of, holds
from tests.describe.telling import told
from tests.kernel.drawing import catch, end, first_of, flows, message, some, start, timer, user, xor

STOPS = "if none holds: it stops here as an incident until somebody decides."


def ways(*conditions: str, default: bool = False, loop: str = "") -> list[str]:
    """What is told of the ways behind a task with the answers a, b and c."""
    lines = [f"g ? {text} > e{n}" for n, text in enumerate(conditions)]
    rest = ["g > rest"] if default else []
    found = told(
        start(),
        user("u", loop, cl_outcomes="a b c"),
        xor("g", **({"default": "g_to_rest"} if default else {})),
        *(end(f"e{n}") for n in range(len(conditions))),
        end("rest") if default else "",
        flows("start > u > g", *lines, *rest),
    )
    return found["u"][found["u"].index(next(s for s in found["u"] if s.endswith(":"))) :]


@pytest.mark.parametrize(
    "more", ["urgent", "amount >= 3", "not(urgent)", "count(items) >= 3", "now() >= limit"]
)
def test_answer_is_only_a_part_of_a_condition(more: str) -> None:
    said = " ".join(ways(f'outcome = "a" and {more}', default=True))
    assert "with the answer" not in said
    assert "otherwise: finish at" in said
    assert more.split("(", maxsplit=1)[0].split(" ", maxsplit=1)[0] in said


def test_answer_with_a_condition_beside_it_may_find_no_way() -> None:
    assert ways('outcome = "a" and urgent', 'outcome != "a"')[-1] == STOPS


@pytest.mark.parametrize(
    ("conditions", "said"),
    [
        (['outcome = "a"', 'outcome != "a"'], ["“a”", "“b” or “c”"]),
        (['outcome in ("a", "b")', 'outcome = "c"'], ["“a” or “b”", "“c”"]),
        (['outcome in ("a", "b")', 'outcome != "a"'], ["“a” or “b”", "“c”"]),
        (['not(outcome = "c")', 'outcome = "c"'], ["“a” or “b”", "“c”"]),
    ],
)
def test_conditions_on_the_answer_alone_are_told_as_answers(
    conditions: list[str], said: list[str]
) -> None:
    found = ways(*conditions)
    assert found[0] == "Then one of:"
    assert [s.partition(":")[0] for s in found[1:]] == [f"with the answer {one}" for one in said]


def test_answers_without_a_way_are_told() -> None:
    assert ways('outcome in ("a", "b")', 'outcome = "x"')[-1] == STOPS


def test_way_that_no_answer_takes_is_told_as_such() -> None:
    found = ways('outcome != "c"', 'outcome = "a"', 'outcome = "c"')
    assert found[3].startswith("if the last answer is “a” (no answer leads here): finish at")


def test_task_that_may_have_no_round_gives_no_answer() -> None:
    loop = '<multiInstanceLoopCharacteristics cl:collection="=people" cl:item="one"/>'
    found = ways('outcome = "a"', default=True, loop=loop)
    assert [s.partition(":")[0] for s in found[1:]] == ["if the last answer is “a”", "otherwise"]


def test_answers_of_a_condition_are_those_of_the_proof() -> None:
    condition = compile_expression('outcome in ("a", "b")')
    assert answers_of(condition, ("a", "b", "c")) == frozenset({"a", "b"})
    assert answers_of(compile_expression('outcome = "a" and now() >= limit'), ("a",)) is None
    by_time = 'outcome = "a" and now() > date and time("2030-01-01T00:00:00Z")'
    assert holds(compile_expression(by_time), "a") is None
    endless = "every x in 1..100000 satisfies every y in 1..100000 satisfies outcome != string(y)"
    assert holds(compile_expression(endless), "a") is None


def test_named_way_to_an_event_is_not_always_taken() -> None:
    race = flows("start > race > late > end", "race > paid > end")
    found = told(
        start(),
        first_of("race"),
        catch("late", timer()),
        catch("paid", message("paid")),
        end(),
        race.replace('id="race_to_late"', 'id="race_to_late" name="late"'),
    )
    assert found["start"][2:] == [
        "(drawn as “late”): go to step 2 `late`.",
        "go to step 3 `paid`.",
    ]


def test_way_without_condition_beside_others_is_always_taken() -> None:
    ways_out = flows("start > u > g", "g ? x = 1 > e", "g > f")
    found = told(start(), user("u"), some("g"), end("e"), end("f"), ways_out)
    assert "always: finish at end 1 `f`." in found["u"]
