"""Damages diagrams at random but by a seed: trees, texts, bytes, encodings, entities."""

import copy
import random
from collections.abc import Callable

from lxml import etree

from tests.kernel.drawing import BPMN

_GARBAGE = (
    "",
    " ",
    "x",
    "true",
    "0",
    "-1",
    "1e999",
    "9" * 400,
    "${a == 1}",
    "#{!x}",
    "=1+",
    "=",
    "=a.b.c",
    "=" + "(" * 300 + "1" + ")" * 300,
    "=" + "not(" * 200 + "a" + ")" * 200,
    "=" + "1+" * 2000 + "1",
    "=[" * 200,
    "=for x in 1..1000000000 return x",
    "a b c",
    "late",
    "start",
    "PT1H",
    "PT0S",
    "P99999999Y",
    "R/PT0S",
    "R999999999/PT1S",
    "2026-13-45T99:99:99Z",
    "立案",
    "\u202e\u0300",
    "a" * 3000,
    "<&>\"'",
    "{}",
    "../../etc/passwd",
    "%s%n",
    "urn:caseloop:bpmn:1:internal",
)
_LINK = "{urn:caseloop:bpmn:1:internal}link"
_ENCODINGS = (
    "utf-8",
    "utf-8-sig",
    "utf-16",
    "utf-16-le",
    "utf-16-be",
    "utf-32",
    "iso-8859-1",
    "windows-1252",
    "gb18030",
    "big5",
    "shift_jis",
    "cp037",
    "ascii",
    "utf-7",
)
_NAMES = (
    *(e.upper() for e in _ENCODINGS),
    "martian",
    "UTF-16",
    "IBM037",
    "x-mac-roman",
    "hex",
    "idna",
    "",
)
_ENTITIES = (
    b'<!DOCTYPE d [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;">]>',
    b'<!DOCTYPE d SYSTEM "file:///etc/passwd">',
    b'<!DOCTYPE d [<!ENTITY % p SYSTEM "http://127.0.0.1:9/x"> %p;]>',
    b'<!DOCTYPE d [<!ATTLIST userTask id CDATA "forced">]>',
    b"<!DOCTYPE d [",
)
_LATER = (
    b"&b;",
    b"&#0;",
    b"&#xD800;",
    b"&#x10FFFF;",
    b"&amp;",
    b"]]>",
    b"<![CDATA[",
    b"<!--",
    b"<?x",
)

Chance = random.Random
Tree = etree._Element


def mutated(chance: Chance, data: bytes) -> bytes:
    """The file, damaged once to a few times in the tree, and sometimes in its bytes."""
    if chance.random() < 0.06:
        return chance.randbytes(chance.choice((0, 1, 7, 300, 5000)))
    if chance.random() < 0.8:
        data = _in_tree(chance, data)
    if chance.random() < 0.35:
        data = chance.choice(_BYTES)(chance, data)
    return data


def _in_tree(chance: Chance, data: bytes) -> bytes:
    parser = etree.XMLParser(resolve_entities=False, no_network=True)
    root = etree.fromstring(data, parser)
    for _ in range(chance.choice((1, 1, 2, 3, 8))):
        nodes = [n for n in root.iterdescendants() if isinstance(n.tag, str)]
        if nodes:
            chance.choice(_TREES)(chance, nodes, root)
    return etree.tostring(root, encoding="UTF-8", xml_declaration=True)


def _drop_attribute(chance: Chance, nodes: list[Tree], root: Tree) -> None:
    node = chance.choice(nodes)
    if node.attrib:
        del node.attrib[chance.choice(list(node.attrib))]


def _set_attribute(chance: Chance, nodes: list[Tree], root: Tree) -> None:
    node = chance.choice(nodes)
    known = [name for n in nodes for name in n.attrib]
    node.set(chance.choice(known or ["id"]), chance.choice(_GARBAGE))


def _swap_values(chance: Chance, nodes: list[Tree], root: Tree) -> None:
    node, other = chance.choice(nodes), chance.choice(nodes)
    if node.attrib and other.attrib:
        mine, theirs = chance.choice(list(node.attrib)), chance.choice(list(other.attrib))
        value = node.get(mine) or ""
        node.set(mine, other.get(theirs) or "")
        other.set(theirs, value)


def _drop(chance: Chance, nodes: list[Tree], root: Tree) -> None:
    node = chance.choice(nodes)
    parent = node.getparent()
    if parent is not None:
        parent.remove(node)


