"""What stands around an element: boundary events, event sub-processes, what catches further out."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from engine.kernel.compile.model import Definition, Element
from engine.kernel.proof.catching import Catch, caught_by
from engine.kernel.proof.net import EventSub
from engine.kernel.proof.outcome import OF_A_JOB, OF_AN_UNKNOWN_CALL, Outcome, Outcomes
from engine.kernel.proof.passing import can_come


@dataclass(slots=True)
class Surroundings:
    """Of the elements of a definition.

    A `plain` game leaves out boundary events and event sub-processes: the course that nothing
    disturbs.
    """

    definition: Definition
    plain: bool = False
    outcomes: Outcomes = field(default_factory=dict)
    _boundaries: dict[str, list[Element]] | None = None
    _catches: dict[str, frozenset[Catch]] = field(default_factory=dict)

    def catches(self, body: str) -> frozenset[Catch]:
        """What is caught around the elements of a scope of what they throw."""
        if self.plain:
            return frozenset()
        if body not in self._catches:
            found = [caught_by(s.start) for s in self.event_subs(body)]
            host = self.definition.elements.get(body)
            if host is not None:
                found += [caught_by(b) for b in self.boundaries_of(host)]
                found.append(self.catches(host.scope))
            self._catches[body] = frozenset().union(*found)
        return self._catches[body]

    def boundaries_of(self, host: Element) -> tuple[Element, ...]:
        """The events at an activity that can let a token out."""
        if self.plain:
            return ()
        if self._boundaries is None:
            self._boundaries = {}
            for e in self.definition.elements.values():
                at = self.definition.elements.get(e.attached_to or "")
                if at is not None and e.event != "compensate" and can_come(e, at, self.definition):
                    self._boundaries.setdefault(at.id, []).append(e)
        return tuple(self._boundaries.get(host.id, ()))

    def event_subs(self, body: str) -> tuple[EventSub, ...]:
        """The event sub-processes of a scope, without those that undo."""
        return () if self.plain else tuple(self._event_subs(body))

    def _event_subs(self, body: str) -> Iterator[EventSub]:
        for name in self.definition.bodies[body].elements:
            if self.definition.elements[name].kind != "eventSubProcess":
                continue
            inside = self.definition.bodies[name].elements
            starts = (self.definition.elements[inner] for inner in inside)
            start = next((s for s in starts if s.kind == "startEvent"), None)
            if start is not None and start.event != "compensate":
                yield EventSub(name, start)

    def outcome_of(self, element: Element | None) -> Outcome | None:
        """What a job or a called process can come to; None for what throws only what is drawn."""
        if element is None:
            return None
        if element.kind == "callActivity":
            return self.outcomes.get(element.called or "", OF_AN_UNKNOWN_CALL)
        return OF_A_JOB if element.is_job else None

    def raises(self, element: Element) -> Outcome | None:
        """What may be thrown here although nothing of it is drawn, where that changes anything."""
        outcome = self.outcome_of(element)
        if outcome is None:
            return None
        fails = any(kind == "error" for kind, _ in outcome.throws)
        caught = bool(self.catches(element.scope)) and (outcome.throws or outcome.free)
        return outcome if fails or caught else None
