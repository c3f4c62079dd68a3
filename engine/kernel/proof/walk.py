"""Walks along what is drawn, one token at a time, and knows the answer that a person has given.

Where a condition asks for nothing but the outcome, the walk takes only the ways that this outcome
takes. Blind to joins: a walk through one of two parallel branches does not see the other one.
"""

from collections import deque
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass

from engine.feel import Expression
from engine.feel.budget import Budget, Warning_
from engine.feel.errors import FeelBudgetError
from engine.kernel.compile.model import AtClock, Definition, Element, Flow
from engine.kernel.proof.catching import caught_by, is_free
from engine.kernel.proof.handlers import is_undoing, undone_by
from engine.kernel.proof.marking import TooLargeError

#: Places that one walk looks at: element, answer, and what the walker carries along.
MOST_PLACES = 20_000
#: What asks for more work than that is no question of the answer.
_LITTLE = Budget(steps=1_000, text=10_000, items=1_000)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a walk is, with the last answer and what it carries."""

    element: str
    outcome: str | None
    carried: frozenset[str]


Carry = Callable[[Element, str | None, frozenset[str]], frozenset[str]]


class Walker:
    """Walks of one definition. `carry` says what is carried on from a task with this answer."""

    def __init__(self, definition: Definition, carry: Carry) -> None:
        self.definition, self.carry = definition, carry
        self._out: dict[str, list[Flow]] = {}
        self._at: dict[str, list[Element]] = {}
        for body in definition.bodies.values():
            for flow in body.flows:
                self._out.setdefault(flow.source, []).append(flow)
        for element in definition.elements.values():
            if element.attached_to is not None and not is_undoing(element, definition):
                self._at.setdefault(element.attached_to, []).append(element)

    def walk(self) -> "Walked":
        """Every place that can be reached from where the process begins."""
        process = self.definition.process_id
        before: dict[Place, Place | None] = dict.fromkeys(self._begin(process, frozenset()))
        open_ = deque(before)
        while open_:
            place = open_.popleft()
            for following in self._after(place):
                if following in before:
                    continue
                if len(before) >= MOST_PLACES:
                    raise TooLargeError(f"walks reach more than {MOST_PLACES} places")
                before[following] = place
                open_.append(following)
        return Walked(before)

    def _begin(self, body: str, carried: frozenset[str], outcome: str | None = None) -> list[Place]:
        """The beginnings of a scope, and its event sub-processes, which may come at any time."""
        found = [Place(e.id, outcome, carried) for e in self.definition.entries(body)]
        inside = self.definition.bodies[body].elements
        subs = (e for e in inside if self.definition.elements[e].kind == "eventSubProcess")
        return found + [Place(name, None, carried) for name in subs if self._is_free(name)]

    def _is_free(self, event_sub: str) -> bool:
        return any(is_free(start) for start in self.definition.entries(event_sub))

    def _after(self, place: Place) -> Iterator[Place]:
        element = self.definition.elements[place.element]
        for handler in undone_by(element, self.definition):
            yield Place(handler.id, None, place.carried)
        if element.id in self.definition.bodies:
            yield from self._inside(element, place)
        else:
            yield from self._onward(element, place)
        for event in self._at.get(element.id, ()):
            yield Place(event.id, None, place.carried)

    def _inside(self, element: Element, place: Place) -> Iterator[Place]:
        carried = place.carried
        if element.kind == "eventSubProcess":
            starts = self.definition.entries(element.id)
            timers = (e.timer for start in starts for e in start.events)
            carried |= {t.clock for t in timers if isinstance(t, AtClock)}
        yield from self._begin(element.id, carried, place.outcome)

    def _onward(self, element: Element, place: Place) -> Iterator[Place]:
        answers: tuple[str | None, ...] = (place.outcome,)
        if element.kind == "userTask":
            answers = element.outcomes or (None,)
        for outcome in answers:
            carried = self.carry(element, outcome, place.carried)
            yield from self._leave(element, outcome, carried)

    def _leave(
        self, element: Element, outcome: str | None, carried: frozenset[str]
    ) -> Iterator[Place]:
        if element.for_compensation:
            return
        flows = self._out.get(element.id, [])
        for flow in taken(element, flows, outcome):
            yield Place(flow.target, outcome, carried)
        if flows:
            return
        around = self.definition.elements.get(element.scope)
        if around is None:
            return
        if {e.event for e in element.events} & {"error", "cancel"} and element.kind == "endEvent":
            yield from self._thrown(carried)
        elif around.kind != "eventSubProcess":
            yield from self._leave(around, outcome, carried)

    def _thrown(self, carried: frozenset[str]) -> Iterator[Place]:
        """Whatever catches something that is thrown may catch it."""
        for element in self.definition.elements.values():
            if element.kind in ("boundaryEvent", "startEvent") and caught_by(element):
                yield Place(element.id, None, carried)


class Walked:
    """The places that were reached, and from where each was."""

    def __init__(self, before: dict[Place, Place | None]) -> None:
        self._before = before
        self._at: dict[str, list[Place]] = {}
        for place in before:
            self._at.setdefault(place.element, []).append(place)

    def at(self, element: str) -> list[Place]:
        """The places at an element, the nearest first."""
        return self._at.get(element, [])

    def path_to(self, place: Place) -> tuple[str, ...]:
        """The ids of a shortest walk."""
        path: list[str] = []
        at: Place | None = place
        while at is not None:
            path.append(at.element)
            at = self._before[at]
        return tuple(reversed(path))


def taken(element: Element, flows: Sequence[Flow], outcome: str | None) -> Iterator[Flow]:
    """The flows that an answer may take, as far as their conditions tell."""
    if element.kind not in ("exclusiveGateway", "inclusiveGateway") or len(flows) == 1:
        yield from flows
        return
    known = {f.id: holds(f.condition, outcome) for f in flows}
    certain = any(value is True for value in known.values())
    for flow in flows:
        if flow.id == element.default:
            if not certain:
                yield flow
        elif known[flow.id] is not False:
            yield flow
            if known[flow.id] and element.kind == "exclusiveGateway":
                return


def answers_of(condition: Expression, answers: Collection[str]) -> frozenset[str] | None:
    """The answers for which a condition holds; None when it asks for more than the answer."""
    known = {answer: holds(condition, answer) for answer in answers}
    if None in known.values():
        return None
    return frozenset(answer for answer, value in known.items() if value)


def holds(condition: Expression | None, outcome: str | None) -> bool | None:
    """What a condition is worth; None when it asks for more than the answer, be it the time."""
    if condition is None or outcome is None or condition.variables != {("outcome",)}:
        return None
    warnings: list[Warning_] = []
    try:
        value = condition.evaluate({"outcome": outcome}, budget=_LITTLE, warnings=warnings)
    except FeelBudgetError:
        return None
    return None if warnings else value is True