def _double(chance: Chance, nodes: list[Tree], root: Tree) -> None:
    node, place = chance.choice(nodes), chance.choice(nodes)
    place.insert(chance.randint(0, len(place)), copy.deepcopy(node))


def _move(chance: Chance, nodes: list[Tree], root: Tree) -> None:
    node, place = chance.choice(nodes), chance.choice([root, *nodes])
    if place is not node and node not in place.iterancestors():
        place.append(node)


def _retag(chance: Chance, nodes: list[Tree], root: Tree) -> None:
    node = chance.choice(nodes)
    names = ("subProcess", "transaction", "process", "definitions", "adHocSubProcess", "nothing")
    tag = chance.choice((chance.choice(nodes).tag, f"{{{BPMN}}}{chance.choice(names)}", "bare"))
    node.tag = tag


def _rewrite_text(chance: Chance, nodes: list[Tree], root: Tree) -> None:
    chance.choice(nodes).text = chance.choice([g for g in _GARBAGE if g.isprintable()])


def _nest(chance: Chance, nodes: list[Tree], root: Tree) -> None:
    place = chance.choice(nodes)
    kind = chance.choice(("subProcess", "laneSet", "extensionElements", "documentation"))
    for n in range(chance.choice((3, 20, 120, 260))):
        inner = etree.SubElement(place, f"{{{BPMN}}}{kind}")
        inner.set("id", f"deep{n}")
        place = inner


def _widen(chance: Chance, nodes: list[Tree], root: Tree) -> None:
    node = chance.choice(nodes)
    for _ in range(chance.choice((10, 100))):
        node.append(copy.deepcopy(chance.choice(nodes)) if len(nodes) < 200 else etree.Element("b"))
        if sum(1 for _ in root.iter()) > 3000:
            break


def _huge_id(chance: Chance, nodes: list[Tree], root: Tree) -> None:
    chance.choice(nodes).set("id", chance.choice(("i" * 300, "ü" * 250, "a" * 70_000)))


def _fake_mark(chance: Chance, nodes: list[Tree], root: Tree) -> None:
    chance.choice(nodes).set(_LINK, "true")


def _rare(chance: Chance, nodes: list[Tree], root: Tree) -> None:
    chance.choice((_huge_id, _fake_mark))(chance, nodes, root)


_TREES: tuple[Callable[[Chance, list[Tree], Tree], None], ...] = (
    _drop_attribute,
    _set_attribute,
    _set_attribute,
    _swap_values,
    _swap_values,
    _drop,
    _double,
    _move,
    _retag,
    _rewrite_text,
    _drop_attribute,
    _swap_values,
    _drop,
    _double,
    _move,
    _nest,
    _widen,
    _rare,
)


def _flip(chance: Chance, data: bytes) -> bytes:
    found = bytearray(data)
    for _ in range(chance.choice((1, 3, 20))):
        if found:
            found[chance.randrange(len(found))] ^= 1 << chance.randrange(8)
    return bytes(found)


def _cut(chance: Chance, data: bytes) -> bytes:
    at = chance.randrange(len(data) + 1)
    return data[:at] if chance.random() < 0.5 else data[at:]


def _splice(chance: Chance, data: bytes) -> bytes:
    at = chance.randrange(len(data) + 1)
    start = chance.randrange(len(data) + 1)
    piece = data[start : start + 200] if chance.random() < 0.5 else chance.randbytes(8)
    return data[:at] + piece + data[at:]


def _recode(chance: Chance, data: bytes) -> bytes:
    """Another encoding, declared truly, falsely or not at all."""
    text = data.decode("utf-8", "replace")
    name = chance.choice(_ENCODINGS)
    declared = chance.choice((name, name, chance.choice(_NAMES)))
    _, mark, rest = text.partition("?>")
    if mark:
        declaration = f"<?xml version='1.0' encoding='{declared}'" if declared else "<?xml"
        text = declaration + mark + rest
    return text.encode(name, "replace")


def _entity(chance: Chance, data: bytes) -> bytes:
    head, mark, rest = data.partition(b"?>")
    doctype = chance.choice(_ENTITIES) if chance.random() < 0.6 else b""
    at = rest.find(b'"', chance.randrange(len(rest) + 1)) + 1
    return head + mark + doctype + rest[:at] + chance.choice(_LATER) + rest[at:]


_BYTES: tuple[Callable[[Chance, bytes], bytes], ...] = (
    _flip,
    _cut,
    _splice,
    _recode,
    _recode,
    _entity,
)
