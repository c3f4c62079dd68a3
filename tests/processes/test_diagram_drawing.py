"""The drawing of the packaged diagrams: complete, without overlaps, on one screen.

A person reads the diagram, not the XML: every element is drawn, lines are square, start and end
at their shapes, and run through nobody else's.
"""

from dataclasses import dataclass
from itertools import combinations, pairwise
from pathlib import Path

import pytest
from lxml import etree

PROCESSES = Path(__file__).parents[2] / "processes"
DIAGRAMS = sorted(PROCESSES.glob("*/*.bpmn"))
BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
BPMNDI = "{http://www.omg.org/spec/BPMN/20100524/DI}"
DC = "{http://www.omg.org/spec/DD/20100524/DC}"
DI = "{http://www.omg.org/spec/DD/20100524/DI}"
CONTAINERS = frozenset({"lane", "participant", "subProcess"})
NODES = ("Event", "Task", "Gateway", "Activity", "task", "subProcess")
SCREEN = (1940, 1080)

every_diagram = pytest.mark.parametrize("path", DIAGRAMS, ids=lambda p: p.stem)

Point = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Box:
    """A drawn rectangle."""

    x: int
    y: int
    width: int
    height: int

    def overlaps(self, other: "Box") -> bool:
        return (
            self.x < other.x + other.width
            and other.x < self.x + self.width
            and self.y < other.y + other.height
            and other.y < self.y + self.height
        )

    def contains(self, other: "Box") -> bool:
        return (
            self.x <= other.x
            and self.y <= other.y
            and other.x + other.width <= self.x + self.width
            and other.y + other.height <= self.y + self.height
        )

    def touches(self, point: Point) -> bool:
        """Whether a point lies on the border."""
        x, y = point
        inside = Box(self.x + 1, self.y + 1, self.width - 2, self.height - 2)
        return self.contains(Box(x, y, 0, 0)) and not inside.contains(Box(x, y, 0, 0))


@dataclass(frozen=True, slots=True)
class Drawing:
    """The shapes, labels and lines of one diagram, by element id."""

    tags: dict[str, str]
    parents: dict[str, str]
    shapes: dict[str, Box]
    labels: dict[str, Box]
    lines: dict[str, list[Point]]
    ends: dict[str, tuple[str, str]]
    lanes: dict[str, list[str]]

    @property
    def nodes(self) -> dict[str, Box]:
        """What a line may not run through."""
        return {i: box for i, box in self.shapes.items() if self.tags[i] not in CONTAINERS}


def _box(element: etree._Element) -> Box:
    values = [round(float(str(element.get(k)))) for k in ("x", "y", "width", "height")]
    return Box(*values)


def _parent_of(element: etree._Element) -> str:
    parent = element.getparent()
    return "" if parent is None else str(parent.get("id"))


def _point(element: etree._Element) -> Point:
    return round(float(str(element.get("x")))), round(float(str(element.get("y"))))


def draw(path: Path) -> Drawing:
    root = etree.parse(str(path)).getroot()
    elements = [e for e in root.iter() if str(e.tag).startswith(BPMN) and e.get("id")]
    drawing = Drawing(
        tags={str(e.get("id")): etree.QName(e).localname for e in elements},
        parents={str(e.get("id")): _parent_of(e) for e in elements},
        shapes={},
        labels={},
        lines={},
        ends={
            str(f.get("id")): (str(f.get("sourceRef")), str(f.get("targetRef")))
            for f in root.iter(f"{BPMN}sequenceFlow")
        },
        lanes={
            str(lane.get("id")): [str(r.text) for r in lane.findall(f"{BPMN}flowNodeRef")]
            for lane in root.iter(f"{BPMN}lane")
        },
    )
    for drawn in root.iter(f"{BPMNDI}BPMNShape", f"{BPMNDI}BPMNEdge"):
        name = str(drawn.get("bpmnElement"))
        assert name not in drawing.shapes, f"{name} is drawn twice"
        bounds = drawn.find(f"{DC}Bounds")
        if bounds is not None:
            drawing.shapes[name] = _box(bounds)
        else:
            drawing.lines[name] = [_point(p) for p in drawn.findall(f"{DI}waypoint")]
        label = drawn.find(f"{BPMNDI}BPMNLabel/{DC}Bounds")
        if label is not None:
            drawing.labels[name] = _box(label)
    return drawing


@every_diagram
def test_every_element_is_drawn(path: Path) -> None:
    drawing = draw(path)
    wanted = {i for i, tag in drawing.tags.items() if tag.endswith(NODES)}
    wanted |= {i for i, tag in drawing.tags.items() if tag in ("lane", "participant")}
    assert drawing.shapes.keys() == wanted
    assert drawing.lines.keys() == drawing.ends.keys()


@every_diagram
def test_shapes_do_not_overlap(path: Path) -> None:
    drawing = draw(path)
    inner = {
        i: b for i, b in drawing.shapes.items() if drawing.tags[i] not in ("lane", "participant")
    }
    for (a, box), (b, other) in combinations(inner.items(), 2):
        if a != drawing.parents[b] and b != drawing.parents[a]:
            assert not box.overlaps(other), f"{a} lies over {b}"


@every_diagram
def test_elements_lie_in_their_lane_and_sub_process(path: Path) -> None:
    drawing = draw(path)
    for lane, members in drawing.lanes.items():
        for member in members:
            assert drawing.shapes[lane].contains(drawing.shapes[member]), member
    for name, box in drawing.nodes.items():
        parent = drawing.parents[name]
        if drawing.tags.get(parent) == "subProcess":
            assert drawing.shapes[parent].contains(box), name


@every_diagram
def test_lines_are_square_and_end_at_their_shapes(path: Path) -> None:
    drawing = draw(path)
    for name, points in drawing.lines.items():
        source, target = drawing.ends[name]
        assert drawing.shapes[source].touches(points[0]), name
        assert drawing.shapes[target].touches(points[-1]), name
        for (x1, y1), (x2, y2) in pairwise(points):
            assert x1 == x2 or y1 == y2, name


@every_diagram
def test_lines_run_through_no_shape(path: Path) -> None:
    drawing = draw(path)
    for name, points in drawing.lines.items():
        for (x1, y1), (x2, y2) in pairwise(points):
            segment = Box(min(x1, x2), min(y1, y2), max(abs(x2 - x1), 1), max(abs(y2 - y1), 1))
            for node, box in drawing.nodes.items():
                inside = Box(box.x + 1, box.y + 1, box.width - 2, box.height - 2)
                assert not segment.overlaps(inside), f"{name} runs through {node}"


@every_diagram
def test_labels_hide_nothing(path: Path) -> None:
    drawing = draw(path)
    for name, label in drawing.labels.items():
        for node, box in drawing.nodes.items():
            is_own_gateway = node == name and drawing.tags[node].endswith("Gateway")
            assert is_own_gateway or not label.overlaps(box), f"label of {name} over {node}"
    for (a, label), (b, other) in combinations(drawing.labels.items(), 2):
        assert not label.overlaps(other), f"labels of {a} and {b}"


@every_diagram
def test_the_diagram_fits_on_one_screen(path: Path) -> None:
    boxes = draw(path).shapes.values()
    assert max(b.x + b.width for b in boxes) <= SCREEN[0]
    assert max(b.y + b.height for b in boxes) <= SCREEN[1]
