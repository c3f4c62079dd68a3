"""A command whose automatic steps fail: the case stays where it was, an incident says why."""

from contextlib import suppress
from typing import NamedTuple

from engine.domain.case import Place
from engine.domain.commands import (
    BroadcastSignal,
    Command,
    CompleteJob,
    CompleteWorkItem,
    CorrelateMessage,
    FireTimer,
    ThrowJobError,
)
from engine.domain.errors import ExecutionError
from engine.kernel.compile.model import Element
from engine.kernel.decide.correlating import Message
from engine.kernel.decide.incidents import raise_incident, stop_job
from engine.kernel.decide.receiving import Receiver, find_receiver, find_signalled
from engine.kernel.decide.stepping import find_wait
from engine.kernel.decide.working import Working

_AT_A_TOKEN = (CompleteWorkItem, CompleteJob, ThrowJobError, FireTimer)
_NOWHERE: Place = (0, 0)


class _Stop(NamedTuple):
    """Where the command came in: that is where it can be tried again."""

    kind: str
    place: Place
    element: Element


def stop_at(w: Working, command: Command, error: ExecutionError) -> None:
    """Raises the incident on a working copy in which nothing has happened yet."""
    stop = _find_stop(w, command)
    code = str(error.context.get("cause", error.code))
    failed = str(error.context.get("element", ""))
    message = error.message if failed in error.message else f"{failed}: {error.message}"
    if stop.kind == "job":
        stop_job(w, stop.place, stop.element, code=code, message=message)
    else:
        raise_incident(w, stop.kind, stop.place, stop.element, code=code, message=message)


def _find_stop(w: Working, command: Command) -> _Stop:
    if isinstance(command, _AT_A_TOKEN):
        place = (command.instance, command.token)
        wait = find_wait(w, *place)
        if wait is not None:
            return _Stop(wait.kind, place, wait.element)
    return _Stop("message", *_event_place(w, command))


def _event_place(w: Working, command: Command) -> tuple[Place, Element]:
    """The event that took the message or signal; else the start of the main process."""
    receiver = None
    with suppress(ExecutionError):  # looking for the receiver is perhaps what failed
        receiver = _receiver(w, command)
    if receiver is not None:
        return (receiver.instance or 0, receiver.token), receiver.element
    main = w.world.model.definitions[w.state.instances[0].process]
    return _NOWHERE, main.usual_start


def _receiver(w: Working, command: Command) -> Receiver | None:
    if isinstance(command, CorrelateMessage):
        return find_receiver(w, Message(command.name, command.correlation_key, command.data))
    if isinstance(command, BroadcastSignal):
        return next(iter(find_signalled(w, command.name)), None)
    return None
