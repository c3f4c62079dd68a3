"""Boundary events, event sub-processes, errors, escalations, signals, terminate ends."""

from datetime import timedelta

import pytest

from engine.domain.errors import UncaughtBpmnError
from tests.kernel.drawing import (
    TERMINATE,
    at_clock,
    both,
    boundary,
    call,
    catch,
    cycle,
    diagram,
    end,
    error,
    escalation,
    event_sub,
    flows,
    message,
    process,
    service,
    signal,
    start,
    sub,
    throw,
    timer,
    user,
    words,
)
from tests.kernel.story import MORNING, Desk, Story


def test_interrupting_boundary_timer_cancels_its_task() -> None:
    drawing = diagram(
        process(
            "p",
            start(),
            user("answer"),
            boundary("too_late", "answer", timer("PT5M")),
            user("escalate"),
            flows("start > answer", "too_late > escalate"),
        )
    )
    story = Story(drawing)
    assert story.wait("too_late").due == MORNING + timedelta(minutes=5)
    assert story.fire("too_late").open == ["escalate"]
    assert story.path[-4:] == ["xanswer", "+too_late", "-too_late", "+escalate"]
    assert Story(drawing).complete("answer").finished


def test_non_interrupting_boundary_message_comes_as_often_as_it_is_sent() -> None:
    drawing = diagram(
        process(
            "p",
            start(),
            user("answer"),
            boundary("asked", "answer", message("asked"), interrupting=False),
            user("explain"),
            flows("start > answer", "asked > explain"),
        )
    )
    story = Story(drawing).message("asked").message("asked")
    assert story.work == ["answer", "explain", "explain"]
    assert story.complete("answer").open == ["explain", "explain"]


def test_boundary_cycle_fires_its_rounds_and_no_more() -> None:
    drawing = diagram(
        process(
            "p",
            start(),
            user("answer"),
            boundary("remind", "answer", cycle("R2/PT1H"), interrupting=False),
            end("reminded"),
            flows("start > answer", "remind > reminded"),
        )
    )
    story = Story(drawing).fire("remind")
    assert story.wait("remind").due == MORNING + timedelta(hours=2)
    assert story.fire("remind").open == ["answer"]
    assert story.ends == ["reminded", "reminded"]


def two_sides(thrown: str, *, interrupting: bool = True) -> bytes:
    """Two parallel sub-processes that throw the same code, each with a handler of its own."""
    sides = "".join(
        sub(
            side,
            start(f"{side}_start"),
            user(f"{side}_work"),
            throw(f"{side}_throw", thrown) if "escalation" in thrown else "",
            end(f"{side}_end", "" if "escalation" in thrown else thrown),
            flows(
                f"{side}_start > {side}_work > "
                + (f"{side}_throw > " if "escalation" in thrown else "")
                + f"{side}_end"
            ),
        )
        + boundary(f"{side}_caught", side, thrown, interrupting=interrupting)
        + user(f"{side}_handler")
        for side in ("left", "right")
    )
    return diagram(
        process(
            "p",
            start(),
            both("fork"),
            sides,
            flows(
                "start > fork > left",
                "fork > right",
                "left_caught > left_handler",
                "right_caught > right_handler",
            ),
        )
    )


def test_error_reaches_the_activity_that_threw_it_and_no_other() -> None:
    story = Story(two_sides(error("E1"))).complete("left_work")
    assert story.open == ["left_handler", "right_work"]


def test_escalation_reaches_its_own_activity_and_does_not_stop_it() -> None:
    story = Story(two_sides(escalation("S1"), interrupting=False)).complete("left_work")
    assert story.open == ["left_handler", "right_work"]
    assert "-left_end" in story.path


def test_named_error_handler_comes_before_the_catch_all() -> None:
    drawing = diagram(
        process(
            "p",
            start(),
            service("fetch"),
            boundary("anything", "fetch", error()),
            boundary("missing", "fetch", error("MISSING")),
            user("repair"),
            user("ask"),
            flows("start > fetch", "anything > repair", "missing > ask"),
        )
    )
    story = Story(drawing)
    assert story.error("fetch", "MISSING")
    assert story.open == ["ask"]
    other = Story(drawing)
    assert other.error("fetch", "BROKEN")
    assert other.open == ["repair"]


def test_uncaught_error_of_a_job_changes_nothing() -> None:
    story = Story(diagram(process("p", start(), service("fetch"), flows("start > fetch"))))
    before = story.state
    assert not story.error("fetch", "BROKEN")
    assert story.state == before


