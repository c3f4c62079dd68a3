"""Examples of the rules about the file itself, its structure, and the files beside it."""

from engine.kernel.examples.sketch import (
    LINE,
    AnyExample,
    Example,
    FileExample,
    beside,
    between,
    definitions,
    flow,
    last,
    process,
)
from engine.kernel.words import BPMN, INTERNAL

_SPACE = f'xmlns="{BPMN}" targetNamespace="urn:example"'
_PROCESS = f'<process id="p" isExecutable="true">{LINE}</process>'
_FILE = f"<definitions {_SPACE}>{_PROCESS}</definitions>"

_FORM = {"a/forms/ask.json": b"{}"}
_DMN = (
    '<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="d" '
    'namespace="urn:d"><decision id="level" name="level"><literalExpression><text>1</text>'
    "</literalExpression></decision></definitions>"
)


def _raw(fragment: str) -> bytes:
    return fragment.encode()


def _deep(levels: int) -> str:
    return f"<documentation>{'<b>' * levels}deep{'</b>' * levels}</documentation>"


def _two_processes(fragment: str) -> bytes:
    return definitions(_PROCESS + fragment)


def _pools(fragment: str) -> bytes:
    """A pool `city` of the process, with the user tasks `ask` and `answer`, beside `citizen`."""
    tasks = f'{LINE}<userTask id="answer"/>{flow("ask", "answer")}'
    drawn = f'<collaboration id="c"><participant id="citizen"/>{fragment}</collaboration>'
    return definitions(f'{drawn}<process id="p" isExecutable="true">{tasks}</process>')


def _flows(drawn: str) -> str:
    """The file of a process that waits for the message `asked`, with these message flows."""
    waits = '<receiveTask id="wait" messageRef="asked"/>'
    return (
        '<message id="asked" name="asked"/><collaboration id="c"><participant id="citizen"/>'
        f'<participant id="city" processRef="p"/>{drawn}</collaboration>'
        f'<process id="p" isExecutable="true">{LINE}{waits}{flow("ask", "wait")}</process>'
    )


_LABEL = '<messageFlow id="{0}" name="{1}" sourceRef="citizen" targetRef="wait"/>'
_POOL = '<participant id="city" processRef="{0}"/>'
_SENT = '<messageFlow id="m" sourceRef="{0}" targetRef="answer"/>'

