"""The XML Schema comes first: what would be lost is refused, what is harmless is only named."""

import copy
import random
from pathlib import Path

import pytest
from lxml import etree

from engine.kernel.findings import Finding
from engine.kernel.release import check_release, compile_release
from engine.kernel.words import BPMN
from engine.kernel.xsd.shipped import schema_errors
from engine.kernel.xsd.walk import violations
from tests.kernel.drawing import (
    boundary,
    diagram,
    end,
    event_sub,
    flows,
    message,
    process,
    signal,
    start,
    timer,
    user,
    words,
)
from tests.kernel.story import Story

PLAIN = (start(), user("ask"), end(), flows("start > ask > end"))
SCHEMA, HARMLESS, ORDER = (
    "structure/schema",
    "structure/schema-harmless",
    "structure/schema-order",
)


def found(data: bytes, rule: str) -> list[Finding]:
    return [f for f in check_release({"p.bpmn": data}).findings if f.rule == rule]


def drawn(*parts: str, **attributes: str) -> bytes:
    return diagram(process("p", *parts, **attributes))


REFUSED = {
    "attribute that BPMN does not know": drawn(*PLAIN).replace(
        b'<userTask id="ask"', b'<userTask id="ask" assignee="li"'
    ),
    "attribute with the prefix of BPMN": drawn(*PLAIN).replace(
        b'<userTask id="ask"', f'<userTask xmlns:b="{BPMN}" b:default="x" id="ask"'.encode()
    ),
    "element that BPMN does not know": drawn(*PLAIN, "<useTask id='ask2'/>"),
    "element without namespace": drawn(*PLAIN, "<userTask xmlns='' id='ask2'/>"),
    "element in a wrong place": drawn(*PLAIN[:1], user("ask", timer()), *PLAIN[2:]),
    "abstract element": drawn(*PLAIN, "<flowNode id='n'/>"),
    "bad boolean": drawn(
        *PLAIN, boundary("late", "ask", timer()).replace('"true"', '"yes"'), flows("late > end")
    ),
    "bad enumeration": drawn(*PLAIN, processType="Publik"),
    "missing attribute": drawn(*PLAIN, '<sequenceFlow id="f" sourceRef="ask"/>'),
    "bad reference": drawn(*PLAIN).replace(b'targetRef="ask"', b'targetRef="a k"'),
    "condition twice": drawn(
        *PLAIN[:3],
        flows("start > ask"),
        '<sequenceFlow id="f" sourceRef="ask" targetRef="end">'
        "<conditionExpression>a</conditionExpression><conditionExpression>b</conditionExpression>"
        "</sequenceFlow>",
    ),
    "extension elements twice": drawn(*PLAIN[:1], user("ask", words() + words()), *PLAIN[2:]),
    "task that xsi:type makes another": drawn(*PLAIN).replace(
        b'<userTask id="ask"', b'<userTask xsi:type="tReceiveTask" id="ask"'
    ),
    "message twice": drawn(*PLAIN).replace(
        b"<process", b'<message id="m" name="a"/><message id="m" name="b"/><process', 1
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_fault_against_the_schema_is_refused_with_its_place(name: str) -> None:
    finding = found(REFUSED[name], SCHEMA)[0]
    assert finding.element
    assert finding.line == 1
    assert finding.message.startswith(finding.element)
    assert finding.help
    assert "http" not in finding.message


TOLERATED = {
    "no target namespace": drawn(*PLAIN).replace(b' targetNamespace="urn:test"', b""),
    "name where BPMN has none": drawn(*PLAIN).replace(
        b"<endEvent", b"<association id='a' name='x' sourceRef='ask' targetRef='end'/><endEvent", 1
    ),
    "loose text": drawn(*PLAIN).replace(b"<endEvent", b"here <endEvent", 1),
    "vendor's element outside": drawn(*PLAIN).replace(
        b'<sequenceFlow id="ask_to_end"', b'<v:x xmlns:v="urn:v"/><sequenceFlow id="ask_to_end"'
    ),
    "association without an end": drawn(*PLAIN, "<association id='a' sourceRef='ask'/>"),
    "task among the extensions": drawn(*PLAIN, words(user("lost"))),
    "prefix that nothing declares": drawn(*PLAIN, definitionalCollaborationRef="q:none"),
    "fault in the picture": drawn(*PLAIN).replace(
        b"</definitions>",
        b'<d:BPMNDiagram xmlns:d="http://www.omg.org/spec/BPMN/20100524/DI" id="d"/></definitions>',
    ),
}


@pytest.mark.parametrize("name", TOLERATED)
def test_harmless_fault_is_named_and_the_diagram_runs(name: str) -> None:
    data = TOLERATED[name]
    assert found(data, HARMLESS)
    assert found(data, SCHEMA) == []
    assert Story(data).complete("ask").finished


def test_order_of_children_is_read_as_it_is_meant() -> None:
    task = "<userTask id='ask'><incoming>start_to_ask</incoming><documentation>x</documentation>"
    data = drawn(flows("start > ask > end"), start(), f"{task}</userTask>", end())
    assert [f.element for f in found(data, ORDER)] == ["ask"]
    assert Story(data).complete("ask").finished


def test_fault_in_a_process_that_never_runs_is_harmless() -> None:
    silent = process("q", start("s"), "<useTask id='u'/>", isExecutable="false")
    data = diagram(process("p", *PLAIN), silent)
    assert found(data, HARMLESS)
    assert check_release({"p.bpmn": data}).accepted


@pytest.mark.parametrize("text", ["1", " true ", "true"])
def test_executable_is_read_as_a_boolean(text: str) -> None:
    assert Story(drawn(*PLAIN, isExecutable=text)).work == ["ask"]


def test_booleans_are_numbers_or_words() -> None:
    reminder = boundary("late", "ask", timer(), interrupting=False)
    beside = event_sub(
        "beside", message("m"), user("look"), flows("beside_start > look"), interrupting=False
    )
    parts = (*PLAIN, reminder, user("remind"), flows("late > remind"), beside)
    data = drawn(*parts).replace(b'"false"', b'"0"').replace(b'"true"', b'" 1 "')
    story = Story(data)
    assert story.fire("late").work == ["ask", "remind"]
    assert story.message("m").work == ["ask", "look", "remind"]


def test_sequential_loop_is_read_as_a_boolean() -> None:
    loop = '<multiInstanceLoopCharacteristics isSequential="1">'
    loop += "<loopCardinality>3</loopCardinality></multiInstanceLoopCharacteristics>"
    data = drawn(start(), user("ask", loop), end(), flows("start > ask > end"))
    assert Story(data).work == ["ask"]


def test_blanks_around_references_do_not_count() -> None:
    data = drawn(*PLAIN, boundary("alarm", "ask", signal("s")), flows("alarm > end"))
    data = data.replace(b'"ask"', b'" ask "').replace(b'"signal_s"', b'" signal_s "')
    assert Story(data).signal("s") == 1


@pytest.mark.parametrize("holder", ["documentation", "extensionElements"])
def test_steps_inside_documentation_are_no_steps(holder: str) -> None:
    inside = f"<v xmlns='urn:v'><userTask xmlns='{BPMN}' id='ghost'/></v>"
    data = drawn(f"<{holder}>{inside}</{holder}>", *PLAIN)
    definition = compile_release({"p.bpmn": data}).definitions["p"]
    assert sorted(definition.elements) == ["ask", "end", "start"]


#: What stands in these is looked into by nobody but the processor.
_OPEN = {f"{{{BPMN}}}{name}" for name in ("documentation", "text", "script", "extensionElements")}


def _damaged(chance: random.Random, data: bytes) -> etree._Element:
    root = etree.fromstring(data, etree.XMLParser(remove_comments=True, remove_pis=True))
    nodes = [n for n in root.iterdescendants() if str(n.tag).startswith(f"{{{BPMN}}}")]
    node, other = chance.choice(nodes), chance.choice(nodes)
    kind = chance.randrange(5)
    if kind == 0 and node.attrib:
        del node.attrib[chance.choice(list(node.attrib))]
    elif kind == 1 and node.attrib:
        node.set(chance.choice(list(node.attrib)), chance.choice(("", "x", "1", "a b", "9z", "é")))
    elif kind == 2:
        node.set(chance.choice(("foo", "name", "default", "isExecutable")), "true")
    elif kind == 3:
        if str(other.tag) not in _OPEN:
            other.append(copy.deepcopy(node))
    else:
        node.tag = other.tag
    return root


@pytest.mark.parametrize("seed", range(100))
def test_tables_find_what_the_schema_processor_finds(seed: int) -> None:
    """The two read one schema, so where the processor complains the tables do."""
    chance = random.Random(seed)
    shipped = Path(__file__).parents[2] / "processes"
    root = _damaged(chance, chance.choice(sorted(shipped.rglob("*.bpmn"))).read_bytes())
    mine, theirs = list(violations(root)), schema_errors(root)
    assert bool(mine) == bool(theirs), [v.message for v in mine] or theirs


def test_element_in_two_lanes_is_named() -> None:
    lanes = "".join(
        f"<lane id='{name}'><flowNodeRef>ask</flowNodeRef></lane>" for name in ("a", "b")
    )
    found = check_release({"p.bpmn": drawn(f"<laneSet>{lanes}</laneSet>", *PLAIN)}).findings
    assert [(f.rule, f.element) for f in found] == [("structure/lane-reference", "b")]


def test_words_of_another_version_are_refused() -> None:
    task = b'<userTask xmlns:c="urn:caseloop:bpmn:2" c:outcomes="yes" id="ask"'
    data = drawn(*PLAIN).replace(b'<userTask id="ask"', task)
    assert found(data, "word/unknown")[0].element == "ask"
