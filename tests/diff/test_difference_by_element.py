"""Each thing that a diagram can say differently is told as the element and the field."""

import pytest

from engine.kernel.diff import Change, compare_releases
from tests.kernel.drawing import diagram, end, process, start, words

CAMUNDA = 'xmlns:camunda="http://camunda.org/schema/1.0/bpmn"'
BASE = diagram(
    process(
        "order",
        '<laneSet id="lanes"><lane id="desk" name="Desk" cl:role="acceptor"><flowNodeRef>ask'
        '</flowNodeRef></lane><lane id="boss" name="Boss"/></laneSet>',
        start(),
        '<userTask id="ask" name="Ask" cl:act="check">'
        "<documentation>Ask first.</documentation>"
        + words('<cl:output name="price" type="integer"/>', '<cl:output name="note"/>')
        + "</userTask>",
        '<scriptTask id="sum"><extensionElements><cl:assign name="a" value="=1"/>'
        '<cl:assign name="b" value="=a + 1"/></extensionElements></scriptTask>',
        '<boundaryEvent id="late" attachedToRef="ask" cancelActivity="false">'
        "<timerEventDefinition><timeDuration>PT2H</timeDuration></timerEventDefinition>"
        "</boundaryEvent>",
        end(),
        end("other"),
        '<sequenceFlow id="f1" sourceRef="start" targetRef="ask"/>',
        '<sequenceFlow id="f2" sourceRef="ask" targetRef="sum"/>',
        '<sequenceFlow id="f3" sourceRef="sum" targetRef="end"><conditionExpression>price &gt; 5'
        "</conditionExpression></sequenceFlow>",
        '<sequenceFlow id="f4" sourceRef="late" targetRef="other"/>',
    ),
).replace(b"<definitions ", f"<definitions {CAMUNDA} ".encode())


def compare(old: bytes, new: bytes) -> list[Change]:
    return compare_releases({"order.bpmn": old}, {"order.bpmn": new})


@pytest.mark.parametrize(
    ("before", "after", "element", "field", "old", "new"),
    [
        ('name="Ask"', 'name="Ask them"', "ask", "name", "Ask", "Ask them"),
        ("price &gt; 5", "price &gt; 6", "f3", "condition", "price > 5", "price > 6"),
        (">PT2H<", ">PT3H<", "late", "timer", "timeDuration PT2H", "timeDuration PT3H"),
        ('cancelActivity="false"', "", "late", "cancelActivity", "false", None),
        ('cl:role="acceptor"', 'cl:role="crew"', "desk", "cl:role", "acceptor", "crew"),
        ('targetRef="other"', 'targetRef="end"', "f4", "target", "other", "end"),
        ("Ask first.", "Ask  twice.", "ask", "documentation", "Ask first.", "Ask twice."),
        ('cl:act="check"', 'cl:act="close"', "ask", "cl:act", "check", "close"),
        (
            'type="integer"',
            'type="number"',
            "ask",
            "cl:output price",
            "name=price, type=integer",
            "name=price, type=number",
        ),
        ('<cl:output name="note"/>', "", "ask", "cl:output note", "name=note", None),
        ("<userTask ", '<userTask camunda:assignee="li" ', "ask", "camunda:assignee", None, "li"),
    ],
)
def test_change_of_one_place_is_told_alone(
    before: str, after: str, element: str, field: str, old: str | None, new: str | None
) -> None:
    text = BASE.decode()
    changes = compare(BASE, text.replace(before, after, 1).encode())
    told = [(c.id, f.name, f.old, f.new) for c in changes for f in c.fields]
    assert told == [(element, field, old, new)]


def test_task_that_moved_to_another_lane_is_told_at_the_task() -> None:
    text = BASE.decode()
    moved = text.replace("<flowNodeRef>ask</flowNodeRef></lane>", "</lane>").replace(
        '<lane id="boss" name="Boss"/>',
        '<lane id="boss" name="Boss"><flowNodeRef>ask</flowNodeRef></lane>',
    )
    (change,) = compare(BASE, moved.encode())
    assert (change.id, change.fields[0].name) == ("ask", "lane")
    assert (change.fields[0].old, change.fields[0].new) == ("desk", "boss")


def test_order_of_assignments_is_a_difference_and_of_outputs_is_none() -> None:
    text = BASE.decode()
    one, two = '<cl:assign name="a" value="=1"/>', '<cl:assign name="b" value="=a + 1"/>'
    (change,) = compare(BASE, text.replace(one + two, two + one).encode())
    assert (change.id, change.fields[0].name) == ("sum", "cl:assign")
    one, two = '<cl:output name="price" type="integer"/>', '<cl:output name="note"/>'
    assert compare(BASE, text.replace(one + two, two + one).encode()) == []


