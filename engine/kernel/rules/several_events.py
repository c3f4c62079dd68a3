"""Several definitions on one event: which can stand together."""

from collections.abc import Iterator

from engine.kernel.findings import Finding
from engine.kernel.rules.registry import define
from engine.kernel.rules.subject import Subject
from engine.kernel.words import EVENTS, Node, event_definitions, event_kind, is_true, local_name

_SEVERAL = define(
    "event/several-definitions",
    "error",
    "Several definitions on one event can wait, or be thrown, together; an end fails, terminates or undoes once.",  # noqa: E501 one sentence
    "同一事件的多个定义须可共同等待或共同抛出；结束事件只能有一个错误、终止或补偿。",
)
_WAITING = frozenset({"message", "signal", "timer", "conditional"})
#: What an end event may do last, beside what it throws.
_LAST = frozenset({"error", "terminate", "compensate"})
_TOGETHER: dict[str, frozenset[str]] = {
    "startEvent": _WAITING | {"error", "escalation"},
    "boundaryEvent": _WAITING | {"error", "escalation"},
    "intermediateCatchEvent": _WAITING,
    "intermediateThrowEvent": frozenset({"message", "signal", "escalation"}),
    "endEvent": frozenset({"message", "signal", "escalation"}) | _LAST,
}


def check(subject: Subject) -> Iterator[Finding]:
    """All rules of this family."""
    for node in subject.nodes(*sorted(EVENTS)):
        definitions = event_definitions(node)
        if len(definitions) > 1:
            yield from _several(node, definitions)


def _several(node: Node, definitions: list[Node]) -> Iterator[Finding]:
    """Several definitions on one event: the first that comes counts, or all are thrown."""
    kinds = [event_kind(definition) for definition in definitions]
    wrong = sorted(set(kinds) - _TOGETHER.get(local_name(node), frozenset()))
    if wrong:
        yield _SEVERAL.at(
            node, f"a {wrong[0]} event is one of several", "draw an event of its own for it"
        )
    last = [kind for kind in kinds if kind in _LAST]
    ends = local_name(node) == "endEvent"
    if ends and (len(last) > 1 or ("escalation" in kinds and last not in ([], ["compensate"]))):
        yield _SEVERAL.at(
            node,
            f"it would end by {' and '.join(kinds)}",
            "let one event throw, and another one end",
        )
    if is_true(node, "parallelMultiple") and local_name(node) != "intermediateCatchEvent":
        yield _SEVERAL.at(node, "it waits for all its events", "catch them one after the other")