STRUCTURE: dict[str, AnyExample] = {
    "source/xml": Example(_FILE.removesuffix("</definitions>"), _FILE, _raw),
    "source/size": Example(f"{_deep(120)}{LINE}", f"{_deep(3)}{LINE}", process),
    "source/doctype": Example(f"<!DOCTYPE definitions>{_FILE}", _FILE, _raw),
    "source/not-bpmn": Example("<svg/>", _FILE, _raw),
    "source/reserved": Example(
        f'<userTask id="x" xmlns:i="{INTERNAL}" i:link="true"/>', '<userTask id="x"/>', between
    ),
    "source/encoding": Example(
        f'<?xml version="1.0" encoding="ISO-8859-1"?>{_FILE}'.replace(
            '"ask"/>', '"ask" name="立案"/>', 1
        ),
        f'<?xml version="1.0" encoding="UTF-8"?>{_FILE}'.replace(
            '"ask"/>', '"ask" name="立案"/>', 1
        ),
        _raw,
    ),
    "structure/schema": Example(
        '<userTask id="x" assignee="li"/>', '<userTask id="x" name="li"/>', between
    ),
    "structure/schema-harmless": Example(
        '<association id="a" sourceRef="ask"/><textAnnotation id="t"/>',
        '<association id="a" sourceRef="ask" targetRef="t"/><textAnnotation id="t"/>',
        beside,
    ),
    "structure/schema-order": Example(
        '<userTask id="x"><incoming>start_x</incoming><documentation/></userTask>',
        '<userTask id="x"><documentation/><incoming>start_x</incoming></userTask>',
        between,
    ),
    "structure/lane-reference": Example(
        '<laneSet><lane id="desk"><flowNodeRef>nobody</flowNodeRef></lane></laneSet>',
        '<laneSet><lane id="desk"><flowNodeRef>ask</flowNodeRef></lane></laneSet>',
        beside,
    ),
    "structure/flow-reference": Example(
        '<userTask id="x"><incoming>x_end</incoming></userTask>',
        '<userTask id="x"><incoming>start_x</incoming></userTask>',
        between,
    ),
    "structure/missing-id": Example(
        '<boundaryEvent attachedToRef="ask"><signalEventDefinition signalRef="alarm"/>'
        "</boundaryEvent>",
        '<boundaryEvent id="b" attachedToRef="ask"><signalEventDefinition signalRef="alarm"/>'
        "</boundaryEvent>",
        beside,
    ),
    "structure/id-is-no-name": Example(
        '<userTask id="x"/><boundaryEvent id="too late" attachedToRef="x">'
        '<signalEventDefinition signalRef="alarm"/></boundaryEvent>',
        '<userTask id="x"/><boundaryEvent id="too_late" attachedToRef="x">'
        '<signalEventDefinition signalRef="alarm"/></boundaryEvent>',
        last,
    ),
    "structure/duplicate-id": Example(
        '<process id="q" isExecutable="true"><userTask id="ask"/></process>',
        '<process id="q" isExecutable="true"><userTask id="answer"/></process>',
        _two_processes,
    ),
    "structure/unknown-element": Example(
        '<implicitThrowEvent id="x"/>', '<textAnnotation id="x"/>', beside
    ),
    "structure/empty": Example(
        '<subProcess id="x"/>', '<subProcess id="x"><userTask id="answer"/></subProcess>', between
    ),
    "structure/no-start": Example(
        f'<userTask id="a"/><userTask id="b"/>{flow("a", "b")}{flow("b", "a")}',
        f'<startEvent id="start"/><userTask id="a"/><userTask id="b"/>{flow("start", "a")}'
        f"{flow('a', 'b')}{flow('b', 'a')}",
        process,
    ),
    "structure/several-starts": Example(
        '<startEvent id="again"/><endEvent id="over"/>' + flow("again", "over"),
        '<startEvent id="again"><messageEventDefinition messageRef="paid"/></startEvent>'
        '<endEvent id="over"/>' + flow("again", "over"),
        beside,
    ),
    "structure/unreachable": Example('<userTask id="lonely"/>', "", beside),
    "structure/island": Example(
        '<userTask id="a"/><userTask id="b"/>' + flow("a", "b") + flow("b", "a"), "", beside
    ),
    "structure/quantity": Example(
        '<userTask id="x" startQuantity="2"/>', '<userTask id="x"/>', between
    ),
    "pool/process-ref": Example(_POOL.format("q"), _POOL.format("p"), _pools),
    "pool/message-flow": Example(
        _POOL.format("p") + _SENT.format("ask"), _POOL.format("p") + _SENT.format("citizen"), _pools
    ),
    "pool/message-contradicts": Example(
        _flows('<messageFlow id="m" messageRef="paid" sourceRef="citizen" targetRef="wait"/>'),
        _flows('<messageFlow id="m" messageRef="asked" sourceRef="citizen" targetRef="wait"/>'),
        definitions,
    ),
    "pool/message-labels": Example(
        _flows(_LABEL.format("m", "asked") + _LABEL.format("n", "called off")),
        _flows(_LABEL.format("m", "asked")),
        definitions,
    ),
    "file/documentation-only": Example('<process id="q"/>', _PROCESS, definitions),
    "file/not-executed": Example(f'{_PROCESS}<process id="q"/>', _PROCESS, definitions),
    "file/process-twice": FileExample(
        _FILE, _FILE.replace('"p"', '"q"'), "b.bpmn", {"a.bpmn": _raw(_FILE)}
    ),
    "file/policy": FileExample("pears: []", "pairs: []", "policies/separation.yaml"),
    "file/twice": FileExample("{}", "{}", "b/forms/ask.json", _FORM, "b/forms/answer.json"),
    "file/decision": FileExample("<definitions/>", _DMN, "level.dmn"),
    "file/schema": FileExample('{"type": "nothing"}', '{"type": "object"}', "case.schema.json"),
    "file/broken": FileExample('{"fields": [', '{"fields": []}', "forms/ask.json"),
    "file/unread": FileExample("{}", "{}", "ask.json", good_name="forms/ask.json"),
}
