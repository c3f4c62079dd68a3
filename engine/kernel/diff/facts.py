"""What one element says, as fields: name, condition, timer, documentation, extensions."""

from collections.abc import Iterator

from engine.kernel.diff.structure import REPEATED, stands_for_itself
from engine.kernel.diff.texts import attributes, field_name, reference, tidy
from engine.kernel.words import DRAWING, Node, event_kind, local_name, namespace_of, text_of

_FIELDS = {"sourceRef": "source", "targetRef": "target", "attachedToRef": "attached to"}
#: On the root: which tool wrote the file says nothing about the diagram.
_TOOLS = frozenset({"exporter", "exporterVersion", "name"})
#: Our assignments are done one after the other; elsewhere order says nothing.
_ORDERED = frozenset({"cl:assign", "cl:in", "cl:out"})
#: Always FEEL, with or without a leading `=`.
_EXPRESSIONS = frozenset(
    {
        "completionCondition",
        "condition",
        "conditionExpression",
        "loopCardinality",
        "loopCondition",
    }
)
_PLACEHOLDER = "__targetRef_placeholder"
_NAMING = ("name", "key", "variable", "source", "target", "event")


def facts_of(node: Node) -> dict[str, str]:
    """All fields of an element; what stands in it for itself is left to that."""
    facts = {_FIELDS.get(n, n): text for n, text in attributes(node, of_ours=True)}
    if local_name(node) == "definitions":
        facts = {n: text for n, text in facts.items() if n not in _TOOLS and "}" not in n}
    parts: dict[str, list[str]] = {}
    for name, text in _details(node):
        parts.setdefault(name, []).append(text)
    for name, texts in parts.items():
        facts[name] = "; ".join(texts if name in _ORDERED else sorted(texts))
    return {name: text for name, text in facts.items() if text}


def canonical(node: Node) -> str:
    """A whole element in one text: name, attributes, text, children; no ids, no prefixes."""
    inside = _inside(node)
    name = field_name(str(node.tag))
    return f"{name} {inside}".rstrip()


def _inside(node: Node) -> str:
    """The same without the element's own name."""
    of_ours = bool(local_name(node))
    said = [f"{n}={text}" for n, text in sorted(attributes(node, of_ours=of_ours))]
    text = _text(node, tidy(node.text or ""))
    parts = sorted(canonical(part) for part in node if not _is_passed_over(part))
    tails = [tidy(part.tail or "") for part in node]
    said += [word for word in (text, *tails) if word]
    inner = "; ".join(parts)
    if not said or not inner:
        return ", ".join(said) or inner
    return f"{', '.join(said)} ({inner})"


def _is_passed_over(node: Node) -> bool:
    """What draws, repeats, or stands where a tool needed a target for data of a whole activity."""
    kind = local_name(node)
    if namespace_of(node.tag) in DRAWING or kind in REPEATED:
        return True
    if kind == "property":
        return node.get("name") == _PLACEHOLDER
    around = node.getparent()
    if kind != "targetRef" or around is None or local_name(around) != "dataInputAssociation":
        return False
    activity = around.getparent()
    return activity is not None and text_of(node) in {activity.get("id"), *_placeholders(activity)}


def _placeholders(activity: Node) -> Iterator[str | None]:
    for part in activity:
        if local_name(part) == "property" and part.get("name") == _PLACEHOLDER:
            yield part.get("id")


def _text(node: Node, text: str) -> str:
    kind = local_name(node)
    if kind in _EXPRESSIONS:
        return text.removeprefix("=").lstrip()
    return reference(node, text) if kind.endswith("Ref") else text


def _details(node: Node) -> Iterator[tuple[str, str]]:
    """Field and text of everything inside that does not stand for itself."""
    for part in node:
        kind = local_name(part)
        if _is_passed_over(part) or stands_for_itself(part, node):
            continue
        if kind == "documentation":
            yield kind, tidy(text_of(part))
        elif kind == "extensionElements":
            yield from map(_extension, part)
        elif kind.endswith("EventDefinition"):
            yield event_kind(part), _inside(part) or "yes"
        elif kind == "conditionExpression":
            yield "condition", _inside(part)
        else:
            yield field_name(str(part.tag)), _inside(part) or "yes"


def _extension(node: Node) -> tuple[str, str]:
    """Several of one kind are told apart by what names them, unless their order counts."""
    name = field_name(str(node.tag))
    naming = next((node.get(word) for word in _NAMING if node.get(word)), None)
    if naming is None or name in _ORDERED:
        return name, _inside(node) or "yes"
    return f"{name} {tidy(naming)}", _inside(node)
