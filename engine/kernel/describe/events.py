"""What events wait for and what they throw, and who may send."""

from collections.abc import Callable, Iterator, Mapping, Sequence

from engine.domain.terms import ROLES
from engine.kernel.compile.model import Element
from engine.kernel.describe.marks import reference
from engine.kernel.describe.model import Sentence
from engine.kernel.describe.people import written
from engine.kernel.describe.teller import Teller
from engine.kernel.describe.timers import when


def trigger(t: Teller, event: Element, events: Sequence[Element] = ()) -> str:
    """What must happen: one thing, any of several, or all of them; or these of its events."""
    found = [_CAUGHT[e.event or "none"](t, e) for e in events or event.events]
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
    """What an event throws, as it happens: undone, then sent; an error last (`run.events`).

    That everything ends with it is a sentence of its own.
    """
    found: tuple[list[str], ...] = ([], [], [])
    for thrown in event.events:
        if thrown.event != "terminate":
            found[_ORDER.get(thrown.event, 1)].append(_THROWN[thrown.event or "none"](t, thrown))
    first, sent, last = found
    if event.payload:
        carries = sent or last or first
        said = t.wording.listed(carries, "list.then")
        carries[:] = [t.say("thrown.with", said=said, values=t.values(event.payload))]
    return t.wording.listed((*first, *sent, *last), "list.then")


_ORDER: Mapping[str | None, int] = {"compensate": 0, "cancel": 0, "error": 2}


def message(t: Teller, name: str | None, event: Element) -> str:
    """A message with its correlation key, and with what it must have in common with the case."""
    said = t.say("caught.message", name=_quoted(t, name or event.id))
    if event.correlation_key is not None:
        said = t.say("caught.key", said=said, key=t.phrases.value(event.correlation_key))
    pairs = [
        t.say("caught.pair", brought=t.phrases.value(pair.brought), held=t.phrases.value(pair.held))
        for pair in event.correlations
    ]
    if not pairs:
        return said
    return t.say("caught.match", said=said, pairs=t.wording.listed(pairs, "list.both"))


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
    "message": lambda t, e: t.say("thrown.message", name=_quoted(t, e.message or e.id)),
    "signal": lambda t, e: t.say("thrown.signal", name=_quoted(t, e.signal)),
    "error": _coded("thrown.error"),
    "escalation": _coded("thrown.escalation"),
    "compensate": _undoing,
    "cancel": _plain("thrown.cancel"),
}
