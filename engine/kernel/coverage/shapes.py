"""How each kind of BPMN element looks, as SVG."""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from lxml import etree

from engine.kernel.coverage.drawing import Box, DrawnShape
from engine.kernel.words import EVENTS, GATEWAYS, Node

SVG = "http://www.w3.org/2000/svg"
_LINE_HEIGHT = 14.0
_MOST_LINES = 5
_WIDE = 0x2E80
_HALF = 6.5
_SIGN_OF_GATEWAY = {
    "exclusiveGateway": "×",
    "parallelGateway": "+",
    "inclusiveGateway": "○",
    "eventBasedGateway": "⬠",
    "complexGateway": "✱",
}
_SIGN_OF_EVENT = {
    "cancel": "✕",
    "compensate": "⏪",
    "conditional": "≡",
    "error": "ϟ",
    "escalation": "▲",
    "link": "➔",
    "message": "✉",
    "signal": "△",
    "terminate": "●",
    "timer": "◷",
}
_AROUND = frozenset({"subProcess", "transaction", "adHocSubProcess"})
_AREAS = frozenset({"participant", "lane"})


@dataclass(frozen=True, slots=True)
class Colours:
    """Line, fill and dashes."""

    line: str
    fill: str
    dashes: str


def add(parent: Node, name: str, **attributes: Any) -> Node:
    """A new SVG element; numbers are written short."""
    node: Node = etree.SubElement(parent, f"{{{SVG}}}{name}")
    for key, value in attributes.items():
        node.set(key, value if isinstance(value, str) else number(value))
    return node


def number(value: float) -> str:
    """`12`, `12.5`: two digits are enough for a picture."""
    return f"{value:.2f}".rstrip("0").rstrip(".")


def draw_shape(svg: Node, shape: DrawnShape, colours: Colours) -> None:
    """The outline, its sign, its name, and its id for whoever points at it."""
    group = add(svg, "g")
    add(group, "title").text = shape.id
    outline = _outline(shape)(group, shape)
    outline.set("stroke", colours.line)
    outline.set("fill", "none" if shape.kind in _AREAS | _AROUND else colours.fill)
    outline.set("stroke-width", "3" if shape.kind == "endEvent" else "1.5")
    outline.set("stroke-dasharray", "3 3" if shape.dashed else colours.dashes)
    _draw_sign(group, shape)
    if shape.name and shape.kind in _AREAS and shape.horizontal:
        _name_of_area(group, shape)
    elif shape.name:
        lines_of_text(group, shape.name, _label_box(shape), top=_is_below(shape))


def _name_of_area(group: Node, shape: DrawnShape) -> None:
    """Pools and lanes are named along their left edge, read upwards."""
    x, y = shape.box.x + _LINE_HEIGHT, shape.box.y + shape.box.height / 2
    text = add(group, "text", x=x, y=y, **{"text-anchor": "middle"})
    text.set("transform", f"rotate(-90 {number(x)} {number(y)})")
    text.text = " ".join(shape.name.split())


def lines_of_text(svg: Node, text: str, box: Box, *, top: bool = False) -> None:
    """The text in lines that fit the box, in its middle or from its top."""
    lines = _wrapped(text, box.width)
    high = _LINE_HEIGHT * (len(lines) - 1)
    y = box.y + _LINE_HEIGHT if top else box.y + box.height / 2 - high / 2 + 4
    for line in lines:
        add(svg, "text", x=box.x + box.width / 2, y=y, **{"text-anchor": "middle"}).text = line
        y += _LINE_HEIGHT


def _outline(shape: DrawnShape) -> Callable[[Node, DrawnShape], Node]:
    if shape.kind in EVENTS:
        return _circle
    return _diamond if shape.kind in GATEWAYS else _rectangle


def _circle(group: Node, shape: DrawnShape) -> Node:
    box = shape.box
    radius = min(box.width, box.height) / 2
    return add(group, "circle", cx=box.x + box.width / 2, cy=box.y + box.height / 2, r=radius)


def _diamond(group: Node, shape: DrawnShape) -> Node:
    box = shape.box
    x, y = box.x + box.width / 2, box.y + box.height / 2
    corners = ((x, box.y), (box.x + box.width, y), (x, box.y + box.height), (box.x, y))
    return add(group, "polygon", points=" ".join(f"{number(a)},{number(b)}" for a, b in corners))


def _rectangle(group: Node, shape: DrawnShape) -> Node:
    box = shape.box
    rounded = 0 if shape.kind in _AREAS else 8
    return add(group, "rect", x=box.x, y=box.y, width=box.width, height=box.height, rx=rounded)


def _draw_sign(group: Node, shape: DrawnShape) -> None:
    sign = _SIGN_OF_GATEWAY.get(shape.kind) or _SIGN_OF_EVENT.get(shape.event or "")
    if sign is None:
        return
    box = shape.box
    x, y = box.x + box.width / 2, box.y + box.height / 2 + 6
    add(group, "text", x=x, y=y, **{"text-anchor": "middle", "font-size": "18"}).text = sign


def _is_below(shape: DrawnShape) -> bool:
    return shape.kind in EVENTS | GATEWAYS | _AREAS | _AROUND


def _label_box(shape: DrawnShape) -> Box:
    box = shape.box
    if shape.label is not None:
        return shape.label
    if shape.kind in EVENTS | GATEWAYS:
        return Box(box.x + box.width / 2 - 50, box.y + box.height + 2, 100, 28)
    return box


def _wrapped(text: str, width: float) -> list[str]:
    """Chinese breaks anywhere, other scripts between words; what is too long ends in dots."""
    lines, line = [], ""
    for part in _parts(" ".join(text.split())):
        if line and _length(line + part) > max(width, 60.0):
            lines.append(line.strip())
            line = ""
        line += part
    lines.append(line.strip())
    if len(lines) > _MOST_LINES:
        lines = [*lines[: _MOST_LINES - 1], lines[_MOST_LINES - 1] + " …"]
    return lines


def _parts(text: str) -> list[str]:
    parts: list[str] = [text[:1]]
    for before, after in pairwise(text):
        if before == " " or ord(before) >= _WIDE or ord(after) >= _WIDE:
            parts.append(after)
        else:
            parts[-1] += after
    return parts


def _length(text: str) -> float:
    return sum(2 * _HALF if ord(sign) >= _WIDE else _HALF for sign in text)
