"""Who receives a message or a signal in a case.

The one answer counts for who may send, what may be written, and where it goes.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from engine.domain.errors import WrongStateError
from engine.feel import to_json
from engine.kernel.compile.model import Element
from engine.kernel.decide.correlating import Message, correlates, is_drawn_to
from engine.kernel.decide.scope import evaluate
from engine.kernel.decide.working import Working
from engine.kernel.run import Wait
from engine.kernel.run.awaiting import key_text


@dataclass(frozen=True, slots=True)
class Receiver:
    """An event that takes a message or signal: one that waits, or starts a further instance."""

    element: Element
    instance: int | None = None
    token: int = 0


def find_receiver(w: Working, message: Message) -> Receiver | None:
    """The first event that waits for this message, else one that starts by it."""
    for n, wait in _named(w, "message", message.name):
        if _fits(w, wait, message):
            return Receiver(wait.element, n, wait.token)
    start = _message_start(w, message)
    return None if start is None else Receiver(start)


def _named(w: Working, kind: str, name: str) -> Iterator[tuple[int, Wait]]:
    return ((n, wait) for n, wait in w.places() if wait.kind == kind and wait.name == name)


def _fits(w: Working, wait: Wait, message: Message) -> bool:
    """Whether the message is for this wait: drawn to it, and by its key or what it carries."""
    if not is_drawn_to(message, wait.element, wait.scope.path):
        return False
    if wait.element.correlations:
        return correlates(w, wait, message)
    return message.key in (None, wait.key)


def find_signalled(w: Working, name: str, *, begins: bool = True) -> list[Receiver]:
    """Everything in the case that a signal of this name would reach, or start."""
    waiting = [Receiver(wait.element, n, wait.token) for n, wait in _named(w, "signal", name)]
    starts = find_signal_starts(w, name) if begins else []
    return waiting + [Receiver(start) for start in starts]


def find_signal_starts(w: Working, name: str) -> list[Element]:
    """Start events of the release, beside the main process, that a signal of this name enters."""
    return [event for event in _side_starts(w) if event.signal == name]


def names_waited_for(w: Working) -> list[str]:
    """The names of the messages that are waited for."""
    found = {wait.name for _, wait in w.places() if wait.kind == "message"}
    return sorted(name for name in found if name is not None)


def why_not_received(w: Working, message: Message) -> str:
    """Why nothing takes a message: its name is not waited for, or only with another key."""
    name = repr(message.name)
    named = [wait for _, wait in _named(w, "message", message.name)]
    if not named:
        return f"the case does not wait for a message {name}"
    if any(wait.element.correlations for wait in named):
        return f"the case waits for a message {name}, but not for one with these values"
    keys = sorted({wait.key for wait in named if wait.key is not None})
    wanted = f"with the key {' or '.join(map(repr, keys))}" if keys else "without a key"
    return f"the case waits for a message {name} {wanted}, not with the key {message.key!r}"


def refuse_second(w: Working, element: Element) -> None:
    """WrongStateError while what an earlier message of this event began is open (`cl:single`)."""
    if element.single is None:
        return
    for _, wait in w.places():
        if element.single in wait.scope.path:
            raise WrongStateError(
                f"{element.single!r} is open already: {wait.element.id!r} waits",
                rule="message/still-open",
                element=wait.element.id,
            )


def _message_start(w: Working, message: Message) -> Element | None:
    """A start event of the release that this message enters, beside the main process."""
    starts = (e for e in _side_starts(w) if e.message == message.name)
    named = (e for e in starts if is_drawn_to(message, e))
    return next((e for e in named if _has_key(w, e, message.key)), None)


def _side_starts(w: Working) -> Iterator[Element]:
    """Every event by which a process beside the main one begins."""
    main = w.state.instances[0].process
    for process, definition in w.world.model.definitions.items():
        if process != main:
            for element in definition.openers:
                yield from element.events


def _has_key(w: Working, start: Element, key: str | None) -> bool:
    """A start event that names a key takes no message of another one."""
    if key is None or start.correlation_key is None:
        return True
    return key_text(to_json(evaluate(w, start.correlation_key))) == key
