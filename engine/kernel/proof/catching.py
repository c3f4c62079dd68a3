"""Who catches what is thrown: by kind and code, a handler that names the code first."""

from collections.abc import Iterable

from engine.kernel.compile.model import Element
from engine.kernel.proof.marking import Raised

#: Events that are thrown inside the instance and looked for from the inside to the outside.
THROWN = frozenset({"error", "escalation", "cancel"})

#: Elements at which it is thrown.
THROWING = frozenset({"endEvent", "intermediateThrowEvent"})

#: (kind, code); the code None catches every code.
Catch = tuple[str, str | None]


def caught_by(event: Element) -> frozenset[Catch]:
    """What of that which is thrown inside the instance an event catches."""
    return frozenset((e.event, code_of(e)) for e in event.events if e.event in THROWN)


def code_of(event: Element) -> str | None:
    """The code that an event throws or catches."""
    return {"error": event.error_code, "escalation": event.escalation_code}.get(event.event or "")


def is_free(event: Element) -> bool:
    """Whether something outside the diagram lets the event come: a message, the time, a signal."""
    return any(e.event not in THROWN | {"compensate"} for e in event.events)


def raised_by(event: Element) -> Raised:
    """What a throwing event throws."""
    thrown = next(e for e in event.events if e.event in THROWN)
    return Raised(thrown.event or "", code_of(thrown), event.id)


def best(events: Iterable[Element], raised: Raised) -> Element | None:
    """The event that catches it: one that names the code, else one that takes every code."""
    every: Element | None = None
    for event in events:
        catches = caught_by(event)
        if raised.code is not None and (raised.kind, raised.code) in catches:
            return event
        if (raised.kind, None) in catches and every is None:
            every = event
    return every
