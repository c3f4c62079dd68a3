"""Hardened reading: bytes of a diagram to a tree, or an error that names the line.

No DOCTYPE, no entities, no network, at most 1 MB and 100 levels. The bytes may be in any encoding
that XML allows.
"""

from dataclasses import dataclass
from typing import Any

from lxml import etree

from engine.domain.evidence import digest
from engine.kernel.findings import DiagramError, Finding, Severity
from engine.kernel.rules.registry import define
from engine.kernel.words import Node, bpmn, line_of

SIZE_LIMIT = 1_048_576
DEPTH_LIMIT = 100

_XML = define("source/xml", "error", "The file is not well-formed XML.", "文件不是格式良好的 XML。")
_SIZE = define("source/size", "error", "The file is too large or too deep.", "文件过大或嵌套过深。")
_DOCTYPE = define(
    "source/doctype", "error", "A DOCTYPE or an entity is refused.", "不允许 DOCTYPE 或实体。"
)
_ROOT = define(
    "source/not-bpmn", "error", "The file holds no BPMN definitions.", "文件不含 BPMN 定义。"
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
    if len(data) > SIZE_LIMIT:
        raise _refused(
            _SIZE.finding(None, 0, f"the file has {len(data)} bytes", f"at most {SIZE_LIMIT}"), name
        )
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
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError, LookupError) as exc:
        line = getattr(exc, "lineno", 0) or 0
        raise _refused(
            _XML.finding(None, line, f"the file cannot be read: {exc}", "save it as XML again"),
            name,
        ) from exc
    _refuse_unsafe(root, name)
    return Source(name, root, digest(data), _encoding_remark(root, data, name))


def _refuse_unsafe(root: Node, name: str) -> None:
    info: Any = root.getroottree().docinfo
    if info.doctype or info.internalDTD is not None:
        raise _refused(
            _DOCTYPE.finding(None, 1, "the file has a DOCTYPE", "remove the DOCTYPE"), name
        )
    if root.tag != bpmn("definitions"):
        raise _refused(
            _ROOT.finding(
                None,
                line_of(root),
                f"the root is {root.tag}, not the definitions of BPMN 2.0",
                "export the diagram as BPMN 2.0 XML",
            ),
            name,
        )
    deep = _too_deep(root)
    if deep is not None:
        raise _refused(
            _SIZE.finding(None, deep, f"more than {DEPTH_LIMIT} levels deep", "flatten it"), name
        )


def _too_deep(root: Node) -> int | None:
    """The line of the first node beyond the depth limit."""
    level: list[Node] = [root]
    for _ in range(DEPTH_LIMIT):
        level = [child for node in level for child in node]
        if not level:
            return None
    return line_of(level[0])


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


def _refused(finding: Finding, name: str) -> DiagramError:
    return DiagramError(
        [
            Finding(
                finding.rule,
                Severity(finding.severity),
                finding.element,
                finding.line,
                finding.message,
                finding.help,
                name,
            )
        ]
    )
