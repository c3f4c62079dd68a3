"""Weighs the faults against the schema: what would change or lose something is refused.

A fault where the engine executes something is an error. Where it only documents, nothing is lost
but a remark, so the diagram is accepted and the fault named; so it is in a file in which nothing
is executable at all.
"""

from collections.abc import Collection, Iterator

from engine.kernel.bpmn_table import ELEMENTS, Fate
from engine.kernel.findings import Finding
from engine.kernel.rules.registry import Rule, define
from engine.kernel.words import BPMN, FLOW_NODES, Node, children, id_of, line_of, local_name
from engine.kernel.xsd.fates import attribute_verdict
from engine.kernel.xsd.model import bpmn_schema
from engine.kernel.xsd.shipped import schema_errors
from engine.kernel.xsd.walk import Kind, Violation, violations

_SCHEMA = define(
    "structure/schema",
    "error",
    "What is executed is written as the XML Schema of BPMN 2.0 demands.",
    "被执行的内容须符合 BPMN 2.0 的 XML Schema。",
)
_HARMLESS = define(
    "structure/schema-harmless",
    "warning",
    "What is not written as the XML Schema of BPMN 2.0 demands has no effect.",
    "不符合 BPMN 2.0 XML Schema 之处不起作用。",
)
_ORDER = define(
    "structure/schema-order",
    "info",
    "Children are read in any order, though BPMN prescribes one.",
    "子元素可按任意顺序读取，但 BPMN 规定了顺序。",
)

#: Faults by which nothing is lost wherever they stand.
_NOTHING_LOST = frozenset({Kind.TEXT, Kind.FOREIGN})
#: Names that other tools write where BPMN has none, and that mean nothing there.
_MEANINGLESS = frozenset({"name", "isCollection"})
#: What events and tasks refer to by its id: two of them would win or lose by their order.
_REFERRED = frozenset({"message", "signal", "error", "escalation"})
#: What a message flow may end at.
_ENDS = FLOW_NODES | {"participant"}
_WITH_ID = FLOW_NODES | {"process", "sequenceFlow", "lane"}
_STRICT_TYPES = frozenset({"xsd:boolean", "xsd:integer", "xsd:int"})
_SHOWN = 50


def check_schema(root: Node, processes: Collection[Node]) -> Iterator[Finding]:
    """What the schema says about a diagram; `processes` are those that can run.

    Must be called before anything in the tree is changed.
    """
    everything = list(violations(root))
    found = [v for v in everything if not _is_said_elsewhere(v, processes)]
    silent = [p for p in children(root, "process") if p not in processes]
    weighed = [(_rule(v, runs=_runs(v, processes, silent)), v) for v in found]
    weighed.sort(key=lambda pair: pair[0] is not _SCHEMA)  # what refuses comes first
    for rule, violation in weighed[:_SHOWN]:
        yield _finding(rule, violation.node, violation.message, violation.way_out)
    if len(found) > _SHOWN:
        more = f"{len(found) - _SHOWN} more places are not as the schema demands"
        yield _finding(weighed[_SHOWN][0], root, more, "save the diagram with a BPMN tool")
    for line, text in [] if everything else schema_errors(root)[:3]:
        plain = text.replace(f"{{{BPMN}}}", "")[:200]
        message = f"line {line} is not as the schema demands: {plain}"
        yield _finding(_HARMLESS, root, message, "save the diagram with a BPMN tool")


def _runs(violation: Violation, processes: Collection[Node], silent: list[Node]) -> bool:
    """Whether the place belongs to something executable, or to the file as a whole."""
    if not processes:
        return False
    return not any(p in silent for p in (violation.node, *violation.node.iterancestors()))


def _is_said_elsewhere(violation: Violation, processes: Collection[Node]) -> bool:
    """Ids of what runs have rules of their own."""
    attribute = violation.attribute
    of_id = violation.kind is Kind.TWICE or (attribute is not None and attribute.name == "id")
    both = (violation.node,) if violation.first is None else (violation.node, violation.first)
    return of_id and all(_has_rules(node, processes) for node in both)


def _has_rules(node: Node, processes: Collection[Node]) -> bool:
    return local_name(node) in _WITH_ID and any(
        p in processes for p in (node, *node.iterancestors())
    )


def _rule(violation: Violation, *, runs: bool) -> Rule:
    if violation.kind is Kind.ORDER:
        return _ORDER
    # whether a process runs at all cannot be left open
    about = violation.attribute
    runs = runs or (about is not None and about.name == "isExecutable")
    return _SCHEMA if runs and _loses_something(violation) else _HARMLESS


def _loses_something(violation: Violation) -> bool:
    key = violation.key
    if violation.kind in _NOTHING_LOST:
        return False
    if key is None or violation.kind is Kind.RETYPED:
        return True
    if violation.kind is Kind.TWICE:
        return key in _REFERRED or _is_ambiguous(violation)
    if key == "association":  # where one is needed, the rules of compensation miss it
        return False
    return ELEMENTS[key].fate is not Fate.DOCUMENTATION and not _is_meaningless(violation)


def _is_ambiguous(violation: Violation) -> bool:
    """Whether what refers to the id of both could mean either."""
    both = [node for node in (violation.node, violation.first) if node is not None]
    kinds = {local_name(node) for node in both}
    if "participant" in kinds:
        return kinds <= _ENDS
    return kinds == {"operation"} or all(_is_shared(node) for node in both)


def _is_shared(node: Node) -> bool:
    """Whether it is an event's definition at the top of the file, to which events refer."""
    above = node.getparent()
    top = above is not None and local_name(above) == "definitions"
    return top and local_name(node).endswith("EventDefinition")


def _is_meaningless(violation: Violation) -> bool:
    """Whether a fault of an attribute touches nothing that is executed."""
    if violation.word is not None:
        return violation.word in _MEANINGLESS
    attribute = violation.attribute
    if attribute is None or violation.key is None:
        return False
    if attribute.type in _STRICT_TYPES or attribute.type in bpmn_schema().values:
        return False
    known = attribute_verdict(violation.key, attribute).fate is not Fate.DOCUMENTATION
    return attribute.name == "id" or not known


def _finding(rule: Rule, node: Node, message: str, way_out: str) -> Finding:
    name = _name(node)
    text = f"{name}: {message}"
    return Finding(rule.id, rule.severity, name, line_of(node), text, way_out)


def _name(node: Node) -> str:
    """The nearest id, so that a person finds the place."""
    around = (node, *node.iterancestors())
    return next((n.get("id") or "" for n in around if n.get("id")), id_of(node))
