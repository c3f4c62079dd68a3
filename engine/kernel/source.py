"""Hardened reading: bytes of a diagram to a tree, or an error that names the line.

No DOCTYPE, no entities, no network; size, depth, number of elements and length of names are
limited, so that all that follows ends in bounded time. The bytes may be in any encoding that XML
allows.
"""

from dataclasses import dataclass, replace
from typing import Any

from lxml import etree

from engine.domain.evidence import digest
from engine.kernel.findings import DiagramError, Finding
from engine.kernel.recoding import recoded
from engine.kernel.rules.registry import define
from engine.kernel.source_size import (
    NAME_LIMIT,
    SIZE,
    SIZE_LIMIT,
    TOO_DEEP,
    VALUE_LIMIT,
    deep,
    wide,
)
from engine.kernel.words import INTERNAL, Node, bpmn, line_of, namespace_of

_XML = define("source/xml", "error", "The file is not well-formed XML.", "文件不是格式良好的 XML。")
_DOCTYPE = define(
    "source/doctype", "error", "A DOCTYPE or an entity is refused.", "不允许 DOCTYPE 或实体。"
)
_ROOT = define(
    "source/not-bpmn", "error", "The file holds no BPMN definitions.", "文件不含 BPMN 定义。"
)
_RESERVED = define(
    "source/reserved",
    "error",
    "A namespace that the gate uses for itself does not stand in a file.",
    "门禁内部使用的命名空间不得出现在文件中。",
)
_ENCODING = define(
    "source/encoding",
    "warning",
    "The declared encoding contradicts the bytes.",
    "声明的编码与字节不符。",
)


@dataclass(frozen=True, slots=True, eq=False)
class Source:
    """A diagram as it was read."""

    name: str
    root: Node
    #: SHA-256 of the bytes
    version: str
    remarks: tuple[Finding, ...] = ()


def read_source(name: str, data: bytes) -> Source:
    """Reads a diagram; DiagramError with one finding when it cannot be read safely."""
    try:
        root = _parsed(data)
    except _RefusedError as exc:
        raise DiagramError([replace(exc.finding, file=name)]) from exc
    return Source(name, root, digest(data), _encoding_remark(root, data, name))


class _RefusedError(Exception):
    def __init__(self, finding: Finding) -> None:
        super().__init__(finding.message)
        self.finding = finding


def _parsed(data: bytes) -> Node:
    if len(data) > SIZE_LIMIT:
        message = f"the file has {len(data)} bytes"
        raise _RefusedError(SIZE.finding(None, 0, message, f"at most {SIZE_LIMIT}"))
    root = _tree(data)
    for refused in (_doctype(root), _foreign_root(root), wide(root), deep(root), _reserved(root)):
        if refused is not None:
            raise _RefusedError(refused)
    return root


def _tree(data: bytes) -> Node:
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        return etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError, LookupError) as exc:
        other = recoded(data) if "encoding" in str(exc) else None
        if other is not None and other != data:
            return _tree(other)
        raise _RefusedError(_unreadable(exc, data)) from exc


def _unreadable(exc: Exception, data: bytes) -> Finding:
    line = getattr(exc, "lineno", 0) or 0
    if b"<!DOCTYPE" in data or b"<!ENTITY" in data:
        return _DOCTYPE.finding(None, line, "the file has a DOCTYPE", "remove the DOCTYPE")
    text = " ".join(str(getattr(exc, "msg", None) or exc).split())[:200]
    if "Excessive depth" in text:
        return SIZE.finding(None, line, TOO_DEEP, "flatten it")
    if "XML_PARSE_HUGE" in text:
        way_out = f"at most {VALUE_LIMIT} characters in a value"
        return SIZE.finding(None, line, "a text, name or value in it is too long", way_out)
    way_out = "save it as XML again"
    if _claims_two_bytes(data):
        text = "it declares UTF-16, but it is not written in it"
        way_out = 'write encoding="UTF-8" in the first line'
    elif "encoding" in text or "Invalid bytes" in text:
        way_out = "save it in UTF-8, or declare the encoding in which it is written"
    elif "declaration allowed only" in text:
        way_out = "remove what stands before <?xml"
    elif not data.strip():
        text, way_out = "it is empty", "save the diagram again"
    return _XML.finding(None, line, f"the file cannot be read: {text}", way_out)


def _claims_two_bytes(data: bytes) -> bool:
    head = data[:200].lower()
    return b"utf-16" in head.partition(b"?>")[0] and b"\x00" not in head


def _doctype(root: Node) -> Finding | None:
    info: Any = root.getroottree().docinfo
    if not info.doctype and info.internalDTD is None:
        return None
    return _DOCTYPE.finding(None, 1, "the file has a DOCTYPE", "remove the DOCTYPE")


def _foreign_root(root: Node) -> Finding | None:
    if root.tag == bpmn("definitions"):
        return None
    message = f"the root is {str(root.tag)[:NAME_LIMIT]}, not the definitions of BPMN 2.0"
    return _ROOT.finding(None, line_of(root), message, "export the diagram as BPMN 2.0 XML")


def _reserved(root: Node) -> Finding | None:
    """Marks of the gate itself: written in a file they would make it believe what is not so."""
    for node in root.iter():
        if any(namespace_of(name) == INTERNAL for name in (node.tag, *node.attrib)):
            message = f"the namespace {INTERNAL} is reserved"
            return _RESERVED.finding(None, line_of(node), message, "use another namespace")
    return None


def _encoding_remark(root: Node, data: bytes, name: str) -> tuple[Finding, ...]:
    """Says when a file declares one encoding but is plainly written in UTF-8."""
    declared = (root.getroottree().docinfo.encoding or "UTF-8").upper()
    if declared.startswith("UTF") or data.isascii():
        return ()
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return ()
    remark = _ENCODING.finding(
        None,
        1,
        f"the file declares {declared} but its bytes are UTF-8: names will be misread",
        'write encoding="UTF-8" in the first line',
        file=name,
    )
    return (remark,)
