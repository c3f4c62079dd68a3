"""A timer start event that is due opens a case, by the way that every command takes.

The round is finished in the transaction of the case that it opens: whatever dies in between, and
however many nodes are at it, a round opens one case. A round whose case is refused is finished
too, by an entry of the release's stream that says why, and the next round has its turn.
"""

import logging
from dataclasses import replace
from datetime import datetime

from engine.domain.clock import to_wire
from engine.domain.commands import OpenCase
from engine.domain.errors import (
    ConflictError,
    EngineError,
    ExpressionError,
    StoreError,
    StoreUnavailableError,
)
from engine.domain.journal import Event
from engine.domain.people import SYSTEM_TIMER
from engine.domain.rows import Decision, StartTimer
from engine.service.administration import Changed, record
from engine.service.executor import execute
from engine.service.firing import POSTPONE_SECONDS, Fired, is_later
from engine.service.installation import Installation
from engine.service.start_arming import after_round
from engine.store import UnitOfWork
from engine.store.start_timers import claim_due_starts, postpone_start
from engine.store.writes.start_timers import finish_round

_log = logging.getLogger("caseloop.timers")


class _DoneWith(Exception):  # noqa: N818 no error: somebody else did it
    """The round was finished elsewhere, or its release was replaced; nothing is opened."""


def fire_starts(
    inst: Installation, *, now: datetime, node: str, lease_seconds: int, limit: int
) -> Fired:
    """Claims the timer start events that are due by now and opens a case for each."""
    total = Fired()
    for timer in claim_due_starts(
        inst.database, now=now, node=node, lease_seconds=lease_seconds, limit=limit
    ):
        total += fire_start(inst, timer)
    return total


def fire_start(inst: Installation, timer: StartTimer) -> Fired:
    """Opens the case of one round; what is wrong with it is no other timer's business."""
    try:
        return _open_or_refuse(inst, timer)
    except _DoneWith:
        return Fired(gone=1)
    except StoreUnavailableError:
        raise  # not this timer's doing: its lease runs out
    except Exception:  # noqa: BLE001 a timer that cannot be fired stops nobody's work
        return _put_off(inst, timer)


def _open_or_refuse(inst: Installation, timer: StartTimer) -> Fired:
    try:
        return _open(inst, timer)
    except (StoreError, ConflictError):
        raise  # nothing is current yet, or this node is too old: it may be opened later
    except EngineError as exc:
        return _refuse(inst, timer, exc)


def _open(inst: Installation, timer: StartTimer) -> Fired:
    assert timer.due_at is not None
    due = to_wire(timer.due_at)
    pins = replace(inst.current_pins(), release=timer.release)
    after = _after(inst, timer)

    def finish(work: UnitOfWork, _decision: Decision) -> None:
        if not finish_round(work, timer, after):
            raise _DoneWith

    command = OpenCase(
        case_id=inst.ids.new(),
        release=timer.release,
        process=timer.process,
        start=timer.element,
        due=due,
    )
    answer = execute(inst, SYSTEM_TIMER, command, pins=pins, before_commit=finish)
    assert answer.receipt is not None
    late = is_later(inst, timer.due_at, answer.receipt.at)
    note = f"{answer.data['case_id']} {timer.element} due {due}"
    return Fired(fired=1, late=(note,) if late else ())


def _after(inst: Installation, timer: StartTimer) -> datetime | None:
    """The next round; a cycle that leads beyond all time has none."""
    pins = replace(inst.current_pins(), release=timer.release)
    try:
        return after_round(inst.world(pins).model, timer)
    except ExpressionError as exc:
        _log.error("%s/%s opens no further case: %s", timer.process, timer.element, exc.message)
        return None


def _refuse(inst: Installation, timer: StartTimer, refusal: EngineError) -> Fired:
    """Keeps for ever that a round opened no case, and why; the next round waits for its time."""
    assert timer.due_at is not None
    due, after = to_wire(timer.due_at), _after(inst, timer)
    told = {
        "code": refusal.code,
        "due": due,
        "element": timer.element,
        "message": refusal.message,
        "next": None if after is None else to_wire(after),
        "process": timer.process,
        "release": timer.release,
        "rule": refusal.context.get("rule"),
    }

    def change(work: UnitOfWork) -> Changed:
        problem = f"{refusal.code}: {refusal.message}"
        if not finish_round(work, timer, after, problem=problem):
            return Changed()
        return Changed((Event("release.timer_refused", told),), {"refused": True})

    args = {name: told[name] for name in ("due", "element", "process", "release")}
    answer = record(
        inst,
        SYSTEM_TIMER,
        f"release:{timer.release}",
        "refuse_timer",
        args={**args, "number": timer.number},
        change=change,
    )
    if not answer.data:
        return Fired(gone=1)
    _log.error(
        "%s/%s, due %s, opened no case: %s", timer.process, timer.element, due, refusal.message
    )
    return Fired(failed=1)


def _put_off(inst: Installation, timer: StartTimer) -> Fired:
    """One timer that cannot be fired now holds up nobody."""
    _log.exception(
        "%s/%s, due %s, cannot be fired; it is tried again in %d seconds",
        timer.process,
        timer.element,
        timer.due_at,
        POSTPONE_SECONDS,
    )
    postpone_start(inst.database, timer, seconds=POSTPONE_SECONDS)
    return Fired(failed=1)
