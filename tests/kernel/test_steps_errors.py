"""Errors and escalations: who catches them, what they end, where they go uncaught."""

import pytest

from engine.domain.errors import UncaughtBpmnError
from tests.kernel.drawing import (
    TERMINATE,
    at_clock,
    both,
    boundary,
    call,
    diagram,
    end,
    error,
    escalation,
    event_sub,
    flows,
    message,
    process,
    service,
    start,
    sub,
    throw,
    user,
    words,
)
from tests.kernel.story import MORNING, Desk, Story


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


def test_cancelled_instance_has_no_waits_left() -> None:
    story = Story(two_sides(error("E1")))
    story.instance.cancel()
    story._saved()
    assert story.finished
    assert story.instance.cancelled
    assert story.open == []
