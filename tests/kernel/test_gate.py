"""The gate: every fault is found at its element; what can be executed is accepted."""

import pytest

from engine.kernel.findings import DiagramError, Finding, Severity
from engine.kernel.release import check_files, check_release, compile_release
from engine.kernel.rules import REGISTRY
from tests.kernel.drawing import (
    CANCEL,
    at_clock,
    both,
    boundary,
    call,
    catch,
    diagram,
    end,
    error,
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
    words,
    xor,
)


def gate(*parts: str, **attributes: str) -> list[Finding]:
    return check_files({"p.bpmn": diagram(process("p", *parts, **attributes))})


def with_task(task: str, name: str = "x") -> tuple[str, ...]:
    return (start(), task, end(), flows(f"start > {name} > end"))


def after(event: str, name: str = "x") -> tuple[str, ...]:
    return (start(), event, flows(f"start > {name}"))


TASKS = '<multiInstanceLoopCharacteristics isSequential="true"/>'
NO_WAIT = '<compensateEventDefinition waitForCompletion="false"/>'
BAD: dict[str, tuple[tuple[str, ...], str, str]] = {
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
        (start(), end("x", error("E") + signal("s")), flows("start > x")),
        "event/several-definitions",
        "x",
    ),
    "all of several on a boundary": (
        (
            *with_task(user("x")),
            boundary("b", "x", timer() + signal("s"))
            .replace("<bound", "<bound", 1)
            .replace('attachedToRef="x"', 'attachedToRef="x" parallelMultiple="true"'),
        ),
        "event/several-definitions",
        "b",
    ),
    "several behind an event gateway": (
        (start(), first_of("g"), catch("x", timer() + signal("s")), flows("start > g > x")),
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
    "timer start of a process": (
        (start("begin", timer()), user("x"), flows("begin > x")),
        "event/start-of-process",
        "begin",
    ),
    "timer without time": (after(catch("x", "<timerEventDefinition/>")), "event/timer", "x"),
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
    "service without topic": (with_task(shape("serviceTask", "x")), "activity/no-topic", "x"),
    "script in Python": (
        with_task(shape("scriptTask", "x", "<script>a = 1</script>")),
        "activity/script",
        "x",
    ),
    "rule without decision": (
        with_task(shape("businessRuleTask", "x")),
        "activity/no-decision",
        "x",
    ),
    "sends nothing": (with_task(shape("sendTask", "x")), "activity/nothing-sent", "x"),
    "message that is not there": (
        with_task("<receiveTask id='x' messageRef='nothing'/>"),
        "activity/message",
        "x",
    ),
    "calls nobody": (with_task(call("x", "nobody")), "activity/called-process", "x"),
    "loop without number": (with_task(user("x", TASKS)), "activity/loop", "x"),
    "data store": (
        (*with_task(user("x")), shape("dataStoreReference", "d")),
        "data/store",
        "d",
    ),
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
    "clock that is not there": (with_task(user("x", cl_startsClock="nothing")), "word/value", "x"),
    "reason for no outcome": (
        with_task(user("x", cl_outcomes="yes", cl_reasonRequired="no")),
        "word/value",
        "x",
    ),
    "unknown output type": (
        with_task(user("x", words('<cl:output name="a" type="colour"/>'))),
        "word/value",
        "x",
    ),
    "unit within of another type": (
        with_task(user("x", words('<cl:output name="a" type="text" within="b"/>'))),
        "word/value",
        "x",
    ),
    "one at a time where nothing begins": (
        (start("begin", cl_single="true"), user("x"), flows("begin > x")),
        "word/value",
        "begin",
    ),
    "reason of a timer": (
        after(shape("intermediateCatchEvent", "x", timer("PT1H"), cl_reasonRequired="*")),
        "word/value",
        "x",
    ),
    "act that is worked out": (
        with_task(user("x", cl_act="=if a then 1 else 2")),
        "word/value",
        "x",
    ),
    "separation from nobody": (
        with_task(user("x", words("<cl:separation/>"))),
        "word/value",
        "x",
    ),
    "separation from what is not there": (
        with_task(user("x", words('<cl:separation from="void_reqested"/>'))),
        "word/value",
        "x",
    ),
    "misspelt word": (with_task(user("x", cl_outcoms="yes")), "word/unknown", "x"),
    "misspelt child": (with_task(user("x", words('<cl:outputs name="a"/>'))), "word/unknown", "x"),
    "misspelt attribute": (
        with_task(user("x", words('<cl:output name="a" needed="true"/>'))),
        "word/unknown",
        "x",
    ),
    "word without its attribute": (
        with_task(user("x", words('<cl:output type="text"/>'))),
        "word/missing",
        "x",
    ),
}


