"""A diagram as SVG, covered green and uncovered red, said in text and by dashes as well.

Built as a tree, so that whatever stands in a diagram comes out as text; no scripts, no links, no
styles from the diagram.
"""

from lxml import etree

from engine.kernel.coverage.drawing import Box, Drawing, DrawnLine, read_drawing
from engine.kernel.coverage.shapes import SVG, Colours, add, draw_shape, lines_of_text, number
from engine.kernel.coverage.tally import Coverage, Share
from engine.kernel.words import Node

_MARGIN = 20.0
_LEGEND_LINE = 18.0
_COVERED = Colours("#1a7f37", "#dafbe1", "none")
_UNCOVERED = Colours("#cf222e", "#ffebe9", "6 3")
_BESIDE = Colours("#6e7781", "none", "none")
_MOST_NAMED = 40
_EMPTY = f'<svg xmlns="{SVG}"/>'


def draw_coverage(root: Node, coverage: Coverage) -> bytes | None:
    """The picture of a diagram's drawing; None when it has none."""
    drawing = read_drawing(root)
    if drawing is None:
        return None
    frame = _frame(drawing)
    legend = _legend(coverage)
    height = frame.height + _LEGEND_LINE * (len(legend) + 1)
    svg: Node = etree.fromstring(_EMPTY)
    svg.set("viewBox", " ".join(number(n) for n in (frame.x, frame.y, frame.width, height)))
    svg.set("width", number(frame.width))
    svg.set("height", number(height))
    svg.set("font-family", "sans-serif")
    svg.set("font-size", "12")
    add(svg, "title").text = f"Coverage of {coverage.file}"
    _add_arrowheads(svg)
    background = add(svg, "rect", x=frame.x, y=frame.y, width=frame.width, height=height)
    background.set("fill", "#ffffff")
    for shape in drawing.shapes:
        draw_shape(svg, shape, _colours(shape.id, coverage.elements))
    for line in drawing.lines:
        _draw_line(svg, line, _colours(line.id, coverage.flows))
    _draw_legend(svg, legend, frame)
    return bytes(etree.tostring(svg, xml_declaration=True, encoding="UTF-8", pretty_print=True))


def _colours(name: str, share: Share) -> Colours:
    if name in share.covered:
        return _COVERED
    return _UNCOVERED if name in share.all else _BESIDE


def _draw_line(svg: Node, line: DrawnLine, colours: Colours) -> None:
    path = add(svg, "polyline", points=" ".join(f"{number(x)},{number(y)}" for x, y in line.points))
    path.set("fill", "none")
    path.set("stroke", colours.line)
    path.set("stroke-width", "1.5")
    dashes = colours.dashes if line.kind == "sequenceFlow" else "2 4"
    path.set("stroke-dasharray", dashes)
    if line.kind != "association":
        path.set("marker-end", f"url(#{_head_of(colours)})")
    add(path, "title").text = line.id
    if line.name:
        middle = line.points[len(line.points) // 2]
        box = line.label or Box(middle[0] - 50, middle[1] - 20, 100, 14)
        lines_of_text(svg, line.name, box)


def _head_of(colours: Colours) -> str:
    return f"head-{colours.line.removeprefix('#')}"


def _add_arrowheads(svg: Node) -> None:
    """One for each colour: a marker does not take its line's colour everywhere."""
    for colours in (_COVERED, _UNCOVERED, _BESIDE):
        marker = add(add(svg, "defs"), "marker", markerWidth=9, markerHeight=8, refX=8, refY=4)
        marker.set("id", _head_of(colours))
        marker.set("orient", "auto")
        add(marker, "path", d="M0,0 L9,4 L0,8 z").set("fill", colours.line)


def _frame(drawing: Drawing) -> Box:
    boxes = [shape.box for shape in drawing.shapes]
    boxes += [shape.label for shape in drawing.shapes if shape.label is not None]
    points = [point for line in drawing.lines for point in line.points]
    lefts = [b.x for b in boxes] + [x for x, _ in points]
    tops = [b.y for b in boxes] + [y for _, y in points]
    rights = [b.x + b.width for b in boxes] + [x for x, _ in points]
    bottoms = [b.y + b.height for b in boxes] + [y for _, y in points]
    left, top = min(lefts) - _MARGIN, min(tops) - _MARGIN
    width = max(max(rights) - left + _MARGIN, 420.0)
    return Box(left, top, width, max(bottoms) - top + _MARGIN)


def _legend(coverage: Coverage) -> list[tuple[str, Colours]]:
    lines = [
        (f"{what}: {len(share.covered)} of {len(share.all)} covered ({share.percent} %)", _COVERED)
        for what, share in (("elements", coverage.elements), ("flows", coverage.flows))
    ]
    for share in (coverage.elements, coverage.flows):
        lines += [(f"not covered: {name}", _UNCOVERED) for name in share.uncovered]
    more = len(lines) - _MOST_NAMED
    if more > 0:
        lines = [*lines[:_MOST_NAMED], (f"and {more} more not covered", _UNCOVERED)]
    return lines


def _draw_legend(svg: Node, legend: list[tuple[str, Colours]], frame: Box) -> None:
    x, y = frame.x + _MARGIN, frame.y + frame.height
    for text, colours in legend:
        swatch = add(svg, "rect", x=x, y=y - 10, width=14, height=10)
        swatch.set("fill", colours.fill)
        swatch.set("stroke", colours.line)
        swatch.set("stroke-dasharray", colours.dashes)
        add(svg, "text", x=x + 22, y=y).text = text
        y += _LEGEND_LINE
