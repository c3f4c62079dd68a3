"""Stepping the diagram inside a decision: run, tell what happened, deliver messages, settle.

Messages, signals and ends inside a case reach its other instances in the same decision, at most
`MAX_HOPS` of them (`design.md` §2).
"""

from collections.abc import Callable, Mapping
from operator import methodcaller
from types import MappingProxyType
from typing import Any

from engine.domain.acts import event_of
from engine.domain.case import CLOSED, ENDED, OPEN, InstanceRecord, OpenJob
from engine.domain.errors import LoopGuardError, WrongStateError
from engine.domain.rows import Sent
from engine.feel import to_json
from engine.kernel.compile.model import Definition, Element
from engine.kernel.decide.assignment import open_item
from engine.kernel.decide.clocks import move_timers, withdraw_clocks
from engine.kernel.decide.correlating import Message, take_over
from engine.kernel.decide.host import CaseHost
from engine.kernel.decide.incidents import withdraw_gone
from engine.kernel.decide.notify import send_out
from engine.kernel.decide.receiving import Receiver, find_receiver, find_signal_starts
from engine.kernel.decide.scope import evaluate
from engine.kernel.decide.working import Working
from engine.kernel.run import Instance, Step, Thrown, Wait
from engine.kernel.run.failing import at_step

MAX_HOPS = 100
DEFAULT_RETRIES = 3
_START = "startEvent"
_NOTHING: Mapping[str, Any] = MappingProxyType({})
_SIGN = {"entered": "+", "left": "-", "cancelled": "x"}


def instance_of(w: Working, n: int) -> Instance:
    """The live instance, loaded from the state at first use."""
    if n not in w.live:
        if not 0 <= n < len(w.state.instances) or w.state.instances[n].state is None:
            raise WrongStateError(f"instance {n} of this case has ended", rule="state/not-open")
        record = w.state.instances[n]
        assert record.state is not None
        w.live[n] = Instance.load(w.world.model, record.state, CaseHost(w))
    return w.live[n]


def load_all(w: Working) -> None:
    """Loads every instance that has not ended."""
    for n, record in enumerate(w.state.instances):
        if record.state is not None:
            instance_of(w, n)


def find_wait(w: Working, n: int, token: int) -> Wait | None:
    instance_of(w, n)
    return next((wait for wait in w.waits(n) if wait.token == token), None)


def start_instance(w: Working, process: str, start_event: str | None = None) -> int:
    """Starts a further instance of the case and settles it; answers its number."""
    n = len(w.state.instances)
    w.state.instances.append(InstanceRecord(process, []))
    w.live[n] = Instance.start(w.world.model, process, CaseHost(w), start_event=start_event)
    settle(w, n)
    return n


def advance(w: Working, n: int, move: Callable[[Instance], object]) -> None:
    """Makes one move on an instance, then settles the whole case."""
    move(instance_of(w, n))
    settle(w, n)


def settle(w: Working, n: int) -> None:
    """Takes over what an instance did: path, ends, open work, thrown messages."""
    w.moved(n)
    instance = w.live[n]
    steps, thrown = instance.take_steps(), instance.take_thrown()
    if steps:
        w.emit("path", {"instance": n, "steps": [_step_text(step) for step in steps]})
    _note_withdrawn(w, steps)
    _sync_items(w, n)
    if instance.finished:
        _end_instance(w, n, instance)
    for item in thrown:
        _route(w, n, item)
    with at_step(w.state.instances[n].process):
        move_timers(w)
    wake_others(w, n)


def wake_others(w: Working, n: int | None = None) -> None:
    """What changed the document may be what another instance of the case waits for.

    Without `n`: what any of them waits for, as nothing has moved.
    """
    for other, record in enumerate(w.state.instances):
        if other == n or record.state is None or not _waits_for_conditions(w, other):
            continue
        instance_of(w, other).look_at_conditions()
        if w.live[other].steps:
            _count_hop(w)
            settle(w, other)


def _waits_for_conditions(w: Working, n: int) -> bool:
    instance_of(w, n)
    return any(wait.kind == "condition" for wait in w.waits(n))


def _step_text(step: Step) -> str:
    return _SIGN[step.what] + "/".join((*step.path, step.element.id))


def _note_withdrawn(w: Working, steps: tuple[Step, ...]) -> None:
    """An escalation whose reply is no longer waited for ends as withdrawn."""
    for step in steps:
        if step.what == "cancelled" and step.element.act == "reply":
            w.emit("escalation.withdrawn", {}, step.element)


def _sync_items(w: Working, n: int) -> None:
    waits = {wait.token: wait for wait in w.waits(n)}
    for place in [p for p in w.state.items if p[0] == n and p[1] not in waits]:
        del w.state.items[place]
    for place in [p for p in w.state.jobs if p[0] == n and p[1] not in waits]:
        del w.state.jobs[place]
    withdraw_gone(w, n, waits)
    for token, wait in waits.items():
        if wait.kind == "work_item" and (n, token) not in w.state.items:
            _open_work_item(w, n, wait)
        elif wait.kind == "job" and (n, token) not in w.state.jobs:
            _open_job(w, n, wait)


