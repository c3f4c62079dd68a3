"""The one command path: idempotency, load under the lock, decide, apply, commit, receipt.

What is due comes first: a timer whose instant has passed is fired before the command that came
after it, so that nobody hands back over a reminder that a stopped node did not send.

Whoever asks comes through here. Without `if_match` a command is decided on whatever the case is
by now; with it a case that has moved on answers StaleVersionError.
"""

import logging
from collections.abc import Callable
from datetime import datetime
from typing import Any, NamedTuple

from engine.domain.commands import Command, FireTimer, OpenCase
from engine.domain.errors import (
    CaseNotFoundError,
    StaleVersionError,
    StoreError,
    StoreUnavailableError,
    WrongStateError,
)
from engine.domain.evidence import to_plain
from engine.domain.facts import FactNeeded, Facts
from engine.domain.journal import case_stream
from engine.domain.people import SYSTEM_TIMER, Actor
from engine.domain.rows import CaseSnapshot, Decision, Pins, Receipt, Timer
from engine.kernel.decide import decide, world_for
from engine.service.answers import Answer, key_for, read_stored, to_stored
from engine.service.firing import Fired, command_of, fired_at, put_off
from engine.service.installation import Installation
from engine.service.sealing import seal_values, with_personal
from engine.service.signal_spreading import spread_thrown
from engine.store import IdempotencyKey, JobLock, UnitOfWork
from engine.store import timers as store_timers

__all__ = ["Answer", "execute", "find_earlier"]

_log = logging.getLogger("caseloop.timers")

_MOST_FACTS = 200
#: A timer that fired may have set another one that is due by now; what is left has its tick.
_MOST_ROUNDS = 20


def execute(
    inst: Installation,
    actor: Actor,
    command: Command,
    *,
    idempotency_key: str | None = None,
    if_match: int | None = None,
    job_lock: JobLock | None = None,
    pins: Pins | None = None,
    fingerprint: Any = None,
    asked: Command | None = None,
    before_commit: Callable[[UnitOfWork, Decision], None] | None = None,
) -> Answer:
    """Executes one command in one transaction, after the timers of its case that are due.

    `pins` are those of a new case. `fingerprint` stands for the request where the command does
    not (a drawn case id), `asked` for what was asked where another command does it.
    `before_commit` adds writes of the same transaction. Personal values among the command's data
    are sealed here, before anything is decided or recorded.
    """
    key = _key(inst, actor, asked or command, idempotency_key, fingerprint)
    order = _Order(actor, command, idempotency_key, key, if_match, job_lock, pins, before_commit)
    for _ in range(_MOST_ROUNDS):
        try:
            return _attempt(inst, order, overdue_first=not isinstance(command, FireTimer))
        except _OverdueFirst as overdue:
            _catch_up(inst, command.case_id, overdue.now)
    return _attempt(inst, order, overdue_first=False)


class _OverdueFirst(Exception):  # noqa: N818 no error: it says what has to be done before
    """Timers of the case are due; nothing has been decided."""

    def __init__(self, now: datetime) -> None:
        super().__init__(now)
        self.now = now


class _Order(NamedTuple):
    """A command with everything that it comes with."""

    actor: Actor
    command: Command
    idempotency_key: str | None
    key: IdempotencyKey | None
    if_match: int | None
    job_lock: JobLock | None
    pins: Pins | None
    before_commit: Callable[[UnitOfWork, Decision], None] | None


