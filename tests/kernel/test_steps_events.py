"""Timers, messages and signals at boundaries and in event sub-processes; terminate ends."""

from datetime import timedelta

import pytest

from tests.kernel.drawing import (
    TERMINATE,
    at_clock,
    both,
    boundary,
    catch,
    cycle,
    diagram,
    end,
    escalation,
    event_sub,
    flows,
    message,
    process,
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