def _open_work_item(w: Working, n: int, wait: Wait) -> None:
    with at_step(wait.element.id):
        item = open_item(w, wait)
    w.state.items[(n, wait.token)] = item
    if wait.element.stage is not None and wait.element.stage != w.state.stage:
        w.state.enter_stage(wait.element.stage, w.at)
    target = {"duty_grid": item.duty_grid, "role": item.role, "unit": item.unit}
    data = {"place": f"{n}.{wait.token}", **{k: v for k, v in target.items() if v is not None}}
    w.emit("work_item.opened", data, wait.element, item.round)


def _open_job(w: Working, n: int, wait: Wait) -> None:
    w.state.jobs[(n, wait.token)] = OpenJob(wait.element.id, DEFAULT_RETRIES, w.at)
    data = {"place": f"{n}.{wait.token}", "topic": wait.element.topic}
    w.emit("job.created", data, wait.element)


def job_variables(w: Working, wait: Wait) -> dict[str, Any]:
    """The variables a worker gets: the declared inputs, evaluated now."""
    return {
        name: to_json(evaluate(w, expression, wait.scope))
        for name, expression in wait.element.inputs.items()
    }


def _end_instance(w: Working, n: int, instance: Instance) -> None:
    definition = instance.definition
    outcome = next(
        (o for o in (_end_outcome(definition, end) for end in reversed(instance.ends)) if o), None
    )
    w.emit("instance.ended", {"ends": list(instance.ends), "instance": n, "outcome": outcome})
    if n != 0:
        return
    if w.state.status == OPEN:
        w.state.status = CLOSED if (outcome or "").startswith("closed") else ENDED
        w.state.closed_at = w.at
    w.state.outcome = outcome or w.state.outcome
    withdraw_clocks(w)
    w.state.enter_stage(None, w.at)
    w.emit("case.ended", {"outcome": outcome})
    send_out(w, "case.ended", {"outcome": outcome})


def _end_outcome(definition: Definition, end: str) -> str | None:
    element = definition.elements.get(end)
    return None if element is None else element.outcome


def note_domain_event(w: Working, element: Element, act: str | None, outcome: str | None) -> None:
    """The domain event that an act with an outcome stands for."""
    kind = event_of(act, outcome)
    if kind is not None:
        w.emit(kind, {"outcome": outcome}, element)
        send_out(w, kind, {"outcome": outcome})


def _route(w: Working, sender: int, thrown: Thrown) -> None:
    """Delivers what left an instance: inside the case first, else to the outside."""
    _count_hop(w)
    if thrown.kind == "message":
        load_all(w)
        receiver = find_receiver(
            w, Message(thrown.name, data=thrown.payload, targets=thrown.targets)
        )
        if receiver is not None:
            if receiver.instance != sender:
                _note_sent(w, thrown)
            with at_step(receiver.element.id):
                take_over(w, receiver.element, thrown.payload)
            deliver(w, receiver)
            return
    _note_sent(w, thrown)
    if thrown.kind == "signal":
        broadcast(w, thrown.name, thrown.payload, skip=sender)
    send_out(w, f"{thrown.kind}.thrown", {"name": thrown.name, "payload": thrown.payload})


def _note_sent(w: Working, thrown: Thrown) -> None:
    w.sent.append(Sent(thrown.kind, thrown.name, thrown.payload, w.at))


def _count_hop(w: Working) -> None:
    w.hops += 1
    if w.hops > MAX_HOPS:
        raise LoopGuardError(f"more than {MAX_HOPS} messages inside one case", case=w.case_id)


def deliver(w: Working, receiver: Receiver) -> None:
    """Hands a message to its receiver; a message start opens a further instance."""
    if receiver.instance is not None:
        advance(w, receiver.instance, methodcaller("deliver_message", receiver.token))
        return
    n = _begin_by(w, receiver.element)
    if receiver.element.kind != _START:
        messages = (wait for wait in w.waits(n) if wait.kind == "message")
        taken = next(wait for wait in messages if wait.element is receiver.element)
        advance(w, n, methodcaller("deliver_message", taken.token))


def _begin_by(w: Working, element: Element) -> int:
    """A further instance: its start event has come, or it begins to wait for what comes now."""
    return start_instance(w, element.process, element.id if element.kind == _START else None)


def broadcast(
    w: Working,
    name: str,
    payload: Mapping[str, Any] = _NOTHING,
    *,
    skip: int | None = None,
    begins: bool = True,
) -> bool:
    """A signal to every waiting event of its name in the case; it starts what begins by it.

    The payload is that of one thrown in the case; what comes from outside is written before.
    """
    load_all(w)
    reached = False
    starts = find_signal_starts(w, name) if begins else []
    for n in list(w.live):
        waiting = any(wait.kind == "signal" and wait.name == name for wait in w.waits(n))
        if n != skip and waiting:
            advance(w, n, lambda i: i.signal(name, payload))
            reached = True
    for start in _each_beginning(starts):
        if start.kind == _START:
            with at_step(start.id):
                take_over(w, start, payload)
        n = _begin_by(w, start)
        if start.kind != _START:
            advance(w, n, lambda i: i.signal(name, payload))
    return reached or bool(starts)


def _each_beginning(starts: list[Element]) -> list[Element]:
    """Several events behind one gateway that wait for the same begin one instance."""
    ways = {(e.process, e.id if e.kind == _START else None): e for e in reversed(starts)}
    return list(reversed(ways.values()))
