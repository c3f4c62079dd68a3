"""What is told of time: clocks and their points, limits, and starts by the time."""

from tests.describe.telling import told
from tests.kernel.drawing import (
    at_clock,
    end,
    event_sub,
    flows,
    start,
    undo,
    undone_by,
    user,
    words,
)

CLOCK = words('<cl:clock name="handling" limit="4 工作时"/>')
NONE = "The diagram sets no limit for this step."
LIMIT = "To be done within the limit of the clock “handling”, which is 4 working hours."


def test_task_that_undoes_has_the_limit_of_the_clock_that_runs_then() -> None:
    drawn = (
        CLOCK,
        start(),
        user("do", cl_startsClock="handling"),
        undone_by("do", "mend"),
        end("end", undo()),
    )
    assert LIMIT in told(*drawn, flows("start > do > end"))["mend"]
    stopped = user("stop", cl_stopsClock="handling")
    assert NONE in told(*drawn, stopped, flows("start > do > stop > end"))["mend"]


def test_task_that_nothing_leads_to_is_not_said_to_have_no_limit() -> None:
    found = told(
        CLOCK, start(), user("do"), undone_by("do", "mend"), end(), flows("start > do > end")
    )
    assert NONE not in found["mend"]


def test_points_of_a_clock_are_told_in_the_order_of_time() -> None:
    points = ["+1 工作日", "+4 工作时", "100 %", "-4 工作时", "-1 工作日", "80 %", "+300 工作分钟"]
    subs = [
        event_sub(f"e{n}", at_clock("handling", point), interrupting=False)
        for n, point in enumerate(points)
    ]
    found = told(CLOCK, start(), user("do"), end(), *subs, flows("start > do > end"))
    begun = [said.partition(", situation")[0] for said in found["clock:handling"][1:]]
    assert [said.removeprefix("Once in a case: when it ") for said in begun] == [
        "has used 80 % of its limit",
        "has 1 working day left",
        "has 4 working hours left",
        "has used all of its limit (100 %)",
        "has passed its limit by 4 working hours",
        "has passed its limit by 300 working minutes",
        "has passed its limit by 1 working day",
    ]