def test_uncaught_error_end_is_told_by_name() -> None:
    drawing = diagram(
        process("p", start(), user("a"), end("broken", error("E1")), flows("start > a > broken"))
    )
    story = Story(drawing)
    with pytest.raises(UncaughtBpmnError, match="broken"):
        story.complete("a")


def test_error_leaves_called_processes_outwards() -> None:
    inner = process(
        "inner", start("in"), user("work"), end("bad", error("E1")), flows("in > work > bad")
    )
    outer = process(
        "outer",
        start(),
        call("ask_inner", "inner"),
        boundary("failed", "ask_inner", error("E1")),
        user("repair"),
        flows("start > ask_inner", "failed > repair"),
    )
    story = Story(diagram(outer, inner), process="outer")
    assert story.complete("work").open == ["repair"]
    assert "xask_inner" in story.path


def test_message_event_subprocess_interrupts_only_when_it_says_so() -> None:
    def drawing(*, interrupting: bool) -> bytes:
        return diagram(
            process(
                "p",
                start(),
                user("work"),
                event_sub(
                    "stop",
                    message("stop"),
                    user("approve"),
                    flows("stop_start > approve"),
                    interrupting=interrupting,
                ),
                flows("start > work"),
            )
        )

    gentle = Story(drawing(interrupting=False)).message("stop").message("stop")
    assert gentle.work == ["approve", "approve", "work"]
    assert "stop_start" in gentle.open
    harsh = Story(drawing(interrupting=True)).message("stop")
    assert harsh.open == ["approve"]
    assert harsh.complete("approve").finished


@pytest.mark.parametrize("event", [message("m"), signal("s"), timer("P14D"), escalation("E")])
def test_dormant_event_subprocess_never_blocks_completion(event: str) -> None:
    drawing = diagram(
        process(
            "p",
            start(),
            user("work"),
            end(),
            event_sub("later", event, user("x"), flows("later_start > x"), interrupting=False),
            flows("start > work > end"),
        )
    )
    story = Story(drawing).complete("work")
    assert story.finished
    assert story.open == []


def test_event_subprocess_inside_a_subprocess_ends_with_it() -> None:
    drawing = diagram(
        process(
            "p",
            start(),
            sub(
                "inner",
                start("in"),
                user("work"),
                event_sub(
                    "more",
                    message("more"),
                    user("extra"),
                    flows("more_start > extra"),
                    interrupting=False,
                ),
                flows("in > work"),
            ),
            user("after"),
            flows("start > inner > after"),
        )
    )
    story = Story(drawing).message("more").complete("work")
    assert story.work == ["extra"]
    assert "more_start" in story.open
    assert story.complete("extra").open == ["after"]
    assert Story(drawing).complete("work").open == ["after"]


def test_void_application_ends_the_case_by_its_error() -> None:
    """The error of one event sub-process is caught by the one beside it."""
    drawing = diagram(
        process(
            "p",
            start(),
            user("work"),
            event_sub(
                "application",
                message("void_requested"),
                user("approve"),
                end("approved", error("VOID")),
                flows("application_start > approve > approved"),
                interrupting=False,
            ),
            event_sub(
                "void_case",
                error("VOID"),
                end("void", TERMINATE, cl_outcome="void"),
                flows("void_case_start > void"),
            ),
            flows("start > work"),
        )
    )
    story = Story(drawing).message("void_requested").complete("approve")
    assert story.finished
    assert story.ends == ["approved", "void"]
    assert "xwork" in story.path


def test_error_thrown_by_its_own_handler_goes_outwards() -> None:
    drawing = diagram(
        process(
            "p",
            start(),
            sub(
                "inner",
                start("in"),
                end("bad", error("E1")),
                event_sub(
                    "mend",
                    error("E1"),
                    end("worse", error("E1")),
                    flows("mend_start > worse"),
                ),
                flows("in > bad"),
            ),
            boundary("given_up", "inner", error("E1")),
            user("person"),
            flows("start > inner", "given_up > person"),
        )
    )
    assert Story(drawing).open == ["person"]


def test_escalation_nobody_catches_leaves_the_instance() -> None:
    drawing = diagram(
        process(
            "p", start(), throw("tell", escalation("LATE")), user("a"), flows("start > tell > a")
        )
    )
    story = Story(drawing)
    assert story.open == ["a"]
    assert [(t.kind, t.name) for t in story.thrown] == [("escalation", "LATE")]


