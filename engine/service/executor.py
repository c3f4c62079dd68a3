"""The one command path: idempotency, load under the lock, decide, apply, commit, receipt.

Whoever asks comes through here. Without `if_match` a command is decided on whatever the case is
by now; with it a case that has moved on answers StaleVersionError.
"""

import secrets
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, cast

from engine.domain.commands import Command, OpenCase
from engine.domain.errors import StaleVersionError, StoreError
from engine.domain.evidence import to_plain
from engine.domain.facts import FactNeeded, Facts
from engine.domain.journal import case_stream
from engine.domain.people import Actor
from engine.domain.rows import CaseSnapshot, Decision, PersonalValue, Pins, Receipt
from engine.kernel.decide import decide, world_for
from engine.schema import SealedValue, refuse_sealed
from engine.service.answers import Answer, key_for, read_stored, to_stored
from engine.service.installation import Installation
from engine.store import IdempotencyKey, JobLock, UnitOfWork

__all__ = ["Answer", "execute", "find_earlier"]

_MOST_FACTS = 200


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
    before_commit: Callable[[UnitOfWork, Decision], None] | None = None,
) -> Answer:
    """Executes one command in one transaction.

    `pins` are those of a new case. `fingerprint` stands for the request where the command does
    not (a drawn case id). `before_commit` adds writes of the same transaction. Personal values
    among the command's data are sealed here, before anything is decided or recorded.
    """
    key = _key(inst, actor, command, idempotency_key, fingerprint)
    opening = isinstance(command, OpenCase)
    with inst.database.unit_of_work() as work:
        loaded = work.load(
            None if opening else command.case_id,
            idempotency=key,
            job_lock=job_lock,
            facts=_foreseen(actor),
        )
        if loaded.stored_answer is not None:
            return read_stored(loaded.stored_answer)
        snapshot = loaded.snapshot
        _check_version(snapshot, if_match)
        used = snapshot.pins if snapshot is not None else pins or inst.current_pins()
        at = loaded.now if snapshot is None else max(loaded.now, snapshot.at)
        facts = Facts(loaded.facts)
        sealed, personal = _sealed(inst, used, command)
        decision = _decide(inst, work, snapshot, used, sealed, actor, at, facts, idempotency_key)
        if personal:
            decision = _with_personal(decision, personal)
        receipt = Receipt(
            case_stream(decision.case_id), decision.seq, decision.entry_hash, decision.at
        )
        stored = to_stored(receipt, decision.answer) if key is not None else None
        work.apply(decision, answer=stored, idempotency=key)
        if before_commit is not None:
            before_commit(work, decision)
        work.commit()
    return Answer(receipt, dict(decision.answer))


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


def _sealed(
    inst: Installation, pins: Pins, command: Command
) -> tuple[Command, tuple[SealedValue, ...]]:
    """The command with references and commitments in the place of personal values.

    BadVariablesError when one of them does not fit the schema, or was sealed by somebody else.
    """
    data = getattr(command, "data", None)
    if not data:
        return command, ()
    refuse_sealed(data)
    schema = inst.world(pins).schema
    if schema is None or not schema.personal:
        return command, ()
    sealed, values = schema.seal(data, new_ref=inst.ids.new, new_salt=_new_salt)
    if not values:
        return command, ()
    return cast("Command", replace(cast("Any", command), data=sealed)), values


def _foreseen(actor: Actor) -> tuple[str, ...]:
    """The facts that nearly every command of a person needs come with the first round trip."""
    person = actor.principal or actor.person
    return () if person is None else (f"posts:{person}",)


def _check_version(snapshot: CaseSnapshot | None, if_match: int | None) -> None:
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


def _with_personal(decision: Decision, personal: Sequence[SealedValue]) -> Decision:
    values = tuple(PersonalValue(decision.case_id, v.ref, v.salt, v.value) for v in personal)
    return replace(decision, rows=replace(decision.rows, personal=values))


def _new_salt() -> str:
    """128 random bits as hexadecimal, for one personal value."""
    return secrets.token_hex(16)
