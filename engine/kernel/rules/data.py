"""Data in the drawing: the case document is the only data, so drawn data has no effect."""

from collections.abc import Iterator

from engine.kernel.findings import Finding
from engine.kernel.rules.registry import define
from engine.kernel.rules.subject import Subject
from engine.kernel.words import Node, child, children, local_name, place_of, text_of

_DRAWN = define(
    "data/drawn-only",
    "warning",
    "Drawn data objects, data stores and their associations have no effect.",
    "图上的数据对象、数据存储及其关联不起作用。",
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

_DRAWINGS = frozenset({"dataObject", "dataStoreReference", "ioSpecification", "property"})
#: What jBPM's user tasks tell its list of tasks.
_OF_JBPM = frozenset(
    {
        "Comment",
        "Content",
        "CreatedBy",
        "Description",
        "GroupId",
        "Locale",
        "NodeName",
        "NotCompletedNotify",
        "NotCompletedReassign",
        "NotStartedNotify",
        "NotStartedReassign",
        "Priority",
        "Skippable",
        "TaskName",
    }
)
_PEOPLE = frozenset({"performer", "humanPerformer", "potentialOwner", "resourceRole"})


def check(subject: Subject) -> Iterator[Finding]:
    """All rules of this family."""
    for process in subject.processes:
        for node in process.iter():
            yield from _one(node, subject)


def _one(node: Node, subject: Subject) -> Iterator[Finding]:
    kind = local_name(node)
    if kind in _DRAWINGS and _is_outermost(node):
        yield _DRAWN.at(
            place_of(node), f"this {kind} has no effect", "use declared outputs (cl:output)"
        )
    elif kind in ("dataInputAssociation", "dataOutputAssociation"):
        yield from _association(node, subject)
    elif kind in _PEOPLE:
        yield _PERFORMER.at(
            place_of(node), f"this {kind} has no effect", "write cl:role on the lane"
        )


def _association(node: Node, subject: Subject) -> Iterator[Finding]:
    kind, place = local_name(node), place_of(node)
    told = [a for a in children(node, "assignment") if _tells_a_list_of_tasks(a, subject)]
    computed = [a for a in children(node, "assignment") if a not in told]
    if child(node, "transformation") is not None or computed:
        message = f"its {kind} would compute a value"
        yield _MAPPING.at(place, message, "write cl:in, cl:out or cl:assign")
    elif told:
        names = ", ".join(sorted(_input(a, subject) for a in told))
        yield _DRAWN.at(place, f"{names}: no effect here", "name the task, write cl:role, cl:unit")
    else:
        yield _DRAWN.at(place, f"its {kind} has no effect", "use cl:in and cl:output")


def _tells_a_list_of_tasks(assignment: Node, subject: Subject) -> bool:
    """Whether it gives jBPM's list of tasks a fixed text, which nothing here reads."""
    text = text_of(child(assignment, "from"))
    return _input(assignment, subject) in _OF_JBPM and not any(mark in text for mark in "#$={")


def _input(assignment: Node, subject: Subject) -> str:
    datum = subject.datum(text_of(child(assignment, "to")))
    return "" if datum is None else datum.get("name") or ""


def _is_outermost(node: Node) -> bool:
    parent = node.getparent()
    return parent is None or local_name(parent) != "ioSpecification"
