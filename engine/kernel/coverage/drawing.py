"""Where a diagram's shapes and lines lie: its diagram interchange, read by namespace.

What has no usable numbers is left out of the picture; the table beside it counts everything.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass

from engine.kernel.words import EVENTS, Node, event_definitions, event_kind, local_name, text_of

_BPMNDI = "{http://www.omg.org/spec/BPMN/20100524/DI}"
_DC = "{http://www.omg.org/spec/DD/20100524/DC}"
_DI = "{http://www.omg.org/spec/DD/20100524/DI}"
_FARTHEST = 1_000_000.0
_GAP = 60.0
_FEWEST_POINTS = 2


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle of the drawing."""

    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class DrawnShape:
    """A flow node, a lane, a pool or an artifact."""

    id: str
    kind: str
    name: str
    box: Box
    label: Box | None
    #: what an event waits for or throws: `timer`, `message` …
    event: str | None = None
    horizontal: bool = True
    #: not interrupting: its circle is dashed
    dashed: bool = False


@dataclass(frozen=True, slots=True)
class DrawnLine:
    """A flow or an association."""

    id: str
    kind: str
    name: str
    points: tuple[tuple[float, float], ...]
    label: Box | None


@dataclass(frozen=True, slots=True)
class Drawing:
    """Everything that can be drawn, lines and shapes in the order of the file."""

    shapes: tuple[DrawnShape, ...]
    lines: tuple[DrawnLine, ...]


def read_drawing(root: Node) -> Drawing | None:
    """The drawing of all pages, one below the other; None where there is no interchange."""
    nodes = {str(node.get("id")): node for node in root.iter() if node.get("id")}
    shapes: list[DrawnShape] = []
    lines: list[DrawnLine] = []
    down = 0.0
    for plane in root.iter(f"{_BPMNDI}BPMNPlane"):
        page_shapes = [s for n in plane if (s := _shape(n, nodes, down)) is not None]
        page_lines = [e for n in plane if (e := _line(n, nodes, down)) is not None]
        shapes += page_shapes
        lines += page_lines
        down = max((s.box.y + s.box.height for s in page_shapes), default=down) + _GAP
    return Drawing(tuple(shapes), tuple(lines)) if shapes else None


def _shape(node: Node, nodes: dict[str, Node], down: float) -> DrawnShape | None:
    of = _drawn(node, nodes)
    box = _box(node.find(f"{_DC}Bounds"), down)
    if node.tag != f"{_BPMNDI}BPMNShape" or of is None or box is None:
        return None
    kind = local_name(of)
    return DrawnShape(
        id=of.get("id") or "",
        kind=kind,
        name=of.get("name") or _text(of),
        box=box,
        label=_label(node, down),
        event=_event(of, kind),
        horizontal=node.get("isHorizontal", "true") == "true",
        dashed="false" in (of.get("cancelActivity"), of.get("isInterrupting")),
    )


def _line(node: Node, nodes: dict[str, Node], down: float) -> DrawnLine | None:
    of = _drawn(node, nodes)
    points = tuple(_points(node, down))
    if node.tag != f"{_BPMNDI}BPMNEdge" or of is None or len(points) < _FEWEST_POINTS:
        return None
    name = of.get("name") or ""
    return DrawnLine(of.get("id") or "", local_name(of), name, points, _label(node, down))


def _drawn(node: Node, nodes: dict[str, Node]) -> Node | None:
    reference = str(node.get("bpmnElement") or "")
    return nodes.get(reference, nodes.get(reference.rpartition(":")[2]))


def _label(node: Node, down: float) -> Box | None:
    return _box(node.find(f"{_BPMNDI}BPMNLabel/{_DC}Bounds"), down)


def _event(node: Node, kind: str) -> str | None:
    definitions = event_definitions(node) if kind in EVENTS else []
    return event_kind(definitions[0]) if definitions else None


def _text(node: Node) -> str:
    """What a text annotation says."""
    return " ".join(text_of(node).split()) if local_name(node) == "textAnnotation" else ""


def _box(node: Node | None, down: float) -> Box | None:
    if node is None:
        return None
    found = [_number(node.get(name)) for name in ("x", "y", "width", "height")]
    x, y, width, height = (0.0 if n is None else n for n in found)
    if None in found or width < 0 or height < 0:
        return None
    return Box(x, y + down, width, height)


def _points(node: Node, down: float) -> Iterator[tuple[float, float]]:
    for point in node.findall(f"{_DI}waypoint"):
        x, y = _number(point.get("x")), _number(point.get("y"))
        if x is not None and y is not None:
            yield x, y + down


def _number(text: str | None) -> float | None:
    try:
        value = float(text or "")
    except ValueError:
        return None
    return value if math.isfinite(value) and abs(value) <= _FARTHEST else None