def test_escalation_event_subprocess_runs_beside_the_thrower() -> None:
    drawing = diagram(
        process(
            "p",
            start(),
            sub(
                "inner",
                start("in"),
                throw("tell", escalation("LATE")),
                user("a"),
                flows("in > tell > a"),
            ),
            event_sub(
                "told", escalation("LATE"), user("b"), flows("told_start > b"), interrupting=False
            ),
            flows("start > inner"),
        )
    )
    story = Story(drawing)
    assert story.open == ["a", "b"]
    assert story.thrown == []


def test_signal_reaches_every_waiting_event_once() -> None:
    drawing = diagram(
        process(
            "p",
            start(),
            both("fork"),
            catch("calm", signal("alarm")),
            user("work"),
            boundary("alarmed", "work", signal("alarm")),
            user("evacuate"),
            user("note"),
            flows("start > fork > calm > note", "fork > work", "alarmed > evacuate"),
        )
    )
    story = Story(drawing)
    assert story.signal("nothing") == 0
    assert story.signal("alarm") == 2
    assert story.open == ["evacuate", "note"]


def test_signal_end_event_is_heard_inside_and_leaves_the_instance() -> None:
    drawing = diagram(
        process(
            "p",
            start(),
            both("fork"),
            user("press"),
            end("ring", signal("alarm")),
            catch("hear", signal("alarm")),
            user("run"),
            flows("start > fork > press > ring", "fork > hear > run"),
        )
    )
    story = Story(drawing).complete("press")
    assert story.open == ["run"]
    assert [(t.kind, t.name) for t in story.thrown] == [("signal", "alarm")]


def test_signal_that_cancels_its_own_thrower_leaves_no_token() -> None:
    drawing = diagram(
        process(
            "p",
            start(),
            sub(
                "inner",
                start("in"),
                throw("shout", signal("alarm")),
                user("a"),
                flows("in > shout > a"),
            ),
            boundary("heard", "inner", signal("alarm")),
            user("b"),
            flows("start > inner", "heard > b"),
        )
    )
    assert Story(drawing).open == ["b"]


def test_terminate_end_ends_its_own_scope_only() -> None:
    drawing = diagram(
        process(
            "p",
            start(),
            sub(
                "inner",
                start("in"),
                both("fork"),
                user("a"),
                user("b"),
                end("stop", TERMINATE),
                flows("in > fork > a > stop", "fork > b"),
            ),
            user("after"),
            flows("start > inner > after"),
        )
    )
    story = Story(drawing).complete("a")
    assert story.open == ["after"]
    assert "xb" in story.path


def test_terminate_end_of_the_process_withdraws_open_escalations() -> None:
    drawing = diagram(
        process(
            "p",
            words('<cl:clock name="handling" limit="4 工作时"/>'),
            start(),
            user("work"),
            end("closed", TERMINATE, cl_outcome="closed"),
            event_sub(
                "overdue",
                at_clock("handling", "100 %"),
                call("escalate", "escalation"),
                flows("overdue_start > escalate"),
                interrupting=False,
            ),
            flows("start > work > closed"),
        ),
        process("escalation", start("told"), user("reply", cl_act="reply"), flows("told > reply")),
    )
    story = Story(drawing, process="p", desk=Desk())
    assert story.wait("overdue_start").due is None
    story.instance.set_due(story.wait("overdue_start").token, MORNING)
    story.fire("overdue_start")
    assert story.work == ["reply", "work"]
    assert story.wait("overdue_start").due is None
    story.complete("work")
    assert story.finished
    assert [step for step in story.path if step[0] == "x"] == ["xreply", "xescalate", "xoverdue"]


def test_timer_event_subprocess_takes_its_first_due_from_the_host() -> None:
    desk = Desk()
    desk.clock_dues["80 %"] = MORNING + timedelta(hours=3)
    drawing = diagram(
        process(
            "p",
            words('<cl:clock name="handling" limit="4 工作时"/>'),
            start(),
            user("work"),
            event_sub(
                "remind",
                at_clock("handling", "80 %"),
                end("r"),
                flows("remind_start > r"),
                interrupting=False,
            ),
            flows("start > work"),
        )
    )
    assert Story(drawing, desk=desk).wait("remind_start").due == MORNING + timedelta(hours=3)


def test_message_wait_carries_its_correlation_key() -> None:
    drawing = diagram(
        process("p", start(), catch("paid", message("paid"), cl_key="=bill"), flows("start > paid"))
    )
    wait = Story(drawing, {"bill": 17}).wait("paid")
    assert (wait.name, wait.key) == ("paid", "17")


def test_cancelled_instance_has_no_waits_left() -> None:
    story = Story(two_sides(error("E1")))
    story.instance.cancel()
    story._saved()
    assert story.finished
    assert story.instance.cancelled
    assert story.open == []
