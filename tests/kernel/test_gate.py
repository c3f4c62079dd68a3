"""The gate: every fault is found at its element; what can be executed is accepted."""

import pytest

from engine.kernel.findings import Severity
from engine.kernel.release import check_files
from tests.kernel.drawing import (
    CANCEL,
    TERMINATE,
    at_clock,
    both,
    boundary,
    call,
    catch,
    condition,
    diagram,
    end,
    error,
    escalation,
    event_sub,
    first_of,
    flows,
    message,
    process,
    service,
    shape,
    signal,
    start,
    sub,
    throw,
    timer,
    undo,
    undone_by,
    user,
    xor,
)
from tests.kernel.judging import BadDrawing, after, assert_refused, gate, with_task

TASKS = '<multiInstanceLoopCharacteristics isSequential="true"/>'
ROUNDS = '<standardLoopCharacteristics loopMaximum="2"/>'
NO_WAIT = '<compensateEventDefinition waitForCompletion="false"/>'
BAD: dict[str, BadDrawing] = {
    "missing id": ((start(), "<userTask/>"), "structure/missing-id", "userTask@1"),
    "duplicate id": (
        (*with_task(user("x")), sub("s", start("s1"), user("x"), flows("s1 > x"))),
        "structure/duplicate-id",
        "x",
    ),
    "unknown element": (
        (*with_task(user("x")), "<choreographyTask id='c'/>"),
        "structure/unknown-element",
        "c",
    ),
    "no start": ((user("x"), user("y"), flows("x > y > x")), "structure/no-start", "p"),
    "two starts": (
        (start(), start("second"), user("x"), flows("start > x", "second > x")),
        "structure/several-starts",
        "second",
    ),
    "no incoming flow": (
        (*with_task(user("x")), user("lonely")),
        "structure/unreachable",
        "lonely",
    ),
    "loop of a number that nobody can read": (
        with_task(user("x", f'<standardLoopCharacteristics loopMaximum="{"9" * 5000}"/>')),
        "activity/loop",
        "x",
    ),
    "quantity": (with_task(user("x", startQuantity="2")), "structure/quantity", "x"),
    "dangling flow": (
        (start(), user("x"), flows("start > x > nowhere")),
        "flow/dangling",
        "x_to_nowhere",
    ),
    "flow across scopes": (
        (start(), sub("s", start("s1"), user("x"), flows("s1 > x")), flows("start > s > x")),
        "flow/dangling",
        "s_to_x",
    ),
    "flow into a start": (
        (start(), user("x"), flows("start > x > start")),
        "flow/forbidden-end",
        "x_to_start",
    ),
    "condition after a parallel gateway": (
        (start(), both("fork"), user("x"), flows("start > fork", "fork ? a > x")),
        "flow/condition-not-evaluated",
        "fork_to_x",
    ),
    "default of another": (
        (start(), xor("g", default="start_to_g"), user("x"), flows("start > g > x")),
        "flow/default",
        "g",
    ),
    "complex gateway": (with_task(shape("complexGateway", "x")), "gateway/complex", "x"),
    "choice without condition": (
        (start(), xor("g"), user("x"), user("y"), flows("start > g > x", "g ? a > y")),
        "gateway/no-condition",
        "g",
    ),
    "event gateway before one event": (
        (start(), first_of("g"), catch("x", timer()), flows("start > g > x")),
        "gateway/event-targets",
        "g",
    ),
    "event gateway before a message event and a receive task": (
        (
            start(),
            first_of("g"),
            catch("x", message("m")),
            shape("receiveTask", "y", messageRef="message_n"),
            flows("start > g > x", "g > y"),
        ),
        "gateway/event-targets",
        "g",
    ),
    "event gateway before a task": (
        (start(), first_of("g"), user("x"), flows("start > g > x")),
        "gateway/event-targets",
        "x",
    ),
    "condition that says nothing": (
        after(catch("x", "<conditionalEventDefinition/>")),
        "expression/empty",
        "x",
    ),
    "nothing to undo": (after(throw("x", undo())), "compensation/throw", "x"),
    "nothing to undo but what undoes": (
        (
            *with_task(
                sub(
                    "s",
                    throw("x", undo()),
                    event_sub("e", undo(), user("y"), flows("e_start > y")),
                )
            ),
        ),
        "compensation/throw",
        "x",
    ),
    "undoing that nobody waits for": (
        (*with_task(user("y"), "y"), undone_by("y", "z"), throw("x", NO_WAIT), flows("y > x")),
        "compensation/throw",
        "x",
    ),
    "undoing what is repeated": (
        (
            *with_task(sub("x", start("s"), user("y"), undone_by("y", "z"), loop=TASKS)),
            flows("s > y"),
        ),
        "compensation/repeated",
        "x",
    ),
    "undoing of a process": (
        (*with_task(user("x")), event_sub("e", undo(), user("y"), flows("e_start > y"))),
        "compensation/start",
        "e_start",
    ),
    "second event sub-process that undoes": (
        with_task(
            sub(
                "s",
                user("y"),
                event_sub("one", undo(), user("a"), flows("one_start > a")),
                event_sub("x", undo(), user("b"), flows("x_start > b")),
            )
        ),
        "compensation/start",
        "x",
    ),
    "second compensation of an activity": (
        (
            *with_task(user("y"), "y"),
            undone_by("y", "z"),
            boundary("x", "y", undo()),
            shape("userTask", "w", isForCompensation="true"),
            '<association id="line" sourceRef="x" targetRef="w"/>',
            throw("t", undo()),
            flows("y > t"),
        ),
        "compensation/handler",
        "x",
    ),
    "compensation without handler": (
        (*with_task(user("x")), boundary("b", "x", undo())),
        "compensation/handler",
        "b",
    ),
    "cancel end outside a transaction": (
        (start(), end("x", CANCEL), flows("start > x")),
        "transaction/cancel",
        "x",
    ),
    "cancel boundary of a sub-process": (
        (*with_task(sub("x", user("y"))), boundary("b", "x", CANCEL)),
        "transaction/cancel",
        "b",
    ),
    "two definitions that cannot be thrown together": (
        (start(), end("x", error("E") + TERMINATE), flows("start > x")),
        "event/several-definitions",
        "x",
    ),
    "escalation of an end that goes further": (
        (start(), end("x", escalation("E") + TERMINATE), flows("start > x")),
        "event/several-definitions",
        "x",
    ),
    "compensation as one of several that has nothing to undo": (
        (start(), end("x", message("m") + undo()), flows("start > x")),
        "compensation/throw",
        "x",
    ),
    "definition that stands nowhere": (
        after(catch("x", "<eventDefinitionRef>nothing</eventDefinitionRef>")),
        "event/shared-definition",
        "x",
    ),
    "all of several on a boundary": (
        (
            *with_task(user("x")),
            boundary("b", "x", timer() + signal("s"), parallelMultiple="true"),
        ),
        "event/several-definitions",
        "b",
    ),
    "repeated task behind an event gateway": (
        (
            start(),
            first_of("g"),
            shape("receiveTask", "x", ROUNDS, messageRef="message_m"),
            catch("y", timer()),
            flows("start > g > x", "g > y"),
        ),
        "gateway/event-targets",
        "x",
    ),
    "all of several behind an event gateway": (
        (
            start(),
            first_of("g"),
            catch("x", timer() + signal("s"), parallelMultiple="true"),
            catch("y", timer()),
            flows("start > g > x", "g > y"),
        ),
        "gateway/event-targets",
        "x",
    ),
    "catches nothing": (after(catch("x", "")), "event/nothing-to-wait-for", "x"),
    "message without reference": (
        after(catch("x", "<messageEventDefinition/>")),
        "event/reference",
        "x",
    ),
    "boundary of nothing": (
        (*with_task(user("x")), boundary("b", "nobody", timer())),
        "event/attached",
        "b",
    ),
    "error that does not interrupt": (
        (*with_task(user("x")), boundary("b", "x", error("E"), interrupting=False)),
        "event/interrupting",
        "b",
    ),
    "event sub-process without event": (
        (*with_task(user("x")), event_sub("e", "", user("y"), flows("e_start > y"))),
        "event/sub-process-start",
        "e",
    ),
    "link without partner": (
        after(throw("x", '<linkEventDefinition name="away"/>')),
        "event/link",
        "x",
    ),
    "conditional start of a process": (
        (start("begin", condition("a = 1")), user("x"), flows("begin > x")),
        "event/start-of-process",
        "begin",
    ),
    "timer without time": (after(catch("x", "<timerEventDefinition/>")), "event/timer", "x"),
    "timer beyond the last year": (after(catch("x", timer("P9999Y"))), "word/value", "x"),
    "timer that is no duration": (after(catch("x", timer("soon"))), "word/value", "x"),
    "timer on an unknown clock": (
        after(catch("x", at_clock("handling", "80 %"))),
        "word/value",
        "x",
    ),
    "ad-hoc sub-process": (
        with_task(shape("adHocSubProcess", "x", start("s"))),
        "activity/container",
        "x",
    ),
    "for compensation": (
        with_task(user("x", isForCompensation="true")),
        "compensation/activity",
        "x",
    ),
    "script in Python": (
        with_task(shape("scriptTask", "x", "<script>a = 1</script>")),
        "activity/script",
        "x",
    ),
    "decision that is not there": (
        with_task(shape("businessRuleTask", "x", cl_decision="nobody")),
        "activity/no-decision",
        "x",
    ),
    "result of no decision": (
        with_task(shape("businessRuleTask", "x", cl_result="level")),
        "activity/no-decision",
        "x",
    ),
    "operation that is not there": (
        with_task(shape("sendTask", "x", operationRef="nothing")),
        "activity/message",
        "x",
    ),
    "message that is not there": (
        with_task("<receiveTask id='x' messageRef='nothing'/>"),
        "activity/message",
        "x",
    ),
    "calls nobody": (with_task(call("x", "nobody")), "activity/called-process", "x"),
    "loop without number": (with_task(user("x", TASKS)), "activity/loop", "x"),
    "condition in another language": (
        (
            start(),
            xor("g", default="g_to_y"),
            user("x"),
            user("y"),
            flows("start > g", "g ? ${a} > x", "g > y"),
        ),
        "expression/feel",
        "g_to_x",
    ),
}