@pytest.mark.parametrize("name", BAD)
def test_gate_refuses_naming_rule_element_line_and_way_out(name: str) -> None:
    parts, rule, element = BAD[name]
    found = [f for f in gate(*parts) if f.severity is Severity.ERROR]
    match = next((f for f in found if f.rule == rule and f.element == element), None)
    assert match is not None, [str(f) for f in found]
    assert match.line >= 1
    assert match.message
    assert match.help
    with pytest.raises(DiagramError):
        compile_release({"p.bpmn": diagram(process("p", *parts))})


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
}


@pytest.mark.parametrize("name", GOOD)
def test_gate_accepts_what_can_be_executed(name: str) -> None:
    assert [str(f) for f in gate(*GOOD[name]) if f.severity is Severity.ERROR] == []


def test_foreign_expression_gets_the_feel_text_proposed() -> None:
    found = gate(
        start(),
        xor("g", default="g_to_y"),
        user("x"),
        user("y"),
        flows("start > g", "g ? ${amount == 1} > x", "g > y"),
    )
    finding = next(f for f in found if f.rule == "expression/feel")
    assert "amount" in finding.help
    assert "${" not in finding.help


def test_vendor_words_that_act_are_refused_and_the_rest_is_named() -> None:
    task = user("x").replace(
        ">", ' xmlns:v="urn:vendor" v:colour="red" v:class="com.example.Job">', 1
    )
    found = gate(*with_task(task))
    assert [(f.rule, f.element) for f in found] == [
        ("foreign/behaviour", "x"),
        ("foreign/no-effect", "x"),
    ]


def test_file_without_executable_process_is_documentation() -> None:
    data = diagram(process("p", *with_task(user("x")), isExecutable="false"))
    checked = check_release({"p.bpmn": data})
    assert checked.accepted
    assert checked.executable == {"p.bpmn": ()}
    assert [f.rule for f in checked.findings] == ["file/documentation-only"]
    forced = check_release({"p.bpmn": data}, as_executable=True)
    assert forced.executable == {"p.bpmn": ("p",)}


def test_expression_may_not_read_a_personal_field() -> None:
    schema = b'{"properties": {"reporter": {"personal": true}, "source": {}}}'
    flow = (
        start(),
        xor("g", default="g_to_y"),
        user("x"),
        user("y"),
        flows("start > g", 'g ? case.reporter.name = "Li" > x', "g > y"),
    )
    files = {"p.bpmn": diagram(process("p", *flow)), "case.schema.json": schema}
    assert [f.rule for f in check_files(files) if f.severity is Severity.ERROR] == [
        "expression/personal"
    ]


def test_decision_may_not_read_a_personal_field() -> None:
    dmn = b"""<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="d"
      namespace="urn:d"><inputData id="r" name="reporter"/><decision id="who" name="who">
      <informationRequirement id="i"><requiredInput href="#r"/></informationRequirement>
      <literalExpression><text>reporter.name</text></literalExpression></decision></definitions>"""
    schema = b'{"properties": {"reporter": {"personal": true}}}'
    found = check_files({"d.dmn": dmn, "case.schema.json": schema})
    assert [(f.rule, f.file) for f in found] == [("expression/personal", "d.dmn")]


def test_join_behind_one_choice_is_warned_about() -> None:
    found = gate(
        start(),
        first_of("race"),
        catch("a", message("a")),
        catch("b", timer()),
        both("join"),
        end(),
        flows("start > race > a > join", "race > b > join > end"),
    )
    assert "gateway/join-waits-for-ever" in {f.rule for f in found}


def test_house_rules_speak_only_about_cases() -> None:
    parts = with_task(user("Activity_0k2j9x1"), "Activity_0k2j9x1")
    assert gate(*parts) == []
    rules = {f.rule for f in gate(*parts, cl_profile="case")}
    assert {"house/readable-id", "house/role", "house/act", "house/end-outcome"} <= rules


def test_decision_that_no_file_holds_is_refused() -> None:
    found = gate(*with_task(shape("businessRuleTask", "x", cl_decision="levels")))
    assert [(f.rule, f.element) for f in found] == [("activity/no-decision", "x")]


def test_case_that_breaks_a_house_rule_is_accepted_but_not_publishable() -> None:
    data = diagram(process("p", *with_task(user("x")), cl_profile="case"))
    checked = check_release({"p.bpmn": data})
    assert checked.accepted
    assert not checked.publishable


def test_two_files_with_one_process_id_are_refused() -> None:
    data = diagram(process("p", *with_task(user("x"))))
    found = check_files({"a.bpmn": data, "b.bpmn": data})
    assert [(f.rule, f.file) for f in found] == [("file/process-twice", "b.bpmn")]


def test_every_rule_has_two_texts() -> None:
    assert len(REGISTRY) > 60
    for name, rule in REGISTRY.items():
        assert rule.id == name
        assert "/" in name
        assert rule.en.endswith(".")
        assert rule.zh.endswith("。")
