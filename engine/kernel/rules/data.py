"""Data in the drawing: the case document is the only data, so drawn data has no effect."""

from collections.abc import Iterator

from engine.kernel.findings import Finding
from engine.kernel.rules.registry import define
from engine.kernel.rules.subject import Subject
from engine.kernel.words import Node, child, children, local_name

_STORE = define("data/store", "error", "Data stores are not executed.", "不支持数据存储。")
_DRAWN = define(
    "data/drawn-only",
    "warning",
    "Drawn data objects and their associations have no effect.",
    "图上的数据对象及其关联不起作用。",
)
_MAPPING = define(
    "data/mapping",
    "error",
    "Data associations that compute values are not executed.",
    "不支持带运算的数据关联。",
)
_PERFORMER = define(
    "data/performer",
    "warning",
    "BPMN performers have no effect; who acts is said by the lane and our own words.",
    "BPMN 的执行人不起作用，由泳道和 cl 属性决定。",
)

_PEOPLE = frozenset({"performer", "humanPerformer", "potentialOwner", "resourceRole"})


def check(subject: Subject) -> Iterator[Finding]:
    """All rules of this family."""
    for process in subject.processes:
        for node in process.iter():
            yield from _one(node)


def _one(node: Node) -> Iterator[Finding]:
    kind = local_name(node)
    if kind == "dataStoreReference":
        yield _STORE.at(node, "a data store cannot be read or written", "use the case document")
    elif kind in ("dataObject", "ioSpecification", "property") and _is_outermost(node):
        yield _DRAWN.at(node, f"this {kind} has no effect", "use declared outputs (cl:output)")
    elif kind in ("dataInputAssociation", "dataOutputAssociation"):
        yield from _association(node)
    elif kind in _PEOPLE:
        yield _PERFORMER.at(node, f"this {kind} has no effect", "write cl:role on the lane")


def _association(node: Node) -> Iterator[Finding]:
    if (
        child(node, "transformation") is not None
        or next(children(node, "assignment"), None) is not None
    ):
        yield _MAPPING.at(node, "it would compute a value", "write cl:in, cl:out or cl:assign")
    else:
        yield _DRAWN.at(node, "this data association has no effect", "use cl:in and cl:output")


def _is_outermost(node: Node) -> bool:
    parent = node.getparent()
    return parent is None or local_name(parent) != "ioSpecification"
