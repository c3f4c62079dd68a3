"""Signals that are on their way reach their receivers: one command for each, by the usual way.

A delivery is finished in the transaction of the command that it is delivered by, so that several
nodes, or one that dies, deliver it once. One that is refused is finished by an entry of the stream
`signals` that says why.
"""

import logging
from typing import Any

from engine.domain.commands import BroadcastSignal, Command, OpenCase
from engine.domain.errors import ConflictError, EngineError, StoreError, StoreUnavailableError
from engine.domain.journal import Event
from engine.domain.people import Actor
from engine.domain.rows import Decision, Pins, SignalDelivery
from engine.kernel.compile.model import CompiledRelease
from engine.service.administration import Changed, record
from engine.service.executor import execute
from engine.service.firing import POSTPONE_SECONDS
from engine.service.installation import Installation
from engine.service.signal_spreading import BY_SIGNAL, to_starts
from engine.store import UnitOfWork
from engine.store.queries.releases import find_installation
from engine.store.signals import (
    MOST_TIMES,
    STARTS,
    claim_deliveries,
    delay_delivery,
    drop_rested,
    finish_delivery,
    finish_telling,
    put_deliveries,
)

_log = logging.getLogger("caseloop.signals")

SIGNALS = "signals"
LEASE_SECONDS = 30
_BATCH = 100
#: A chain of signals may go on in the same round; what is left has the next one, behind timers.
_MOST_ROUNDS = 5


class _DoneWith(Exception):  # noqa: N818 no error: somebody else did it
    """It was delivered elsewhere; nothing is done."""


def deliver_signals(inst: Installation) -> int:
    """Delivers what is on its way, and what follows from that; how many deliveries there were."""
    total = 0
    seconds = 1 if inst.database.dialect == "sqlite" else LEASE_SECONDS
    for _ in range(_MOST_ROUNDS):
        claimed = claim_deliveries(inst.database, seconds=seconds, limit=_BATCH)
        for delivery in claimed:
            deliver(inst, delivery)
        if not claimed:
            break
        total += len(claimed)
    if total:
        drop_rested(inst.database, limit=10 * _BATCH)
    return total


def deliver(inst: Installation, delivery: SignalDelivery) -> None:
    """Delivers to one receiver; what is wrong there is no other receiver's business."""
    try:
        _deliver_or_refuse(inst, delivery)
    except _DoneWith:
        return
    except StoreUnavailableError:
        raise  # not this receiver's doing: its lease runs out
    except Exception:  # noqa: BLE001 one that cannot be delivered now holds up nobody
        _log.exception(
            "the signal %s of %s cannot be delivered to %s; it is tried again in %d seconds",
            delivery.name,
            delivery.cause,
            delivery.receiver,
            POSTPONE_SECONDS,
        )
        delay_delivery(inst.database, delivery, seconds=POSTPONE_SECONDS)


def _deliver_or_refuse(inst: Installation, delivery: SignalDelivery) -> None:
    if delivery.delivered:
        text = f"signals that answer each other reached it more than {MOST_TIMES} times"
        _tell(inst, delivery, "signal-too-often", f"{text}; {delivery.again} were left out")
    elif delivery.receiver == STARTS:
        _to_every_start(inst, delivery)
    else:
        try:
            _command(inst, delivery)
        except (StoreError, ConflictError):
            raise
        except EngineError as exc:
            _tell(inst, delivery, exc.code, exc.message)


def _to_every_start(inst: Installation, delivery: SignalDelivery) -> None:
    """Finds the start events that wait for it now; each is a receiver of its own."""
    with inst.database.reads() as reader:
        found = find_installation(reader)
    deployed = found is not None and found.current_release is not None
    begun = (delivery.process or "").split()  # inside the thrower's case
    starts = starts_by(inst.world(inst.current_pins()).model, delivery.name) if deployed else []
    starts = [(process, start) for process, start in starts if process not in begun]
    with inst.database.unit_of_work() as work:
        if not finish_delivery(work, delivery):
            raise _DoneWith
        put_deliveries(work, list(to_starts(delivery, starts)))
        work.commit()


def starts_by(model: CompiledRelease, name: str) -> list[tuple[str, str]]:
    """The start events by which a case of the release begins when this signal comes."""
    return [
        (definition.process_id, start.id)
        for definition in model.beginnings.values()
        for start in definition.start_events
        if any(event.signal == name for event in start.events)
    ]


def _command(inst: Installation, delivery: SignalDelivery) -> None:
    actor = Actor(**delivery.actor)  # type: ignore[arg-type]  # as it was kept
    command, pins = _of(inst, delivery)

    def finish(work: UnitOfWork, _decision: Decision) -> None:
        if not finish_delivery(work, delivery):
            raise _DoneWith

    execute(inst, actor, command, pins=pins, before_commit=finish)


def _of(inst: Installation, delivery: SignalDelivery) -> tuple[Command, Pins | None]:
    said: dict[str, Any] = {
        "cause": delivery.cause,
        "chain": delivery.chain,
        "data": delivery.data,
    }
    if delivery.case_id is not None:
        return BroadcastSignal(case_id=delivery.case_id, name=delivery.name, **said), None
    pins = inst.current_pins()
    assert delivery.process is not None
    return OpenCase(
        case_id=inst.ids.new(),
        release=pins.release,
        process=delivery.process,
        start=delivery.start,
        **said,
    ), pins


def _tell(inst: Installation, delivery: SignalDelivery, code: str, message: str) -> None:
    """Keeps for ever that a receiver did not take a signal, and why."""
    told = {
        "cause": delivery.cause,
        "chain": delivery.chain,
        "code": code,
        "message": message,
        "name": delivery.name,
        "receiver": delivery.receiver,
    }
    finish = finish_telling if delivery.delivered else finish_delivery

    def change(work: UnitOfWork) -> Changed:
        if not finish(work, delivery):
            return Changed()
        return Changed((Event("signal.not_received", told),))

    args = {name: told[name] for name in ("cause", "chain", "name", "receiver")}
    record(inst, BY_SIGNAL, SIGNALS, "refuse_signal", args=args, change=change)
    _log.warning("signal %s of %s: %s: %s", delivery.name, delivery.cause, code, message)
