"""For each row of the table of BPMN the smallest diagram in which that element can stand."""

import copy
from collections import deque
from functools import cache

from lxml import etree

from engine.kernel.bpmn_table import ELEMENTS
from engine.kernel.reference.bpmn_page import type_of
from engine.kernel.words import BPMN, Node, bpmn
from engine.kernel.xsd.fates import element_key
from engine.kernel.xsd.model import Attribute, Child, bpmn_schema
from tests.gate.by_hand import HAND
from tests.gate.sketches import IT
from tests.gate.special_attributes import SPECIAL

#: Where the value that is put there must lead somewhere, or needs another diagram.
_EXPRESSIONS = ("condition", "Condition", "loopCardinality", "conditionExpression", "time", "Path")
VALUES: dict[str, str] = {
    "messageFlow@messageRef": "message_m",
    **{f"{name}@default": "it_to_end" for name in ELEMENTS},
    **{f"{name}@language": "FEEL" for name in ELEMENTS if any(e in name for e in _EXPRESSIONS)},
}
_PREFERRED = ("definitions", "process", "userTask", "serviceTask", "intermediateCatchEvent")


@cache
def parents() -> dict[str, str]:
    """For each row the row of an element that it may stand in, as near to the top as can be."""
    schema = bpmn_schema()
    found: dict[str, str] = {}
    queue = deque(["definitions"])
    seen = {"definitions"}
    while queue:
        parent = queue.popleft()
        type_ = type_of(parent)
        if type_ is None or type_.open:
            continue
        for child in type_.children:
            for name in sorted(_may_stand(child), key=_rank):
                key = element_key(name, child)
                grouping = child.is_global and name in schema.abstract
                if key not in seen and key in ELEMENTS and not grouping:
                    seen.add(key)
                    found[key] = parent
                    queue.append(key)
    return found


def _rank(name: str) -> tuple[bool, str]:
    return name not in _PREFERRED, name


def _may_stand(child: Child) -> list[str]:
    if not child.is_global:
        return [child.name]
    schema = bpmn_schema()
    return [name for name in schema.elements if child.name in schema.heads(name)]


def standing(key: str) -> tuple[Node, Node]:
    """A diagram in which the element of the row stands, and the element."""
    if key in HAND:
        root = etree.fromstring(HAND[key])
        return root, _find(root, key.rpartition("/")[2])
    root, parent = standing(parents()[key])
    name = key.rpartition("/")[2]
    node = next((n for n in parent if n.tag == bpmn(name)), None)
    if node is None:
        node = made(key)
        parent.append(node)
    return root, node


def _find(root: Node, name: str) -> Node:
    found = list(root.iter(bpmn(name)))
    return next((n for n in found if n.get("id") == IT), found[-1])


def made(key: str) -> Node:
    """The element with what the schema demands of it and nothing else."""
    node = etree.Element(bpmn(key.rpartition("/")[2]), nsmap={"b": BPMN})
    type_ = type_of(key)
    if type_ is None:
        node.text = "ask"
        return node
    for attribute in type_.attributes.values():
        if attribute.required:
            node.set(attribute.name, value_of(attribute))
    if type_.mixed:
        node.text = "1 = 1" if not type_.open else "x"
    for child in type_.children:
        for _ in range(child.least):
            node.append(made(element_key(child.name, child)))
    if type_.name in ("tResourceRole", "tPerformer", "tHumanPerformer", "tPotentialOwner"):
        node.append(made("resourceRole/resourceRef"))
    return node


def value_of(attribute: Attribute) -> str:
    """A value that is not what is meant without it."""
    values = bpmn_schema().values.get(attribute.type, ())
    if values:
        return next(v for v in values if v != attribute.default)
    if attribute.type == "xsd:boolean":
        return "false" if attribute.default == "true" else "true"
    known = {"xsd:integer": "2", "xsd:int": "2", "xsd:anyURI": "urn:x", "xsd:ID": "other"}
    return known.get(attribute.type, "ask")


def with_attribute(key: str, attribute: Attribute) -> Node:
    """The diagram of the row with this attribute on the element."""
    if f"{key}@{attribute.name}" in SPECIAL:
        return etree.fromstring(SPECIAL[f"{key}@{attribute.name}"])
    root, node = standing(key)
    if attribute.name not in node.attrib:
        node.set(attribute.name, VALUES.get(f"{key}@{attribute.name}") or value_of(attribute))
    return copy.deepcopy(root)
