"""Structure: ids, known elements, one way in, everything reachable."""

import re
from collections.abc import Iterator

from engine.kernel.findings import Finding
from engine.kernel.rules.registry import define
from engine.kernel.rules.subject import Subject
from engine.kernel.words import (
    FLOW_NODES,
    Node,
    children,
    local_name,
)

_NCNAME = re.compile(r"[^\W\d][\w.\-]*")
#: BPMN elements inside a process that say nothing about execution.
_PASSIVE = frozenset(
    {
        "association",
        "auditing",
        "categoryValueRef",
        "documentation",
        "extensionElements",
        "group",
        "incoming",
        "ioBinding",
        "laneSet",
        "monitoring",
        "outgoing",
        "sequenceFlow",
        "supportedInterfaceRef",
        "supports",
        "textAnnotation",
    }
)
#: Elements that other families judge.
_JUDGED = frozenset(
    {
        "correlationSubscription",
        "dataInputAssociation",
        "dataObject",
        "dataObjectReference",
        "dataOutputAssociation",
        "dataStoreReference",
        "ioSpecification",
        "multiInstanceLoopCharacteristics",
        "performer",
        "potentialOwner",
        "property",
        "resourceRole",
        "standardLoopCharacteristics",
        "humanPerformer",
        "completionCondition",
    }
)

_MISSING_ID = define(
    "structure/missing-id", "error", "Every element needs an id.", "每个元素都要有 id。"
)
_NAME = define(
    "structure/id-is-no-name",
    "error",
    "An id is a name as XML knows it: no spaces and no signs but _ - and the full stop.",
    "id 须为 XML 名称，不含空格和其他符号。",
)
_DUPLICATE = define("structure/duplicate-id", "error", "Ids are unique.", "id 不得重复。")
_UNKNOWN = define(
    "structure/unknown-element",
    "error",
    "An element that the engine does not know cannot be executed.",
    "引擎不认识的元素无法执行。",
)
_QUANTITY = define(
    "structure/quantity",
    "error",
    "startQuantity and completionQuantity other than 1 are not executed.",
    "不支持 1 以外的 startQuantity 和 completionQuantity。",
)


def check(subject: Subject) -> Iterator[Finding]:
    """All rules of this family."""
    yield from _ids(subject)
    for scope in subject.scopes():
        yield from _known(scope)
    for node in subject.nodes():
        for name in ("startQuantity", "completionQuantity"):
            if node.get(name, "1") != "1":
                yield _QUANTITY.at(node, f"{name} is {node.get(name)}", "leave it at 1")


def _ids(subject: Subject) -> Iterator[Finding]:
    seen: dict[str, Node] = {}
    for process in subject.processes:
        for node in process.iter():
            if local_name(node) not in FLOW_NODES | {"process", "sequenceFlow", "lane"}:
                continue
            name = node.get("id")
            if not name:
                kind = local_name(node)
                yield _MISSING_ID.at(node, f"this {kind} has no id", "give it a readable id")
            elif not _NCNAME.fullmatch(name):
                yield _NAME.at(node, "its id is no XML name", "use letters, digits, _ - and .")
            elif name in seen:
                line = seen[name].sourceline
                yield _DUPLICATE.at(node, f"the id stands already in line {line}", "rename one")
            else:
                seen[name] = node


def _known(scope: Node) -> Iterator[Finding]:
    for node in children(scope):
        name = local_name(node)
        if name not in FLOW_NODES | _PASSIVE | _JUDGED:
            yield _UNKNOWN.at(node, f"<{name}> cannot be executed", "draw it in another way")
