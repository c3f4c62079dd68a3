"""Clocks along the ways of a diagram, and the timers that stand around its tasks."""

from engine.kernel.compile.model import AtClock, Definition, Element


def clocks_behind(element: Element, outcome: str | None, running: frozenset[str]) -> frozenset[str]:
    """The clocks that run behind a task that was given this answer."""
    stopped = {clock for clock, only in element.stops_clock if only in (None, outcome)}
    started = {clock for clock, only in element.starts_clock if only in (None, outcome)}
    return (running - stopped) | started


def clock_of(event: Element) -> str | None:
    """The clock of which an event waits for a point."""
    timers = (e.timer for e in event.events)
    return next((t.clock for t in timers if isinstance(t, AtClock)), None)


class Clocks:
    """The clocks and timers of a definition, looked up once."""

    def __init__(self, definition: Definition) -> None:
        self.definition = definition
        self.limited = frozenset(c.name for c in definition.clocks if c.limit is not None)
        self._at: dict[str, list[Element]] = {}
        for element in definition.elements.values():
            if element.attached_to is not None and any(e.timer for e in element.events):
                self._at.setdefault(element.attached_to, []).append(element)

    def timers_around(self, task: Element) -> list[Element]:
        """Boundary timers of a task and of the sub-processes around it."""
        found: list[Element] = []
        at: Element | None = task
        while at is not None:
            found += self._at.get(at.id, ())
            at = self.definition.elements.get(at.scope)
        return found
