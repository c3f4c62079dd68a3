"""Activities at which no token ever rests, so that nothing at their boundary has time to come."""

from collections import Counter

from engine.kernel.compile.model import Definition, Element
from engine.kernel.proof.catching import THROWING

#: Tasks that are done at once unless they are jobs.
_PASSED = frozenset(
    {"task", "manualTask", "scriptTask", "businessRuleTask", "serviceTask", "sendTask"}
)
_ROUTES = frozenset({"startEvent", "exclusiveGateway", "boundaryEvent"})
_SPLITS = frozenset({"parallelGateway", "inclusiveGateway"})
_CONTAINERS = frozenset({"subProcess", "transaction"})
#: What waits until something has been undone, perhaps by people.
_UNDOING = frozenset({"compensate", "cancel"})
#: What comes from outside and with the time: never in the middle of automatic steps.
_OUTSIDE = frozenset({"timer", "message"})


def can_come(event: Element, host: Element, definition: Definition) -> bool:
    """Whether an event at the boundary of an activity can come while the activity lasts.

    A failing script or decision is an incident and no error. Between the rounds of a loop and
    inside a sub-process other steps may throw a signal or make a condition true.
    """
    if not _passes(host, definition):
        return True
    if host.kind in _CONTAINERS or host.loop is not None:
        return any(e.event not in _OUTSIDE for e in event.events)
    return False


def _passes(element: Element, definition: Definition) -> bool:
    open_ = [element]
    while open_:
        at = open_.pop()
        if at.for_compensation or (at.kind == "eventSubProcess" and not _may_open(at, definition)):
            continue
        if at.id in definition.bodies:
            inside = definition.bodies[at.id].elements
            open_ += (definition.elements[name] for name in inside)
            if _may_wait_at_joins(at.id, definition):
                return False
        elif at.kind not in _ROUTES | _SPLITS and not _is_passed(at):
            return False
    return True


def _may_open(event_sub: Element, definition: Definition) -> bool:
    """Whether something inside the scope may open an event sub-process while the scope lasts."""
    events = {e.event for start in definition.entries(event_sub.id) for e in start.events}
    return bool(events - _OUTSIDE - {"compensate"})


def _is_passed(element: Element) -> bool:
    """Whether the element is left in the step in which it is entered."""
    if element.kind in THROWING:
        return not any(e.event in _UNDOING for e in element.events)
    return element.kind in _PASSED and not element.is_job


def _may_wait_at_joins(body: str, definition: Definition) -> bool:
    """A join that waits for ever gives a timer its time."""
    targets = Counter(flow.target for flow in definition.bodies[body].flows)
    joins = (definition.elements.get(name) for name, count in targets.items() if count > 1)
    return any(join is not None and join.kind in _SPLITS for join in joins)
