"""What is told of the edges of a diagram: what begins it, what ends it, and what does nothing."""

from tests.describe.telling import told, told_of
from tests.kernel.drawing import (
    call,
    end,
    error,
    flows,
    message,
    process,
    script,
    shape,
    start,
    sub,
    timer,
    user,
)

_TERMINATE = "<terminateEventDefinition/>"


def ended(*definitions: str) -> list[str]:
    found = told(start(), user("u"), end("e", "".join(definitions)), flows("start > u > e"))
    return found["e"]


def test_end_that_throws_and_terminates_tells_both_in_their_order() -> None:
    first, then = ended(_TERMINATE, message("done"))
    assert first.startswith("First: ")
    assert "“done”" in first
    assert then.startswith("The whole procedure ends")


def test_error_is_told_last_whatever_was_drawn_first() -> None:
    [said] = ended(error("late"), message("done"))
    assert said.index("“done”") < said.index("late")


def test_start_by_time_is_told_to_open_a_case_by_itself() -> None:
    found = told(start("start", timer("PT1H")), user("u"), flows("start > u"))["start"]
    assert "opens here by itself" in found[0]
    assert "becomes current" in found[0]
    assert found[1].startswith("Then go to")


def test_start_by_message_or_time_tells_each() -> None:
    found = told(start("start", message("m") + timer("PT1H")), user("u"), flows("start > u"))
    by_message, by_time = found["start"][:2]
    assert "“m”" in by_message
    assert "opens here by itself" in by_time
    assert "“m”" not in by_time


def test_scope_in_which_nothing_begins_is_passed() -> None:
    found = told(start(), sub("s"), user("u"), flows("start > s > u"))["s"]
    assert found[0] == "Nothing in this step is begun: passed without waiting."


def test_script_without_assignments_writes_nothing() -> None:
    found = told(start(), script("x"), user("u"), flows("start > x > u"))["x"]
    assert found[0].startswith("Nothing is written here")


def test_rule_task_of_a_worker_is_told_as_a_job() -> None:
    task = shape("businessRuleTask", "x", cl_topic="rate")
    found = told(start(), task, user("u"), flows("start > x > u"))["x"]
    assert "`rate`" in found[0]


def test_task_that_begins_the_procedure_says_so() -> None:
    task = shape("receiveTask", "x", instantiate="true", messageRef="message_m")
    found = told(task, user("u"), end(), flows("x > u > end"))["x"]
    assert any("can also begin the procedure" in said for said in found)


def test_called_procedure_without_a_name_is_told_by_its_id() -> None:
    calls = process("p", start(), call("c", "q"), end(), flows("start > c > end"))
    asks = process("q", start("begin"), user("ask"), flows("begin > ask"))
    found = told_of(calls, asks)["c"]
    assert found[0] == "Calls the procedure `q` and waits for its end."
