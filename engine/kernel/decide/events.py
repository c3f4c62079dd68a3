"""What reaches a case from outside: messages, signals, due timers, files."""

from engine.domain.clock import from_wire, to_wire
from engine.domain.commands import AddAttachment, BroadcastSignal, CorrelateMessage, FireTimer
from engine.domain.errors import NotYourWorkItemError, WrongStateError
from engine.kernel.compile.model import AtClock
from engine.kernel.decide import document
from engine.kernel.decide.authorise import posts_of, record_act, separate
from engine.kernel.decide.clocks import mark_fired
from engine.kernel.decide.stepping import advance, broadcast, deliver, find_wait, load_all
from engine.kernel.decide.working import Working
from engine.kernel.run import Wait


def correlate(w: Working, command: CorrelateMessage) -> None:
    """A message from outside; WrongStateError lists the messages that are waited for."""
    wait = _waiting(w, command)
    if wait is not None:
        _authorise_sender(w, wait)
    w.emit(
        "message.received",
        {
            "key": command.correlation_key,
            "name": command.name,
            "person": w.actor.person,
            "reason": command.reason,
        },
    )
    document.write(w, command.data, None if wait is None else wait.element)
    if not deliver(w, command.name, command.correlation_key):
        raise WrongStateError(
            f"the case does not wait for a message {command.name!r}",
            rule="state/not-waiting",
            waiting=sorted(_waiting_names(w)),
        )


def _waiting(w: Working, command: CorrelateMessage) -> Wait | None:
    load_all(w)
    every = (wait for n in w.live for wait in w.waits(n))
    return next((x for x in every if x.kind == "message" and x.name == command.name), None)


def _waiting_names(w: Working) -> set[str]:
    return {
        wait.name
        for n in w.live
        for wait in w.waits(n)
        if wait.kind == "message" and wait.name is not None
    }


def _authorise_sender(w: Working, wait: Wait) -> None:
    """A person who sends needs a post of the roles that the event names; his act is noted."""
    if w.actor.person is None:
        return
    element = wait.element
    act = element.act if isinstance(element.act, str) else None
    if element.roles:
        w.post = next((p for p in posts_of(w.facts, w.actor) if p.role in element.roles), None)
        if w.post is None:
            raise NotYourWorkItemError(
                f"sending {wait.name!r} is for {', '.join(sorted(element.roles))}",
                rule="authorisation/role",
                element=element.id,
            )
    separate(w, act, element)
    record_act(w, act, element)


def signal(w: Working, command: BroadcastSignal) -> None:
    """A signal nobody waits for is no error (BPMN 2.0): the entry says so."""
    document.write(w, command.data, None)
    reached = broadcast(w, command.name)
    w.emit("signal.received", {"name": command.name, "reached": reached})


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
