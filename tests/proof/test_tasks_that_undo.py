"""Tasks that undo: no flow leads there, and limits and acts count there all the same."""

from engine.kernel.proof.separation import find_unseparated
from engine.kernel.proof.time_coverage import find_uncovered
from tests.kernel.drawing import (
    CANCEL,
    boundary,
    end,
    event_sub,
    flows,
    start,
    sub,
    throw,
    transaction,
    undo,
    undone_by,
    user,
    words,
)
from tests.proof.proving import definition_of, paths

CLOCK = words('<cl:clock name="work" limit="4 工作时"/>')


def uncovered(*parts: str) -> dict[tuple[str, str | None], str]:
    definition = definition_of(CLOCK, *parts)
    found = paths(list(find_uncovered(definition, {})))
    return {key: path for key, path in found.items() if key[0] == "no-limit"}


def test_task_that_undoes_is_reached_where_something_is_undone() -> None:
    drawn = (
        start(),
        user("do", cl_startsClock="work"),
        undone_by("do", "mend"),
        user("stop", cl_stopsClock="work"),
    )
    late = uncovered(*drawn, end("end", undo()), flows("start > do > stop > end"))
    assert late == {
        ("no-limit", "do"): "start do",
        ("no-limit", "mend"): "start do stop end mend",
    }
    early = uncovered(*drawn, throw("back", undo()), flows("start > do > back > stop"))
    assert set(early) == {("no-limit", "do")}


def test_only_what_is_meant_is_undone() -> None:
    drawn = (
        start(),
        user("one"),
        undone_by("one", "mend_one"),
        user("two"),
        undone_by("two", "mend_two"),
        end("end", undo("one")),
        flows("start > one > two > end"),
    )
    assert {"mend_one", "mend_two"} & {name for _, name in uncovered(*drawn)} == {"mend_one"}


def test_cancelled_transaction_undoes_what_is_in_it() -> None:
    deal = transaction(
        "deal",
        start("s1"),
        user("book"),
        undone_by("book", "unbook"),
        end("off", CANCEL),
        flows("s1 > book > off"),
    )
    beside = user("other") + undone_by("other", "mend")
    sorry = boundary("sorry", "deal", CANCEL) + flows("sorry > other")
    found = uncovered(start(), deal, beside, sorry, flows("start > deal"))
    assert ("no-limit", "unbook") in found
    assert ("no-limit", "mend") not in found


def test_event_sub_process_that_undoes_is_looked_into() -> None:
    undoing = event_sub("back", undo(), user("ask"), flows("back_start > ask"))
    inside = sub("work", start("s1"), user("do"), flows("s1 > do"), undoing)
    found = uncovered(start(), inside, end("end", undo()), flows("start > work > end"))
    assert ("no-limit", "ask") in found


def test_what_undoes_a_step_leads_nowhere() -> None:
    inside = sub("work", start("s1"), user("do"), undone_by("do", "mend"), user("then"))
    definition = definition_of(
        CLOCK,
        start(),
        inside.replace("</subProcess>", flows("s1 > do > then") + "</subProcess>"),
        user("after"),
        flows("start > work > after"),
    )
    found = paths(list(find_uncovered(definition, {})))
    assert found["no-limit", "after"] == "start work s1 do then after"


def test_act_of_a_task_that_undoes_is_missed() -> None:
    definition = definition_of(
        start(),
        user("do", cl_axis="handling", cl_act="handle"),
        undone_by("do", "mend").replace('id="mend"', 'id="mend" cl:axis="handling"'),
        end("end", undo()),
        flows("start > do > end"),
    )
    assert ("missing-act", "mend") in paths(list(find_unseparated(definition)))
