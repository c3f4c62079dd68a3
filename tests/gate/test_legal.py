"""Legal BPMN that other tools write is accepted and runs; what it lacks is no fault."""

import pytest

from engine.kernel.findings import Severity
from engine.kernel.release import check_release, compile_release
from tests.kernel.drawing import (
    BPMN,
    both,
    diagram,
    end,
    flows,
    process,
    some,
    start,
    user,
    xor,
)
from tests.kernel.story import Story

_PREFIXED = f"""<?xml version="1.0" encoding="UTF-8"?>
<b:definitions xmlns:b="{BPMN}" targetNamespace="urn:x">
  <b:process id="p" isExecutable="true">
    <b:startEvent id="start"/>
    <b:sequenceFlow sourceRef="start" targetRef="ask"/>
    <b:userTask id="ask"/>
    <b:sequenceFlow sourceRef="ask" targetRef="end"/>
    <b:endEvent id="end"/>
  </b:process>
</b:definitions>"""
_CAMUNDA = 'xmlns:camunda="http://camunda.org/schema/1.0/bpmn"'
_VENDORS = {
    "Camunda": (_CAMUNDA, 'camunda:asyncBefore="true" camunda:candidateGroups="crew"'),
    "Flowable": ('xmlns:flowable="http://flowable.org/bpmn"', 'flowable:assignee="li"'),
    "Zeebe": ('xmlns:zeebe="http://camunda.org/schema/zeebe/1.0"', 'zeebe:modelerTemplate="t"'),
    "Signavio": ('xmlns:signavio="http://www.signavio.com"', 'signavio:uuid="sid-1"'),
}
_INSIDE = {
    "Camunda": "<camunda:properties><camunda:property name='a' value='b'/></camunda:properties>",
    "Flowable": "<flowable:formProperty id='a'/>",
    "Zeebe": "<zeebe:userTask/><zeebe:assignmentDefinition assignee='li'/>",
    "Signavio": "<signavio:signavioMetaData metaKey='bgcolor' metaValue='#ffffcc'/>",
}


def ran(data: bytes, *moves: str) -> Story:
    """Lints without an error, runs, completes these tasks."""
    found = check_release({"p.bpmn": data}).findings
    assert [str(f) for f in found if f.severity is Severity.ERROR] == []
    story = Story(data)
    for name in moves:
        story.complete(name)
    return story


def test_flows_need_no_ids_and_prefixes_are_read_by_namespace() -> None:
    assert ran(_PREFIXED.encode(), "ask").finished


@pytest.mark.parametrize("encoding", ["utf-16", "utf-8-sig", "gb18030", "windows-1252"])
def test_diagram_runs_in_any_encoding(encoding: str) -> None:
    declared = {"utf-8-sig": "UTF-8"}.get(encoding, encoding)
    text = _PREFIXED.replace("UTF-8", declared).replace('id="ask"', 'id="ask" name="café"')
    if encoding == "gb18030":
        text = text.replace("café", "核查")
    story = ran(text.encode(encoding), "ask")
    assert story.finished


def test_scope_without_start_event_begins_where_no_flow_leads() -> None:
    parts = (user("ask"), user("also"), end(), flows("ask > end", "also > end"))
    assert ran(diagram(process("p", *parts))).work == ["also", "ask"]


def test_path_without_end_event_ends_where_no_flow_leaves() -> None:
    parts = (start(), user("ask"), flows("start > ask"))
    assert ran(diagram(process("p", *parts)), "ask").finished


def test_several_flows_out_of_a_task_are_a_parallel_split() -> None:
    parts = (start(), user("ask"), user("a"), user("b"), flows("start > ask > a", "ask > b"))
    assert ran(diagram(process("p", *parts)), "ask").work == ["a", "b"]


def test_several_flows_into_a_task_begin_it_each_time() -> None:
    split = (start(), both("fork"), user("a"), user("b"), user("then"))
    ways = flows("start > fork > a > then", "fork > b > then")
    story = ran(diagram(process("p", *split, ways)), "a", "b")
    assert story.work == ["then", "then"]


def test_conditional_flows_out_of_a_task_are_an_inclusive_split() -> None:
    ask = user("ask", default="ask_to_c")
    ways = flows("start > ask", "ask ? level = 1 > a", "ask ? level in [1..2] > b", "ask > c")
    data = diagram(process("p", start(), ask, user("a"), user("b"), user("c"), ways))
    assert [f.rule for f in check_release({"p.bpmn": data}).findings] == []
    assert Story(data, {"level": 1}).complete("ask").work == ["a", "b"]
    assert Story(data, {"level": 2}).complete("ask").work == ["b"]
    assert Story(data, {"level": 0}).complete("ask").work == ["c"]


def test_process_that_does_not_say_that_it_is_executable_is_explained() -> None:
    data = diagram(process("p", start(), user("ask"), flows("start > ask")))
    data = data.replace(b' isExecutable="true"', b"")
    (finding,) = check_release({"p.bpmn": data}).findings
    assert (finding.rule, finding.severity) == ("file/documentation-only", Severity.INFO)
    assert "isExecutable" in finding.help
    assert check_release({"p.bpmn": data}, as_executable=True).executable == {"p.bpmn": ("p",)}


@pytest.mark.parametrize("vendor", _VENDORS)
def test_extensions_of_other_vendors_are_left_in_place(vendor: str) -> None:
    space, attribute = _VENDORS[vendor]
    task = f"<userTask id='ask' {attribute}><extensionElements>{_INSIDE[vendor]}"
    parts = (start(), f"{task}</extensionElements></userTask>", end(), flows("start > ask > end"))
    data = diagram(process("p", *parts)).replace(
        b"<definitions ", f"<definitions {space} ".encode()
    )
    rules = {f.rule for f in check_release({"p.bpmn": data}).findings}
    assert rules == {"foreign/no-effect"}
    assert ran(data, "ask").finished


def test_gateways_with_one_way_are_passed() -> None:
    parts = (start(), xor("a"), some("b"), both("c"), user("ask"), flows("start > a > b > c > ask"))
    assert ran(diagram(process("p", *parts))).work == ["ask"]


def test_flows_and_nodes_may_stand_in_any_order() -> None:
    parts = (flows("ask > end", "start > ask"), end(), user("ask"), start())
    assert ran(diagram(process("p", *parts)), "ask").finished


def test_document_beside_pools_lanes_and_notes_runs() -> None:
    pools = (
        '<collaboration id="c"><participant id="pool" name="City" processRef="p"/>'
        '<participant id="other" name="Citizen"/>'
        '<messageFlow id="m" sourceRef="other" targetRef="pool"/></collaboration>'
    )
    notes = (
        '<textAnnotation id="note"><text>why</text></textAnnotation><group id="g"/>'
        '<association id="a" sourceRef="ask" targetRef="note"/>'
    )
    body = process("p", start(), user("ask"), end(), notes, flows("start > ask > end"))
    assert ran(diagram(pools, body), "ask").finished


def test_comments_and_cdata_are_read_as_xml_reads_them() -> None:
    condition = "<![CDATA[level < 2]]><!-- low -->"
    ways = flows("start > g", "g ? X > a", "g > b").replace("X", condition)
    gateway = xor("g", default="g_to_b")
    data = diagram(process("p", start(), gateway, user("a"), user("b"), ways))
    assert compile_release({"p.bpmn": data}).id
    assert Story(data, {"level": 1}).work == ["a"]
