"""Writes a diagram anew as another tool would: other prefixes, order, layout, white space."""

import random
from typing import Any

from lxml import etree

BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"
_DRAWING = "http://www.omg.org/spec/BPMN/20100524/DI"
_TYPE = "{http://www.w3.org/2001/XMLSchema-instance}type"
_AROUND = (
    "definitions",
    "process",
    "subProcess",
    "transaction",
    "collaboration",
    "laneSet",
    "lane",
)


def parse(data: bytes) -> Any:
    """The tree without comments."""
    parser = etree.XMLParser(remove_comments=True, remove_pis=True, resolve_entities=False)
    return etree.fromstring(data, parser)


def rewrite(data: bytes, seed: int, *, drawn: bool = True) -> bytes:
    """The same diagram in other words. `drawn` keeps a drawing, moved somewhere else."""
    draw = random.Random(seed)
    old = parse(data)
    spaces = sorted({uri for node in old.iter() for uri in node.nsmap.values()})
    draw.shuffle(spaces)
    nsmap: dict[str | None, str] = {f"n{i}": uri for i, uri in enumerate(spaces)}
    prefixes = {uri: prefix for prefix, uri in nsmap.items()}
    new = _copy(old, None, nsmap, prefixes, draw)
    for diagram in list(new.iter(f"{{{_DRAWING}}}BPMNDiagram")):
        if drawn:
            _move(diagram)
        else:
            diagram.getparent().remove(diagram)
    etree.indent(new, space="\t" if seed % 2 else "     ")
    encoding: Any = "UTF-16" if seed % 3 else "UTF-8"
    return bytes(etree.tostring(new, xml_declaration=True, encoding=encoding))


def _copy(node: Any, parent: Any, nsmap: Any, prefixes: dict[str, Any], draw: random.Random) -> Any:
    if parent is None:
        new = etree.Element(node.tag, nsmap=nsmap)
    else:
        new = etree.SubElement(parent, node.tag)
    attributes = list(node.attrib.items())
    draw.shuffle(attributes)
    for name, value in attributes:
        is_reference = name.endswith("Ref") or name == _TYPE
        new.set(name, _renamed(node, value, prefixes) if is_reference else value)
    is_reference = etree.QName(node).localname.endswith("Ref")
    text = node.text or ""
    new.text = _renamed(node, text.strip(), prefixes) if is_reference else text
    children = list(node)
    if etree.QName(node).namespace == BPMN and etree.QName(node).localname in _AROUND:
        draw.shuffle(children)
    for child in children:
        _copy(child, new, nsmap, prefixes, draw)
    new.tail = node.tail
    return new


def _renamed(node: Any, value: str, prefixes: dict[str, Any]) -> str:
    prefix, _, local = value.rpartition(":")
    uri = node.nsmap.get(prefix or None) if prefix else None
    return f"{prefixes[uri]}:{local}" if uri in prefixes else value


def _move(diagram: Any) -> None:
    for node in diagram.iter():
        for name in ("x", "y"):
            if node.get(name):
                node.set(name, str(float(node.get(name)) + 37))
