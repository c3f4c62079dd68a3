"""Time coverage: a limit, a reminder and somebody who is told for each human task; no way round."""

from engine.kernel.compile.model import Definition
from engine.kernel.proof.time_coverage import find_past_check, find_uncovered
from tests.kernel.drawing import (
    at_clock,
    both,
    boundary,
    end,
    event_sub,
    flows,
    message,
    shape,
    start,
    sub,
    timer,
    user,
    words,
    xor,
)
from tests.proof.proving import definition_of, paths

CLOCK = words('<cl:clock name="work" limit="4 工作时"/>')
TELL = words('<cl:notify to="&quot;role:leader&quot;" message="late"/>')


def tell(name: str, clock: str, point: str) -> str:
    inside = (shape("sendTask", f"{name}_tell", TELL), end(f"{name}_end"))
    way = flows(f"{name}_start > {name}_tell > {name}_end")
    return event_sub(name, at_clock(clock, point), *inside, way, interrupting=False)


def uncovered(definition: Definition) -> dict[tuple[str, str | None], str]:
    return paths(list(find_uncovered(definition, {definition.process_id: definition})))


def clocked(*more: str) -> Definition:
    """`order` starts the clock, `work` runs under it."""
    return definition_of(
        CLOCK,
        start(),
        user("order", cl_startsClock="work", cl_role="dispatcher"),
        user("work", cl_stopsClock="work", cl_role="crew"),
        end(),
        flows("start > order > work > end"),
        *more,
    )


def test_task_before_any_clock_has_no_limit() -> None:
    found = uncovered(clocked(tell("soon", "work", "80 %"), tell("late", "work", "100 %")))
    assert found == {("no-limit", "order"): "start order"}


def test_clock_that_nobody_speaks_of_lacks_reminder_and_escalation() -> None:
    assert uncovered(clocked()) == {
        ("no-limit", "order"): "start order",
        ("no-reminder", "work"): "start order work",
        ("no-escalation", "work"): "start order work",
    }


def test_reminder_alone_tells_nobody_when_it_is_late() -> None:
    found = uncovered(clocked(tell("soon", "work", "-1 工作时")))
    assert set(found) == {("no-limit", "order"), ("no-escalation", "work")}


def test_escalation_that_tells_nobody_is_none() -> None:
    silent = event_sub(
        "late",
        at_clock("work", "100 %"),
        end("late_end"),
        flows("late_start > late_end"),
        interrupting=False,
    )
    found = uncovered(clocked(tell("soon", "work", "80 %"), silent))
    assert ("no-escalation", "work") in found


def test_way_on_which_the_clock_does_not_run_is_told() -> None:
    definition = definition_of(
        CLOCK,
        start(),
        user("order", cl_startsClock="work@now", cl_outcomes="now later"),
        xor("which", default="which_to_wait"),
        user("wait"),
        user("work"),
        end(),
        flows('start > order > which ? outcome = "now" > work > end', "which > wait > work"),
        tell("soon", "work", "80 %"),
        tell("late", "work", "100 %"),
    )
    found = uncovered(definition)
    assert found["no-limit", "work"] == "start order which wait work"
    assert found["no-limit", "wait"] == "start order which wait"


def test_answer_decides_whether_the_clock_runs_behind_it() -> None:
    definition = definition_of(
        CLOCK,
        start(),
        user("order", cl_startsClock="work@now", cl_outcomes="now never"),
        xor("which", default="which_to_end"),
        user("work", cl_role="crew"),
        end(),
        flows('start > order > which ? outcome = "now" > work > end', "which > end"),
        tell("soon", "work", "80 %"),
        tell("late", "work", "100 %"),
    )
    assert uncovered(definition) == {("no-limit", "order"): "start order"}


def test_timers_at_a_task_or_around_it_are_a_limit() -> None:
    inside = sub("inner", start("in"), user("a"), end("x"), flows("in > a > x"))
    definition = definition_of(
        start(),
        inside,
        boundary("soon", "inner", timer(), interrupting=False),
        boundary("late", "inner", timer("PT2H")),
        user("remind", cl_role="crew"),
        user("take_over", cl_role="leader"),
        end(),
        end("reminded"),
        end("taken"),
        flows("start > inner > end", "soon > remind > reminded", "late > take_over > taken"),
    )
    found = uncovered(definition)
    assert ("no-limit", "a") not in found
    assert ("no-reminder", "a") not in found
    assert ("no-escalation", "a") not in found
    assert found["no-limit", "take_over"].endswith("late take_over")


def test_more_tasks_without_limit_than_anybody_reads_are_summed_up() -> None:
    names = [f"t{n}" for n in range(150)]
    definition = definition_of(
        start(),
        *(user(name) for name in names),
        end(),
        flows(" > ".join(["start", *names, "end"])),
    )
    found = list(find_uncovered(definition, {}))
    assert len(found) == 101
    assert found[-1].element == "t100"


def closing(*parts: str) -> dict[tuple[str, str | None], str]:
    tasks = (user("handle", cl_act="handle"), user("check", cl_act="check"))
    definition = definition_of(start(), *tasks, end("closed", cl_outcome="closed"), *parts)
    return paths(list(find_past_check(definition)))


def test_every_way_through_the_check_is_no_finding() -> None:
    assert closing(flows("start > handle > check > closed")) == {}


def test_way_past_the_check_is_found_by_its_shortest_run() -> None:
    found = closing(
        xor("trust"),
        user("ask"),
        flows("start > handle > trust ? x = 1 > ask > closed", "trust > check > closed"),
    )
    assert found == {("past-check", "closed"): "start handle trust ask closed"}


def test_handling_again_asks_for_another_check() -> None:
    found = closing(
        xor("good", default="good_to_closed"),
        xor("again"),
        user("rework", cl_act="handle"),
        flows("start > again > handle > check > good ? x = 1 > rework > closed", "good > closed"),
    )
    assert found == {("past-check", "closed"): "start again handle check good rework closed"}


def test_check_in_a_parallel_branch_is_waited_for() -> None:
    found = closing(
        both("fork"),
        both("join"),
        user("tidy"),
        flows("start > handle > fork > check > join > closed", "fork > tidy > join"),
    )
    assert found == {}


def test_timer_that_breaks_the_check_off_leads_past_it() -> None:
    found = closing(
        boundary("late", "check", timer()),
        flows("start > handle > check > closed", "late > closed"),
    )
    assert found == {("past-check", "closed"): "start handle check late closed"}


def test_event_that_ends_the_case_leads_past_the_check() -> None:
    stop = event_sub(
        "stop", message("stop"), end("stopped", cl_outcome="closed"), flows("stop_start > stopped")
    )
    found = closing(stop, flows("start > handle > check > closed"))
    assert found == {("past-check", "stopped"): "start stop stop_start stopped"}