def _attempt(inst: Installation, order: _Order, *, overdue_first: bool) -> Answer:
    actor, command, key = order.actor, order.command, order.key
    opening = isinstance(command, OpenCase)
    with inst.database.unit_of_work() as work:
        loaded = work.load(
            None if opening else command.case_id,
            idempotency=key,
            job_lock=order.job_lock,
            facts=_foreseen(actor),
        )
        if loaded.stored_answer is not None:
            return read_stored(loaded.stored_answer)
        snapshot = loaded.snapshot
        at = loaded.now if snapshot is None else max(loaded.now, snapshot.at)
        if overdue_first and loaded.timer_due is not None and loaded.timer_due <= at:
            raise _OverdueFirst(at)
        check_version(snapshot, order.if_match)
        used = snapshot.pins if snapshot is not None else order.pins or inst.current_pins()
        facts = Facts(loaded.facts)
        sealed, personal = seal_values(inst, used, command)
        decision = _decide(
            inst, work, snapshot, used, sealed, actor, at, facts, order.idempotency_key
        )
        if personal:
            decision = with_personal(decision, personal)
        receipt = Receipt(
            case_stream(decision.case_id), decision.seq, decision.entry_hash, decision.at
        )
        stored = to_stored(receipt, decision.answer) if key is not None else None
        work.apply(decision, answer=stored, idempotency=key)
        if decision.sent:
            spread_thrown(work, inst.world(used).model, command, decision)
        if order.before_commit is not None:
            order.before_commit(work, decision)
        work.commit()
    return Answer(receipt, dict(decision.answer))


def fire(inst: Installation, timer: Timer, now: datetime) -> Fired:
    """Fires one due timer; what is wrong with its case is no other case's business."""
    try:
        answer = execute(inst, SYSTEM_TIMER, command_of(inst, timer, now))
    except (WrongStateError, CaseNotFoundError):
        return Fired(gone=1)  # it moved, went, or somebody else has fired it
    except StoreUnavailableError:
        raise  # not this timer's doing: its lease runs out, and so do the others'
    except Exception:  # noqa: BLE001 a timer that cannot be fired stops nobody's work
        put_off(inst, timer)
        return Fired(failed=1)
    assert answer.receipt is not None
    return fired_at(inst, timer, answer.receipt.at)


def _catch_up(inst: Installation, case_id: str, now: datetime) -> None:
    """Fires what is due of one case, each timer by a command of its own; tells what was late."""
    for timer in store_timers.due_of(inst.database, case_id, now):
        for note in fire(inst, timer, now).late:
            _log.warning("fired late, before the next command on its case: %s", note)


def find_earlier(
    inst: Installation, actor: Actor, command: Command, key: str | None, fingerprint: Any
) -> Answer | None:
    """The answer that a request of this key had before, when its case cannot be told any more."""
    wanted = _key(inst, actor, command, key, fingerprint)
    if wanted is None:
        return None
    with inst.database.unit_of_work() as work:
        stored = work.load(None, idempotency=wanted).stored_answer
    return None if stored is None else read_stored(stored)


def _decide(  # noqa: PLR0917 the whole situation of one decision
    inst: Installation,
    work: UnitOfWork,
    snapshot: CaseSnapshot | None,
    pins: Pins,
    command: Command,
    actor: Actor,
    at: datetime,
    facts: Facts,
    key: str | None,
) -> Decision:
    """Decides, reading the facts that are asked for in the same transaction."""
    world = world_for(inst.world, pins, command)
    for _ in range(_MOST_FACTS):
        try:
            return decide(world, snapshot, command, actor, at, facts, key=key)
        except FactNeeded as needed:
            for name, fact in work.facts(needed.keys, pins).items():
                facts.add(name, to_plain(fact))
    raise StoreError("the decision asks for facts without end", case_id=command.case_id)


def _foreseen(actor: Actor) -> tuple[str, ...]:
    """The facts that nearly every command of a person needs come with the first round trip."""
    person = actor.principal or actor.person
    return () if person is None else (f"posts:{person}",)


def check_version(snapshot: CaseSnapshot | None, if_match: int | None) -> None:
    """StaleVersionError when the case has gone on since it was read."""
    if if_match is not None and snapshot is not None and snapshot.seq != if_match:
        raise StaleVersionError(
            f"the case is at version {snapshot.seq}, not {if_match}; read it again",
            expected=if_match,
            found=snapshot.seq,
        )


def _key(
    inst: Installation, actor: Actor, command: Command, key: str | None, fingerprint: Any
) -> IdempotencyKey | None:
    if key is None:
        return None
    request = fingerprint
    if request is None:
        request = {"args": command.record(), "case": command.case_id}
    return key_for(inst, actor, key, {"kind": command.kind, "request": to_plain(request)})
