"""What events wait for and what they throw, and who may send."""

from collections.abc import Callable, Iterator

from engine.domain.terms import ROLES
from engine.kernel.compile.model import Element
from engine.kernel.describe.marks import reference
from engine.kernel.describe.model import Sentence
from engine.kernel.describe.people import written
from engine.kernel.describe.teller import Teller
from engine.kernel.describe.timers import when


def trigger(t: Teller, event: Element) -> str:
    """What must happen: one thing, any of several, or all of them."""
    found = [_CAUGHT[e.event or "none"](t, e) for e in event.events]
    return t.wording.listed(found, "list.both" if event.parallel_multiple else "list.either")


def sending(t: Teller, event: Element) -> Iterator[Sentence]:
    """Who may open or send, why, what may be written, and that only one is open at a time."""
    about = (event.id,)
    if event.opens is not None:
        yield t.tell("sender.computed", about, role=t.chosen(event.opens, ROLES))
    elif event.roles:
        yield t.tell("sender", about, roles=t.roles(" ".join(event.roles)))
    if event.reason_required:
        yield t.tell("sender.reason", about)
    if event.single is not None:
        yield t.tell("sender.single", about)
    yield from written(t, event, event.outputs)


def throwing(t: Teller, event: Element) -> str:
    """What an event throws, in its order."""
    found = [_THROWN[e.event or "none"](t, e) for e in event.events]
    said = t.wording.listed(found, "list.then")
    if event.payload:
        said = t.say("thrown.with", said=said, values=t.values(event.payload))
    return said


def message(t: Teller, name: str | None, event: Element) -> str:
    """A message with its correlation key, and the values that must be equal."""
    said = t.say("caught.message", name=_quoted(t, name))
    if event.correlations:
        pairs = [
            t.say("caught.pair", brought=t.phrases.value(c.brought), held=t.phrases.value(c.held))
            for c in event.correlations
        ]
        said = t.say("caught.match", said=said, pairs=t.wording.listed(pairs, "list.both"))
    if event.correlation_key is None:
        return said
    return t.say("caught.key", said=said, key=t.phrases.value(event.correlation_key))


def _quoted(t: Teller, name: str | None) -> str:
    return t.wording.quoted(name or "")


def _timed(t: Teller, event: Element) -> str:
    assert event.timer is not None
    return when(t, event.timer)


def _conditional(t: Teller, event: Element) -> str:
    assert event.condition is not None
    return t.say("caught.condition", condition=t.phrases.condition(event.condition))


def _coded(kind: str) -> Callable[[Teller, Element], str]:
    def said(t: Teller, event: Element) -> str:
        name = event.error_code if kind.endswith("error") else event.escalation_code
        if name is None:
            return t.say(f"{kind}.any")
        return t.say(kind, name=_quoted(t, name))

    return said


def _plain(key: str) -> Callable[[Teller, Element], str]:
    return lambda t, _event: t.say(key)


def _undoing(t: Teller, event: Element) -> str:
    if event.compensates is None:
        return t.say("thrown.compensate.all")
    return t.say("thrown.compensate", step=reference(event.compensates))


_CAUGHT: dict[str, Callable[[Teller, Element], str]] = {
    "none": _plain("caught.none"),
    "message": lambda t, e: message(t, e.message, e),
    "signal": lambda t, e: t.say("caught.signal", name=_quoted(t, e.signal)),
    "timer": _timed,
    "conditional": _conditional,
    "error": _coded("caught.error"),
    "escalation": _coded("caught.escalation"),
    "compensate": _plain("caught.compensate"),
    "cancel": _plain("caught.cancel"),
}
_THROWN: dict[str, Callable[[Teller, Element], str]] = {
    "none": _plain("thrown.none"),
    "message": lambda t, e: t.say("thrown.message", name=_quoted(t, e.message)),
    "signal": lambda t, e: t.say("thrown.signal", name=_quoted(t, e.signal)),
    "error": _coded("thrown.error"),
    "escalation": _coded("thrown.escalation"),
    "compensate": _undoing,
    "cancel": _plain("thrown.cancel"),
    "terminate": _plain("thrown.terminate"),
}
