"""What reaches a case from outside: messages, signals, due timers, files."""

from engine.domain.case import OpenItem
from engine.domain.clock import from_wire, to_wire
from engine.domain.commands import AddAttachment, BroadcastSignal, CorrelateMessage, FireTimer
from engine.domain.errors import ReasonRequiredError, WrongStateError
from engine.domain.texts import is_blank
from engine.kernel.compile.model import AtClock, Element
from engine.kernel.decide import document
from engine.kernel.decide.authorise import SYSTEM_ROLE, authorise_item, record_act, separate
from engine.kernel.decide.clocks import mark_fired
from engine.kernel.decide.closing import refuse_after_closing
from engine.kernel.decide.correlating import Message, without_correlated
from engine.kernel.decide.hurry import no_hurry
from engine.kernel.decide.receiving import (
    find_receiver,
    find_signalled,
    names_waited_for,
    refuse_second,
    why_not_received,
)
from engine.kernel.decide.stepping import advance, broadcast, deliver, find_wait, wake_others
from engine.kernel.decide.working import Working


def correlate(w: Working, command: CorrelateMessage) -> None:
    """A message from outside; WrongStateError lists the messages that are waited for."""
    message = Message(command.name, command.correlation_key, command.data)
    receiver = find_receiver(w, message)
    if receiver is None:
        raise WrongStateError(
            why_not_received(w, message),
            rule="state/not-waiting",
            waiting=names_waited_for(w),
        )
    _admit_sender(w, receiver.element)
    refuse_second(w, receiver.element)
    if receiver.element.reason_required and is_blank(command.reason):
        raise ReasonRequiredError(
            f"message {command.name!r} needs a reason", rule="reason/required"
        )
    data = without_correlated(w, receiver.element, command.data)
    document.check_outputs(w, receiver.element.outputs, data)
    w.emit(
        "message.received",
        {
            "key": command.correlation_key,
            "name": command.name,
            "person": w.actor.person,
            "reason": command.reason,
        },
    )
    document.write(w, data, receiver.element)
    deliver(w, receiver)


def _admit_sender(w: Working, element: Element) -> None:
    """Who sends needs a post of the roles that the event names; a person's act is noted.

    A system sends without a person only where no role is named, or `system` is among them.
    Separation comes first, as with work items: the refusal names the earlier act.
    """
    separate(w, element)
    roles = element.roles
    if roles and (w.actor.person is not None or SYSTEM_ROLE not in roles):
        wanted = OpenItem(element.id, 0, w.at, role=" ".join(roles))
        w.post = authorise_item(w, wanted, element)
    refuse_after_closing(w, element)
    record_act(w, element.fixed_act, element)


def signal(w: Working, command: BroadcastSignal) -> None:
    """A signal nobody waits for is no error (BPMN 2.0): the entry says so.

    It may write what the events that wait for it declare. One that was sent elsewhere begins
    nothing here: what begins by it has begun there, or is a case of its own.
    """
    here = command.cause is None
    elements = [r.element for r in find_signalled(w, command.name, begins=here)]
    for element in elements:
        _admit_sender(w, element)
    document.check_outputs(w, [o for element in elements for o in element.outputs], command.data)
    document.write(w, command.data, None)
    reached = broadcast(w, command.name, begins=here)
    if not reached and command.data:
        wake_others(w)
    said = {"name": command.name, "reached": reached}
    w.emit("signal.received", said if command.cause is None else {**said, "cause": command.cause})


def fire_timer(w: Working, command: FireTimer) -> None:
    """WrongStateError when the timer has moved, fired or gone since it was claimed."""
    wait = find_wait(w, command.instance, command.token)
    due = from_wire(command.due)
    if wait is None or wait.kind != "timer" or wait.due != due:
        raise WrongStateError("this timer is not due any more", rule="timer/not-due")
    if due > w.at:
        raise WrongStateError("this timer is not due yet", rule="timer/not-due")
    timer = wait.element.timer
    late = int((w.at - max(due, from_wire(command.set_at or command.due))).total_seconds())
    data = {"due": to_wire(due), "late_seconds": late}
    if isinstance(timer, AtClock):
        mark_fired(w, timer)
        data |= {"clock": timer.clock, "point": timer.point}
    w.emit("timer.fired", data, wait.element)
    with no_hurry(w, wait.element):
        advance(w, command.instance, lambda i: i.fire(command.token))


def add_attachment(w: Working, command: AddAttachment) -> None:
    """Notes a file of the case; its bytes lie by content in the file store."""
    w.emit(
        "attachment.added",
        {
            "media_type": command.media_type,
            "name": command.name,
            "person": w.actor.person,
            "sha256": command.sha256,
            "size": command.size,
        },
    )
    w.answer = {"sha256": command.sha256, "size": command.size}
