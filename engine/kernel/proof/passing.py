"""Activities at which no token ever rests, so that nothing at their boundary has time to come."""

from collections import Counter

from engine.kernel.compile.model import Definition, Element

_PASSED = frozenset({"task", "manualTask", "scriptTask", "businessRuleTask"})
_WORK = frozenset({"serviceTask", "sendTask"})
_ROUTES = frozenset({"startEvent", "exclusiveGateway", "boundaryEvent", "eventSubProcess"})
_SPLITS = frozenset({"parallelGateway", "inclusiveGateway"})
_THROWS = frozenset({"endEvent", "intermediateThrowEvent"})
_CONTAINERS = frozenset({"subProcess", "transaction"})
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
        if at.kind in _CONTAINERS:
            inside = definition.bodies[at.id].elements
            open_ += (definition.elements[name] for name in inside)
            if _may_wait_at_joins(at.id, definition):
                return False
        elif not (at.for_compensation or at.kind in _ROUTES | _SPLITS or _is_passed(at)):
            return False
    return True


def _is_passed(element: Element) -> bool:
    """What is undone may wait for people."""
    if element.kind in _THROWS:
        return all(e.event != "compensate" for e in element.events)
    notice = element.notify is not None or (element.kind == "sendTask" and element.topic is None)
    return element.kind in _PASSED or (element.kind in _WORK and notice)


def _may_wait_at_joins(body: str, definition: Definition) -> bool:
    """A join that waits for ever gives a timer its time."""
    targets = Counter(flow.target for flow in definition.bodies[body].flows)
    joins = (definition.elements.get(name) for name, count in targets.items() if count > 1)
    return any(join is not None and join.kind in _SPLITS for join in joins)
