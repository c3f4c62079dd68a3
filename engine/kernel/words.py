"""The names that stand in a diagram's XML, and how to read them by namespace, never by prefix."""

from collections.abc import Collection, Iterator
from typing import Any, TypeAlias

from lxml import etree

Node: TypeAlias = etree._Element  # noqa: SLF001 lxml has no public name for its element class

BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"
CL = "urn:caseloop:bpmn:1"
#: Names that only the gate itself gives, to what it has read.
INTERNAL = f"{CL}:internal"
XSI = "http://www.w3.org/2001/XMLSchema-instance"
#: Namespaces that say something about the picture only.
DRAWING = frozenset(
    {
        "http://www.omg.org/spec/BPMN/20100524/DI",
        "http://www.omg.org/spec/DD/20100524/DC",
        "http://www.omg.org/spec/DD/20100524/DI",
        "http://bpmn.io/schema/bpmn/biocolor/1.0",
        "http://www.omg.org/spec/BPMN/non-normative/color/1.0",
    }
)
TASKS = frozenset(
    {
        "task",
        "userTask",
        "manualTask",
        "serviceTask",
        "scriptTask",
        "sendTask",
        "receiveTask",
        "businessRuleTask",
    }
)
CONTAINERS = frozenset({"subProcess", "transaction", "adHocSubProcess"})
ACTIVITIES = TASKS | CONTAINERS | {"callActivity"}
GATEWAYS = frozenset(
    {
        "exclusiveGateway",
        "parallelGateway",
        "inclusiveGateway",
        "eventBasedGateway",
        "complexGateway",
    }
)
EVENTS = frozenset(
    {
        "startEvent",
        "endEvent",
        "intermediateCatchEvent",
        "intermediateThrowEvent",
        "boundaryEvent",
    }
)
LOOPS = ("multiInstanceLoopCharacteristics", "standardLoopCharacteristics")
CATCHING = frozenset({"startEvent", "boundaryEvent", "intermediateCatchEvent"})
FLOW_NODES = ACTIVITIES | GATEWAYS | EVENTS


def bpmn(name: str) -> str:
    """The qualified name of a BPMN element."""
    return f"{{{BPMN}}}{name}"


def cl(name: str) -> str:
    """The qualified name of one of our own words."""
    return f"{{{CL}}}{name}"


def local_name(node: Node) -> str:
    """The BPMN name of a node, or the empty text for comments and foreign elements."""
    tag: Any = node.tag
    if isinstance(tag, str) and tag.startswith(f"{{{BPMN}}}"):
        return tag[len(BPMN) + 2 :]
    return ""


def namespace_of(name: object) -> str:
    """The namespace of a qualified name; empty when it has none."""
    text = name if isinstance(name, str) else ""
    return text[1:].partition("}")[0] if text.startswith("{") else ""


def children(node: Node, *names: str) -> Iterator[Node]:
    """The BPMN children of a node, all or those of these names."""
    for child in node:
        name = local_name(child)
        if name and (not names or name in names):
            yield child


def child(node: Node, name: str) -> Node | None:
    """The first BPMN child of this name."""
    return next(children(node, name), None)


def extensions(node: Node, name: str) -> Iterator[Node]:
    """Our own words among the node's extension elements."""
    holder = child(node, "extensionElements")
    if holder is not None:
        yield from holder.findall(cl(name))


def event_definitions(node: Node) -> list[Node]:
    """The event definitions that stand inside an event."""
    return [c for c in children(node) if local_name(c).endswith("EventDefinition")]


def event_kind(definition: Node) -> str:
    """`timer` for a timerEventDefinition."""
    return local_name(definition).removesuffix("EventDefinition")


def flow_nodes(scope: Node) -> list[Node]:
    """The flow nodes of a process or sub-process, in document order, without nested ones."""
    return [c for c in children(scope) if local_name(c) in FLOW_NODES]


def flows(scope: Node) -> list[Node]:
    """The sequence flows of a process or sub-process, in document order."""
    return list(children(scope, "sequenceFlow"))


def scopes(process: Node) -> Iterator[Node]:
    """The process and every sub-process in it, in document order."""
    yield process
    yield from process.iter(*(bpmn(name) for name in sorted(CONTAINERS)))


def text_of(node: Node | None) -> str:
    """The text of a node, stripped, without what documents or extends it; empty when none."""
    if node is None:
        return ""
    aside = child(node, "documentation") is not None or child(node, "extensionElements") is not None
    if not aside:
        return "".join(str(part) for part in node.itertext()).strip()
    parts = [node.text, *(c.tail for c in node)]
    return "".join(part for part in parts if part).strip()


def is_true(node: Node, name: str, *, default: bool = False) -> bool:
    """A boolean attribute as XML Schema reads it: `1` and `true`, blanks around it or not."""
    text = node.get(name)
    return default if text is None else text.strip() in ("true", "1")


def is_done_by_somebody(kind: str, events: Collection[str | None]) -> bool:
    """Whether somebody completes an element, sends its message or signal, or opens a case by it."""
    if kind in ("userTask", "receiveTask"):
        return True
    if kind not in CATCHING:
        return False
    caught = {event for event in events if event is not None}
    return bool(caught & {"message", "signal"}) or (kind == "startEvent" and not caught)


def is_event_subprocess(node: Node) -> bool:
    return local_name(node) == "subProcess" and is_true(node, "triggeredByEvent")


def is_repeated(node: Node) -> bool:
    """Whether an activity has a loop of either kind."""
    return next(children(node, *LOOPS), None) is not None


def is_of_case(node: Node) -> bool:
    """Whether the node stands in a case's main process."""
    return any(p.get(cl("profile")) == "case" for p in node.iterancestors(bpmn("process")))


def line_of(node: Node | None) -> int:
    """The line of the node in its file; 0 when unknown."""
    line: Any = None if node is None else node.sourceline
    return line if isinstance(line, int) else 0


def id_of(node: Node) -> str:
    """The id, or the element's name with its line where there is none."""
    return node.get("id") or f"{local_name(node)}@{line_of(node)}"


def place_of(node: Node) -> Node:
    """The nearest element with an id, so that a person finds the place."""
    return next((place for place in (node, *node.iterancestors()) if place.get("id")), node)


def imported_prefixes(root: Node) -> frozenset[str]:
    """The prefixes of references that lead into another file, which this one imports."""
    spaces = {node.get("namespace") for node in children(root, "import")}
    spaces.discard(root.get("targetNamespace"))
    return frozenset(prefix for prefix, space in root.nsmap.items() if prefix and space in spaces)


def local_reference(name: str | None) -> str | None:
    """What a reference names, without the prefix of a qualified name."""
    return None if name is None else name.rpartition(":")[2]