def test_white_space_counts_only_inside_a_text_of_an_expression() -> None:
    text = BASE.decode()
    assert compare(BASE, text.replace("price &gt; 5", " price  &gt;\n 5 ").encode()) == []
    one = text.replace("price &gt; 5", 'name = "a b"').encode()
    two = text.replace("price &gt; 5", 'name = "a  b"').encode()
    assert len(compare(one, two)) == 1


def test_defaults_that_are_written_out_are_no_difference() -> None:
    text = BASE.decode()
    written = text.replace("<userTask ", '<userTask isForCompensation="0" startQuantity="1" ')
    assert compare(BASE, written.encode()) == []


@pytest.mark.parametrize("made", ["", 'id="flow_sum_end" '])
def test_flow_without_id_is_known_by_its_ends(made: str) -> None:
    text = BASE.decode()
    nameless = text.replace('id="f3" ', made).encode()
    assert compare(BASE, nameless) == []
    assert compare(nameless, BASE) == []
    (change,) = compare(nameless, text.replace("price &gt; 5", "true").encode())
    assert (change.kind, change.fields[0].name) == ("sequenceFlow", "condition")


def test_flow_with_another_id_is_another_flow() -> None:
    renamed = BASE.replace(b'id="f3"', b'id="f9"')
    assert [(c.what, c.id) for c in compare(BASE, renamed)] == [("added", "f9"), ("removed", "f3")]


def test_element_of_another_kind_is_told_as_changed() -> None:
    other = BASE.replace(b"userTask", b"manualTask")
    (change,) = compare(BASE, other)
    assert [(f.name, f.old, f.new) for f in change.fields] == [("kind", "userTask", "manualTask")]


def test_files_of_a_release_are_compared_one_by_one() -> None:
    old = {"a/order.bpmn": BASE, "p.json": b'{"x": 1, "y": [1, 2]}', "gone.json": b"{}"}
    new = {
        "b/order.bpmn": BASE,
        "p.json": b'{"y": [1, 3],\n "x": 1}',
        "new.dmn": b"<definitions/>",
    }
    told = [(c.what, c.id, [f.to_json() for f in c.fields]) for c in compare_releases(old, new)]
    assert told == [
        ("added", "new.dmn", []),
        ("changed", "p.json", [{"field": "/y/1", "old": "2", "new": "3"}]),
        ("removed", "gone.json", []),
    ]


DMN = """<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="d"
 namespace="urn:d"><decision id="level" name="Level"><decisionTable hitPolicy="FIRST"><input>
 <inputExpression><text>amount</text></inputExpression></input><output name="level"/>
 <rule id="r1"><inputEntry><text>&gt; 5</text></inputEntry><outputEntry><text>"high"</text>
 </outputEntry></rule></decisionTable></decision></definitions>"""


def test_rule_of_a_decision_is_told_by_its_number() -> None:
    new = DMN.replace("&gt; 5", "&gt; 6").replace('id="r1"', 'id="other"')
    (change,) = compare_releases({"d.dmn": DMN.encode()}, {"d.dmn": new.encode()})
    assert (change.id, change.kind) == ("level", "decision")
    assert [(f.name, f.old, f.new) for f in change.fields] == [
        ("rule 1", '> 5 | "high"', '> 6 | "high"')
    ]


def _choice(first: str, second: str, kind: str = "exclusiveGateway") -> bytes:
    ways = {
        "a": '<sequenceFlow id="to_a" sourceRef="x" targetRef="a"><conditionExpression>n &gt; 1'
        "</conditionExpression></sequenceFlow>",
        "b": '<sequenceFlow id="to_b" sourceRef="x" targetRef="b"><conditionExpression>n &gt; 2'
        "</conditionExpression></sequenceFlow>",
        "c": '<sequenceFlow id="to_c" sourceRef="x" targetRef="c"/>',
    }
    ends = "".join(end(name) for name in "abc")
    others = "".join(ways[name] for name in "abc" if name not in (first, second))
    return diagram(
        process("p", f'<{kind} id="x" default="to_c"/>', ends, ways[first], ways[second], others)
    )


def test_order_of_a_gateways_ways_is_no_difference() -> None:
    for kind in ("exclusiveGateway", "inclusiveGateway"):
        assert compare(_choice("a", "b", kind), _choice("b", "a", kind)) == []


def test_leading_equals_sign_of_a_condition_says_nothing() -> None:
    assert compare(_choice("a", "b"), _choice("a", "b").replace(b">n &gt; 1", b">= n &gt; 1")) == []
