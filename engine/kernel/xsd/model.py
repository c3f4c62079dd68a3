"""The XML Schema of BPMN as tables: which attributes and children an element may have.

The schema processor stops at the first fault of an element's content, and says it in words that
no designer reads. These tables let every fault be named, and let a test walk the whole language.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType

from lxml import etree

from engine.kernel.words import Node
from engine.kernel.xsd.shipped import schema_trees

XS = "{http://www.w3.org/2001/XMLSchema}"
#: The type of a child of which anything may be inside.
ANYTHING = "##any"


@dataclass(frozen=True, slots=True)
class Attribute:
    """An attribute, with the type that declares it."""

    name: str
    type: str
    required: bool
    default: str | None
    owner: str


@dataclass(frozen=True, slots=True)
class Child:
    """A place for children: an element, or any element that may stand for it."""

    name: str
    type: str
    least: int
    most: int | None
    owner: str
    #: a global element (which others may stand for), not one declared here
    is_global: bool
    #: children of different branches of one choice exclude each other
    branch: int | None = None


@dataclass(frozen=True, slots=True)
class Type:
    """A complex type with everything it inherits."""

    name: str
    base: str | None
    abstract: bool
    mixed: bool
    attributes: Mapping[str, Attribute]
    children: tuple[Child, ...]
    #: any elements of other namespaces may stand inside
    open: bool


@dataclass(frozen=True, slots=True)
class Schema:
    """The whole language."""

    #: type of each global element
    elements: Mapping[str, str]
    #: the global elements that cannot stand in a file
    abstract: frozenset[str]
    #: which element another may stand for
    stands_for: Mapping[str, str]
    types: Mapping[str, Type]
    #: the values of the enumerated simple types
    values: Mapping[str, tuple[str, ...]]

    def heads(self, name: str) -> Iterator[str]:
        """The element and those that it may stand for."""
        current: str | None = name
        while current is not None:
            yield current
            current = self.stands_for.get(current)

    def place(self, parent: Type, name: str) -> tuple[int, Child] | None:
        """Where a child of this name stands in its parent."""
        heads = tuple(self.heads(name))
        for at, child in enumerate(parent.children):
            if child.name == name or (child.is_global and child.name in heads):
                return at, child
        return None

    def type_of(self, parent: Type | None, name: str) -> Type | None:
        """The type of an element, standing in this parent."""
        found = None if parent is None else self.place(parent, name)
        if found is not None and not found[1].is_global:
            return self.types.get(found[1].type)
        return self.types.get(self.elements.get(name, ""))

    def derives(self, name: str, base: str) -> bool:
        """Whether a type is another or extends it."""
        current: str | None = name
        while current is not None and current != base:
            found = self.types.get(current)
            current = None if found is None else found.base
        return current == base


@cache
def bpmn_schema() -> Schema:
    """Read once from the installed files."""
    declared = [node for tree in schema_trees() for node in tree]
    elements = {_name(n): n.get("type") or "" for n in declared if n.tag == f"{XS}element"}
    raw = {_name(n): n for n in declared if n.tag == f"{XS}complexType"}
    types: dict[str, Type] = {}
    for name in raw:
        _read_type(name, raw, elements, types)
    said = {_name(n) for n in declared if n.tag == f"{XS}element" and n.get("abstract") == "true"}
    return Schema(
        elements=MappingProxyType(elements),
        abstract=frozenset(said | {n for n, type_ in elements.items() if types[type_].abstract}),
        stands_for=MappingProxyType(_groups(declared)),
        types=MappingProxyType(types),
        values=MappingProxyType(_values(declared)),
    )


def _name(node: Node) -> str:
    return node.get("name") or ""


def _groups(declared: list[Node]) -> dict[str, str]:
    return {_name(n): n.get("substitutionGroup") or "" for n in declared if _stands(n)}


def _stands(node: Node) -> bool:
    return node.tag == f"{XS}element" and node.get("substitutionGroup") is not None


def _values(declared: list[Node]) -> dict[str, tuple[str, ...]]:
    return {
        _name(node): tuple(e.get("value") or "" for e in node.iter(f"{XS}enumeration"))
        for node in declared
        if node.tag == f"{XS}simpleType"
    }


def _read_type(
    name: str, raw: Mapping[str, Node], elements: Mapping[str, str], types: dict[str, Type]
) -> Type:
    if name in types:
        return types[name]
    node = raw[name]
    extension = node.find(f"{XS}complexContent/{XS}extension")
    body = node if extension is None else extension
    base = None
    if extension is not None:
        base = _read_type(extension.get("base") or "", raw, elements, types)
    own = tuple(_children(body, name, elements, None))
    attributes = {a.name: a for a in _attributes(body, name)}
    types[name] = Type(
        name=name,
        base=None if base is None else base.name,
        abstract=node.get("abstract") == "true",
        mixed=node.get("mixed") == "true" or (base is not None and base.mixed),
        attributes=MappingProxyType((dict(base.attributes) if base else {}) | attributes),
        children=(base.children if base else ()) + own,
        open=body.find(f".//{XS}any") is not None,
    )
    return types[name]


def _attributes(body: Node, owner: str) -> Iterator[Attribute]:
    for node in body.findall(f"{XS}attribute"):
        yield Attribute(
            node.get("name") or "",
            node.get("type") or "",
            node.get("use") == "required",
            node.get("default"),
            owner,
        )


def _children(
    body: Node, owner: str, elements: Mapping[str, str], branch: int | None
) -> Iterator[Child]:
    for at, node in enumerate(body):
        kind = etree.QName(node).localname
        if kind in ("sequence", "choice"):
            inside = at + 1 if body.tag == f"{XS}choice" else branch
            yield from _children(node, owner, elements, inside)
        elif kind == "element":
            yield _child(node, owner, elements, at + 1 if body.tag == f"{XS}choice" else branch)


def _child(node: Node, owner: str, elements: Mapping[str, str], branch: int | None) -> Child:
    # the one prefix in a reference is that of the picture, which nobody looks into here
    reference = (node.get("ref") or "").rpartition(":")[2]
    name = reference or node.get("name") or ""
    most = node.get("maxOccurs", "1")
    return Child(
        name=name,
        type=elements.get(name, ANYTHING) if reference else node.get("type") or "",
        least=0 if branch is not None else int(node.get("minOccurs", "1")),
        most=None if most == "unbounded" else int(most),
        owner=owner,
        is_global=bool(reference),
        branch=branch,
    )
