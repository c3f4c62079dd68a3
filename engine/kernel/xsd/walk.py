"""Walks a diagram along the schema: every place where it is not what BPMN 2.0 allows.

What stands in extension elements, in documentation, or in elements of other vendors is not looked
into: BPMN leaves it open, and the gate names it elsewhere.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from enum import StrEnum

from engine.kernel.words import BPMN, XSI, Node, line_of, local_name, namespace_of
from engine.kernel.xsd.fates import element_key
from engine.kernel.xsd.model import Attribute, Child, Schema, Type, bpmn_schema
from engine.kernel.xsd.values import expected, is_value


class Kind(StrEnum):
    """What sort of fault it is."""

    ELEMENT = "element"
    ATTRIBUTE = "attribute"
    VALUE = "value"
    MISSING = "missing"
    TOO_MANY = "too many"
    ORDER = "order"
    TEXT = "text"
    FOREIGN = "foreign"
    RETYPED = "retyped"
    TWICE = "twice"


#: Attributes that BPMN gives to formal expressions only.
_FORMAL = frozenset({"language", "evaluatesToTypeRef"})
#: Longer words are no slip of the pen.
_WORD = 60


@dataclass(frozen=True, slots=True, eq=False)
class Violation:
    """One place where a diagram is not what the schema allows."""

    kind: Kind
    node: Node
    #: the row of the table of BPMN that the node belongs to; None when the schema knows none
    key: str | None
    message: str
    help: str
    #: the attribute that the fault is about, where the schema knows it
    attribute: Attribute | None = None
    #: the name that the schema does not know, and those that it knows
    word: str | None = None
    known: tuple[str, ...] = ()
    #: the element that has the same id
    first: Node | None = None

    @property
    def way_out(self) -> str:
        """What to do: a slip of the pen is corrected (looked for only when it is shown)."""
        near = get_close_matches((self.word or "")[:_WORD], self.known, 1) if self.known else []
        return f"write {near[0]!r}" if near and near[0] != self.word else self.help


@dataclass(frozen=True, slots=True, eq=False)
class Place:
    """A node with what the schema says about it."""

    node: Node
    key: str
    type: Type | None
    #: the simple type of its text, where it has no complex one
    text: str | None = None
    #: an expression that should say by xsi:type that it is a formal one
    loose: bool = False


def places(root: Node) -> Iterator[Place]:
    """Every BPMN element that the schema knows where it stands, in document order."""
    schema = bpmn_schema()
    stack = [_root(schema, root)]
    while stack:
        place = stack.pop()
        yield place
        if place.type is not None and not place.type.open:
            inside = (_place(schema, place.type, node) for node in place.node)
            stack.extend(reversed([found for found in inside if found is not None]))


def _root(schema: Schema, root: Node) -> Place:
    return Place(root, "definitions", schema.types[schema.elements["definitions"]])


def _place(schema: Schema, parent: Type, node: Node) -> Place | None:
    name = local_name(node)
    found = schema.place(parent, name) if name else None
    if found is None or (found[1].is_global and name in schema.abstract):
        return None
    child, key = found[1], element_key(name, found[1])
    if child.is_global or child.type in schema.types:
        type_ = schema.type_of(parent, name)
        if type_ is not None and type_.name == "tExpression":
            return Place(node, key, schema.types["tFormalExpression"], loose=True)
        return Place(node, key, type_)
    return Place(node, key, None, child.type)


def violations(root: Node) -> Iterator[Violation]:
    """Every fault of the diagram, in document order."""
    seen: dict[str, Node] = {}
    for place in places(root):
        yield from _attributes(place)
        yield from _content(place)
        name = (place.node.get("id") or "").strip()
        if name in seen:
            first = seen[name]
            message = f"its id {name[:60]!r} stands already in line {line_of(first)}"
            way_out = "give it another id"
            yield Violation(Kind.TWICE, place.node, place.key, message, way_out, first=first)
        elif name:
            seen[name] = place.node


def _attributes(place: Place) -> Iterator[Violation]:
    node, known = place.node, place.type.attributes if place.type else {}
    for name, text in sorted((str(k), str(v)) for k, v in node.attrib.items()):
        if namespace_of(name):
            yield from _prefixed(place, name, text)
        elif place.loose and name in _FORMAL:
            yield from _informal(place, name)
        elif name not in known:
            yield _unknown_attribute(place, name, list(known))
        elif not is_value(known[name].type, text):
            wanted = expected(known[name].type)
            message = f"{name}={text[:60]!r} cannot be read"
            yield Violation(Kind.VALUE, node, place.key, message, f"write {wanted}", known[name])
    for name, attribute in known.items():
        if attribute.required and node.get(name) is None:
            message = f"the attribute {name!r} is missing"
            yield Violation(Kind.MISSING, node, place.key, message, f"write {name}=…", attribute)


def _prefixed(place: Place, name: str, text: str) -> Iterator[Violation]:
    """Attributes of other vendors may stand anywhere; those of BPMN have no prefix."""
    space, word = namespace_of(name), name.rpartition("}")[2]
    if space == XSI and word == "type":
        yield from _retyped(place, text)
    elif space == BPMN:
        message = f"the attribute {word!r} has a prefix and would be ignored"
        yield Violation(Kind.ATTRIBUTE, place.node, place.key, message, "write it without prefix")


def _informal(place: Place, name: str) -> Iterator[Violation]:
    """Every expression may say its language here, whether or not it says that it is formal."""
    if place.node.get(f"{{{XSI}}}type") is None:
        message = f"{name} stands on an expression that is not declared as formal; it is read"
        way_out = 'write xsi:type="tFormalExpression" beside it'
        yield Violation(Kind.FOREIGN, place.node, place.key, message, way_out)


def _unknown_attribute(place: Place, name: str, known: list[str]) -> Violation:
    kind = local_name(place.node)
    way_out = "remove it, or give it the prefix of its vendor"
    message = f"BPMN knows no attribute {name[:60]!r} on <{kind}>, so it would be ignored"
    return Violation(
        Kind.ATTRIBUTE, place.node, place.key, message, way_out, None, name, tuple(known)
    )


def _retyped(place: Place, text: str) -> Iterator[Violation]:
    """`xsi:type` may say that an expression is formal; it may not make a task another task."""
    wanted = text.strip().rpartition(":")[2]
    own = place.type.name if place.type else ""
    if wanted == own or (own == "tFormalExpression" and wanted == "tExpression"):
        return
    message = f"xsi:type={text[:60]!r} would make it something else than <{place.key}>"
    way_out = "remove xsi:type, and draw the element that is meant"
    yield Violation(Kind.RETYPED, place.node, place.key, message, way_out)


def _content(place: Place) -> Iterator[Violation]:
    if place.type is None:
        yield from _simple_text(place)
        return
    if not place.type.mixed and not place.type.open and _loose_text(place.node):
        message = f"the text {_loose_text(place.node)[:40]!r} stands here and nobody reads it"
        way_out = "put it into <documentation>, or remove it"
        yield Violation(Kind.TEXT, place.node, place.key, message, way_out)
    if not place.type.open:
        yield from _children(place, place.type)
    elif place.key == "extensionElements":
        yield from _misled(place)


def _misled(place: Place) -> Iterator[Violation]:
    """What is no extension is not looked for among extensions."""
    for node in place.node:
        if namespace_of(node.tag) in ("", BPMN):
            name = str(node.tag).rpartition("}")[2]
            message = f"<{name}> stands in <extensionElements> and means nothing there"
            way_out = "move it out of <extensionElements>, if it is meant"
            yield Violation(Kind.FOREIGN, node, place.key, message, way_out)


def _simple_text(place: Place) -> Iterator[Violation]:
    text = "".join(str(part) for part in place.node.itertext())
    if len(place.node) or not is_value(place.text or "", text):
        message = f"<{local_name(place.node)}> holds {text.strip()[:60]!r}"
        yield Violation(
            Kind.VALUE, place.node, place.key, message, f"write {expected(place.text or '')}"
        )


def _loose_text(node: Node) -> str:
    parts = [node.text or "", *(child.tail or "" for child in node)]
    return " ".join(part.strip() for part in parts if part.strip())


def _children(place: Place, type_: Type) -> Iterator[Violation]:
    schema = bpmn_schema()
    counted: Counter[int] = Counter()
    branches: set[int] = set()
    last, ordered = -1, True
    for node in place.node:
        name = local_name(node)
        found = schema.place(type_, name) if name else None
        if found is None or (found[1].is_global and name in schema.abstract):
            yield from _stranger(place, node, known=found is None)
            continue
        at, child = found
        ordered, last = ordered and at >= last, max(at, last)
        counted[at] += 1
        if counted[at] == (child.most or 0) + 1 and child.most is not None:
            yield _too_many(place, node, child)
        if child.branch is not None:
            branches.add(child.branch)
    yield from _count(place, type_, counted, branches)
    if not ordered:
        message = "its children stand in another order than BPMN wants; they are read all the same"
        yield Violation(Kind.ORDER, place.node, place.key, message, "save it with a BPMN tool")


def _too_many(place: Place, node: Node, child: Child) -> Violation:
    message = f"there are more than {child.most} <{local_name(node)}>, and one would be ignored"
    return Violation(Kind.TOO_MANY, place.node, place.key, message, "keep one of them")


def _count(
    place: Place, type_: Type, counted: Counter[int], branches: set[int]
) -> Iterator[Violation]:
    if len(branches) > 1:
        message = "it holds several of which BPMN allows one"
        yield Violation(Kind.TOO_MANY, place.node, place.key, message, "keep one of them")
    for at, child in enumerate(type_.children):
        if counted[at] < child.least:
            message = f"it has no <{child.name}>, which BPMN demands"
            yield Violation(Kind.MISSING, place.node, place.key, message, f"add a <{child.name}>")


def _stranger(place: Place, node: Node, *, known: bool) -> Iterator[Violation]:
    """A child for which the schema has no place here."""
    space, name = namespace_of(node.tag), str(node.tag).rpartition("}")[2]
    inside = f"<{local_name(place.node)}>"
    if space and space != BPMN:
        if _is_drawing_place(place, node):
            return
        message = f"<{name}> of another vendor stands outside <extensionElements> in {inside}"
        way_out = "put it into <extensionElements>"
        yield Violation(Kind.FOREIGN, place.node, place.key, message, way_out)
        return
    schema = bpmn_schema()
    way_out = f"remove it, or move it to where it belongs (line {line_of(node)})"
    if not space:
        message = f"<{name}> in {inside} has no namespace and would be ignored"
        way_out = "give it the prefix of BPMN"
    elif not known or name not in schema.elements:
        message = f"BPMN knows no element <{name}> in {inside}: it would be ignored"
    else:
        message = f"<{name}> may not stand in {inside}: it would be ignored"
    key = None if name not in schema.elements or not known else place.key
    yield Violation(
        Kind.ELEMENT, node, key, message, way_out, word=name, known=tuple(schema.elements)
    )


def _is_drawing_place(place: Place, node: Node) -> bool:
    """The picture stands in the definitions; it is nobody's business here."""
    return place.key == "definitions" and str(node.tag).endswith("}BPMNDiagram")