@pytest.mark.parametrize("name", BAD)
def test_gate_refuses_naming_rule_element_line_and_way_out(name: str) -> None:
    assert_refused(BAD[name])


GOOD: dict[str, tuple[str, ...]] = {
    "task": with_task(user("x")),
    "no start and no end": (user("x"), user("y"), flows("x > y")),
    "external task of Camunda": with_task(
        shape("serviceTask", "x").replace(
            ">",
            ' xmlns:c="http://camunda.org/schema/1.0/bpmn" c:type="external" c:topic="t">',
            1,
        )
    ),
    "receive task": with_task(shape("receiveTask", "x", messageRef="message_m")),
    "message start": (start("begin", message("m")), user("x"), flows("begin > x")),
    "signal boundary": (*with_task(user("x")), boundary("b", "x", signal("s"))),
    "flow without id": (
        start(),
        user("x"),
        '<sequenceFlow sourceRef="start" targetRef="x"/>',
    ),
    "service": with_task(service("x")),
    "drawing data": (*with_task(user("x")), shape("dataObject", "d")),
    "drawing a data store": (*with_task(user("x")), shape("dataStoreReference", "d")),
}


@pytest.mark.parametrize("name", GOOD)
def test_gate_accepts_what_can_be_executed(name: str) -> None:
    assert [str(f) for f in gate(*GOOD[name]) if f.severity is Severity.ERROR] == []


@pytest.mark.parametrize(
    ("begin", "accepted"), [(start("s", message("m")), False), (start("s"), True), ("", True)]
)
def test_call_needs_a_process_that_begins_without_an_event(begin: str, *, accepted: bool) -> None:
    inside = (begin, user("a"), end("e"), flows("s > a > e" if begin else "a > e"))
    caller = process("p", start(), call("c", "q"), end(), flows("start > c > end"))
    found = check_files({"d.bpmn": diagram(caller, process("q", *inside))})
    errors = [(f.rule, f.element) for f in found if f.severity == "error"]
    assert errors == ([] if accepted else [("activity/called-process", "c")])


def test_reference_may_carry_a_prefix() -> None:
    late = boundary("late", "tns:x", timer()) + end("given_up") + flows("late > given_up")
    assert [f for f in gate(*with_task(user("x")), late) if f.severity is Severity.ERROR] == []


def test_note_at_a_compensation_event_does_not_hide_its_handler() -> None:
    note = shape("textAnnotation", "note", "<text>why</text>")
    note += shape("association", "about", sourceRef="x_undo", targetRef="note")
    drawn = note + undone_by("x", "undo_x")
    assert [f for f in gate(*with_task(user("x")), drawn) if f.severity is Severity.ERROR] == []
