"""How large a diagram may be: bytes, elements, depth, attributes, lengths of names and values."""

from collections.abc import Iterator

from engine.kernel.findings import Finding
from engine.kernel.rules.registry import define
from engine.kernel.words import BPMN, Node, line_of, namespace_of

#: 10,000 steps with their picture fit in.
SIZE_LIMIT = 8 * 1_048_576
DEPTH_LIMIT = 100
TOO_DEEP = f"more than {DEPTH_LIMIT} levels deep"
#: elements of BPMN, and elements altogether (with the picture and vendors' words)
STEPS_LIMIT, NODES_LIMIT = 60_000, 250_000
NAME_LIMIT, VALUE_LIMIT = 255, 65_536
#: of one element; to read more of them takes longer than their number
ATTRIBUTES_LIMIT = 500

SIZE = define(
    "source/size", "error", "The file is too large, too deep or too wide.", "文件过大或嵌套过深。"
)


def wide(root: Node) -> Finding | None:
    """Too many elements, or a name or value that is too long."""
    steps = 0
    for nodes, node in enumerate(root.iter(), 1):
        steps += namespace_of(node.tag) == BPMN
        if nodes > NODES_LIMIT or steps > STEPS_LIMIT:
            message = f"it has more than {NODES_LIMIT} elements, or {STEPS_LIMIT} of BPMN"
            return SIZE.finding(None, line_of(node), message, "draw several diagrams")
        if len(node.attrib) > ATTRIBUTES_LIMIT:
            message = f"an element has {len(node.attrib)} attributes"
            return SIZE.finding(None, line_of(node), message, f"at most {ATTRIBUTES_LIMIT}")
        for what, size, limit in _long(node):
            message = f"{what} has {size} characters"
            return SIZE.finding(None, line_of(node), message, f"at most {limit}")
    return None


def _long(node: Node) -> Iterator[tuple[str, int, int]]:
    if len(str(node.tag)) > 2 * NAME_LIMIT:
        yield "the name of an element", len(str(node.tag)), 2 * NAME_LIMIT
    for name, value in node.attrib.items():
        limit = NAME_LIMIT if name == "id" else VALUE_LIMIT
        if len(str(name)) > 2 * NAME_LIMIT or len(value) > limit:
            yield f"the attribute {str(name)[:40]!r}", max(len(str(name)), len(value)), limit


def deep(root: Node) -> Finding | None:
    level: list[Node] = [root]
    for _ in range(DEPTH_LIMIT):
        level = [child for node in level for child in node]
        if not level:
            return None
    return SIZE.finding(None, line_of(level[0]), TOO_DEEP, "flatten it")
