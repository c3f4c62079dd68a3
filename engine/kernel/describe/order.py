"""In which order steps are told, and by which numbers: as a token goes, the usual way first."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal

from engine.domain.limits import parse_point
from engine.kernel.compile.model import AtClock, Element, Timer
from engine.kernel.describe.choices import choices_of
from engine.kernel.describe.drawing import Drawing

_WHOLE = Decimal(100)
#: Microseconds, so many that no offset is as long as the smallest share.
_CENTURIES = Decimal(10) ** 20


@dataclass(frozen=True, slots=True)
class Numbered:
    """One entry: which element, under which number, how deep."""

    element: Element
    number: str
    kind: str
    depth: int


@dataclass(slots=True)
class Order:
    """The entries of a definition: its steps, its ends, and what may happen at any time."""

    drawing: Drawing
    steps: list[Numbered] = field(default_factory=list)
    ends: list[Numbered] = field(default_factory=list)
    situations: list[Numbered] = field(default_factory=list)
    #: the place of each element of a scope in its order
    places: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        body = self.drawing.definition.process_id
        inside = _Inside(self.drawing, body)
        for number, element in enumerate(inside.steps, 1):
            self.steps += self._with_inside(element, str(number), "step", 0)
        for number, element in enumerate(inside.ends, 1):
            self.ends.append(Numbered(element, str(number), "end", 0))
        for number, element in enumerate(inside.situations):
            self.situations += self._with_inside(element, letters(number), "situation", 0)
        for number, entry in enumerate(self.all()):
            self.places[entry.element.id] = number

    def all(self) -> Iterator[Numbered]:
        """Every entry in the order of the text."""
        yield from self.steps
        yield from self.ends
        yield from self.situations

    def _with_inside(self, top: Element, number: str, kind: str, depth: int) -> Iterator[Numbered]:
        """An element and everything inside it; no recursion, however deep it is nested."""
        open_ = [Numbered(top, number, kind, depth)]
        while open_:
            found = open_.pop()
            yield found
            if found.element.id in self.drawing.definition.bodies:
                open_ += reversed(list(self._inside(found)))

    def _inside(self, around: Numbered) -> Iterator[Numbered]:
        inside, depth = _Inside(self.drawing, around.element.id), around.depth + 1
        for number, element in enumerate(inside.steps, 1):
            yield Numbered(element, f"{around.number}.{number}", "step", depth)
        for number, element in enumerate(inside.ends, 1):
            yield Numbered(element, f"{around.number}.{number}", "end", depth)
        for number, element in enumerate(inside.situations):
            yield Numbered(element, f"{around.number}.{letters(number)}", "situation", depth)


class _Inside:
    """One scope."""

    def __init__(self, drawing: Drawing, body: str) -> None:
        definition = drawing.definition
        walked = list(_walk(drawing, body))
        seen = {element.id for element in walked}
        others = (definition.elements[e] for e in definition.bodies[body].elements)
        rest = sorted((e for e in others if e.id not in seen), key=_by_name)
        told = [e for e in (*walked, *rest) if not drawing.is_told_elsewhere(e)]
        self.steps = [e for e in told if e.kind not in ("endEvent", "eventSubProcess")]
        self.ends = [e for e in told if e.kind == "endEvent"]
        self.situations = sorted(
            (e for e in told if e.kind == "eventSubProcess"), key=lambda e: _urgency(drawing, e)
        )


def _walk(drawing: Drawing, body: str) -> Iterator[Element]:
    """Everything that tokens reach, in reverse postorder: before its successors, but for loops."""
    elements = drawing.definition.elements
    entries = sorted(drawing.definition.entries(body), key=_by_start)
    finished: list[Element] = []
    seen: set[str] = set()
    open_: list[tuple[Element, Iterator[str]]] = []
    for entry in reversed(entries):
        if entry.id not in seen:
            seen.add(entry.id)
            open_.append((entry, iter(_after(drawing, entry))))
        while open_:
            element, following = open_[-1]
            target = next((t for t in following if t not in seen), None)
            if target is None:
                finished.append(element)
                open_.pop()
                continue
            seen.add(target)
            open_.append((elements[target], iter(_after(drawing, elements[target]))))
    return reversed(finished)


def _after(drawing: Drawing, element: Element) -> list[str]:
    """What follows, the usual one last: what is looked at last stands first."""
    found = [choice.way.target for choice in choices_of(drawing, element).ways]
    for event in sorted(drawing.attached.get(element.id, ()), key=_by_name):
        found += [choice.way.target for choice in choices_of(drawing, event).ways]
    return found[::-1]


def _by_name(element: Element) -> tuple[str, str]:
    return element.name or "", element.id


def _by_start(element: Element) -> tuple[bool, str, str]:
    return element.event is not None, element.name or "", element.id


def _urgency(drawing: Drawing, situation: Element) -> tuple[str, Decimal, str, str]:
    """Points of a clock in their order, then the others by what begins them."""
    starts = drawing.definition.entries(situation.id)
    timer = starts[0].timer if starts else None
    event = (starts[0].event or "") if starts else ""
    at = share(timer) if isinstance(timer, AtClock) else _WHOLE
    return _clock(timer) + event, at, situation.name or "", situation.id


def _clock(timer: Timer | None) -> str:
    return f" {timer.clock} " if isinstance(timer, AtClock) else ""


def share(timer: AtClock) -> Decimal:
    """Where a point lies on its clock: percents before what is reckoned from the limit's end."""
    point = parse_point(timer.point)
    if point.percent is not None:
        return point.percent
    assert point.offset is not None
    return _WHOLE + (1 if point.after else -1) * point.offset.length_us / _CENTURIES


def letters(number: int) -> str:
    """0 is A, 25 is Z, 26 is AA."""
    found = ""
    while number >= 0:
        number, rest = divmod(number, 26)
        found, number = chr(ord("A") + rest) + found, number - 1
    return found
