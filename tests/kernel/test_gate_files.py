"""The gate on whole files: what is foreign, personal, documentation, or no house's way."""

import pytest

from engine.kernel.findings import Severity
from engine.kernel.release import check_files, check_release
from engine.kernel.rules import REGISTRY
from tests.kernel.drawing import (
    both,
    call,
    catch,
    diagram,
    end,
    first_of,
    flows,
    message,
    process,
    shape,
    start,
    timer,
    user,
    xor,
)
from tests.kernel.judging import gate, with_task


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


@pytest.mark.parametrize(
    ("beside", "said"),
    [
        ('<globalUserTask id="other"/>', "global tasks are not executed"),
        ('<process id="other"/>', "is not executable"),
        ("", "no executable process 'other'"),
    ],
)
def test_call_of_what_cannot_be_called_says_why(beside: str, said: str) -> None:
    drawing = diagram(process("p", start(), call("x", "other"), flows("start > x")))
    drawing = drawing.replace(b"<process", beside.encode() + b"<process", 1)
    found = [f for f in check_files({"p.bpmn": drawing}) if f.severity is Severity.ERROR]
    [finding] = found
    assert finding.rule == "activity/called-process"
    assert said in finding.message


def test_processes_that_do_not_run_are_named() -> None:
    both_kinds = diagram(process("p", start()), '<process id="q"/>', '<process id="r"/>')
    told = check_files({"p.bpmn": both_kinds})
    assert [(f.rule, f.element) for f in told] == [
        ("file/not-executed", "q"),
        ("file/not-executed", "r"),
    ]
    unclear = both_kinds.replace(b'<process id="q"/>', b'<process id="q" isExecutable="yes"/>')
    found = check_files({"p.bpmn": unclear})
    assert ("structure/schema", "q", Severity.ERROR) in {
        (f.rule, f.element, f.severity) for f in found
    }
