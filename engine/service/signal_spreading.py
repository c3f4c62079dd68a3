"""A signal that is thrown goes on its way to whoever waits elsewhere, in the thrower's transaction.

Nothing is delivered here: each receiver gets a command of its own, later. Inside the thrower's own
case the signal has been heard already.
"""

import json
from collections.abc import Iterable, Iterator
from typing import Any

from engine.domain.case import CaseState
from engine.domain.commands import BroadcastSignal, Command, OpenCase
from engine.domain.journal import case_stream
from engine.domain.people import Actor
from engine.domain.rows import Decision, SignalDelivery
from engine.kernel.compile.model import CompiledRelease
from engine.store import UnitOfWork
from engine.store.signals import STARTS, cases_signalled, put_deliveries

#: In whose name the signals of a diagram arrive elsewhere: nobody's.
BY_SIGNAL = Actor(via="signal")


def spread_thrown(
    work: UnitOfWork, model: CompiledRelease, command: Command, decision: Decision
) -> None:
    """Puts on their way the signals that a decision has thrown.

    What began by one inside the case does not begin a second time, as a case of its own.
    """
    main = CaseState.from_json(json.loads(decision.state)).instances[0].process
    thrown = [sent for sent in decision.sent if sent.kind == "signal"]
    entry = f"{case_stream(decision.case_id)}/{decision.seq}"
    for number, sent in enumerate(thrown, 1):
        cause = f"{entry}.{number}"
        begun = command.chain if isinstance(command, BroadcastSignal | OpenCase) else None
        others = [case for case in cases_signalled(work, sent.name) if case != decision.case_id]
        signal = SignalDelivery(
            chain=begun or cause,
            name=sent.name,
            receiver=STARTS,
            cause=cause,
            case_id=None,
            process=" ".join(sorted(_begun_inside(model, main, sent.name))) or None,
            start=None,
            data={},
            actor=actor_record(BY_SIGNAL),
            at=decision.at,
            delivered=False,
            again=0,
        )
        put_deliveries(work, [*to_cases(signal, others), signal])


def _begun_inside(model: CompiledRelease, main: str, name: str) -> Iterator[str]:
    """The processes beside the case's own that this signal enters in the case itself."""
    for process, definition in model.definitions.items():
        events = (event for opener in definition.openers for event in opener.events)
        if process != main and any(event.signal == name for event in events):
            yield process


def to_cases(signal: SignalDelivery, cases: Iterable[str]) -> Iterator[SignalDelivery]:
    """The same signal to each of these cases."""
    for case_id in cases:
        yield _to(signal, receiver=case_id, case_id=case_id, process=None)


def to_starts(
    signal: SignalDelivery, starts: Iterable[tuple[str, str]]
) -> Iterator[SignalDelivery]:
    """The same signal to each of these start events, by process and element."""
    for process, start in starts:
        yield _to(signal, receiver=f"{process}/{start}", process=process, start=start)


def _to(signal: SignalDelivery, **receiver: Any) -> SignalDelivery:
    fields = {name: getattr(signal, name) for name in SignalDelivery.__slots__}
    return SignalDelivery(**{**fields, **receiver})


def actor_record(actor: Actor) -> dict[str, Any]:
    """An actor as a delivery keeps him, without what his key or session may do."""
    return {
        "person": actor.person,
        "principal": actor.principal,
        "unit": actor.unit,
        "via": actor.via,
    }
