"""The one command path: idempotency, load under the lock, decide, apply, commit, receipt.

Whoever asks comes through here. Without `if_match` a command is decided on whatever the case is
by now; with it a case that has moved on answers StaleVersionError.
"""

import json
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, cast

from engine.domain.clock import from_wire, to_wire
from engine.domain.commands import Command, OpenCase
from engine.domain.errors import StaleVersionError, StoreError
from engine.domain.evidence import canonical, digest, to_plain
from engine.domain.facts import FactNeeded, Facts
from engine.domain.journal import case_stream
from engine.domain.people import Actor
from engine.domain.rows import CaseSnapshot, Decision, PersonalValue, Pins, Receipt
from engine.kernel.decide import decide, world_for
from engine.schema import SealedValue, refuse_sealed
from engine.service.installation import Installation
from engine.store import IdempotencyKey, JobLock, UnitOfWork

_MOST_FACTS = 200


@dataclass(frozen=True, slots=True)
class Answer:
    """What a write answers. `replayed` when an earlier answer to the same key came back."""

    receipt: Receipt | None
    data: dict[str, Any] = field(default_factory=dict)
    replayed: bool = False


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
    key = _key(actor, command, idempotency_key, fingerprint)
    opening = isinstance(command, OpenCase)
    with inst.database.unit_of_work() as work:
        loaded = work.load(
            None if opening else command.case_id,
            idempotency=key,
            job_lock=job_lock,
            facts=_foreseen(actor),
        )
        if loaded.stored_answer is not None:
            return _stored(loaded.stored_answer)
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
        stored = _to_stored(receipt, decision.answer) if key is not None else None
        work.apply(decision, answer=stored, idempotency=key)
        if before_commit is not None:
            before_commit(work, decision)
        work.commit()
    return Answer(receipt, dict(decision.answer))


def find_earlier(
    inst: Installation, actor: Actor, command: Command, key: str | None, fingerprint: Any
) -> Answer | None:
    """The answer that a request of this key had before, when its case cannot be told any more."""
    wanted = _key(actor, command, key, fingerprint)
    if wanted is None:
        return None
    with inst.database.unit_of_work() as work:
        stored = work.load(None, idempotency=wanted).stored_answer
    return None if stored is None else _stored(stored)


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
    actor: Actor, command: Command, key: str | None, fingerprint: Any
) -> IdempotencyKey | None:
    if key is None:
        return None
    scope = ":".join(filter(None, (actor.via, actor.person, actor.principal)))
    request = fingerprint
    if request is None:
        request = {"args": to_plain(command.record()), "case": command.case_id}
    stands_for = digest(canonical({"kind": command.kind, "request": to_plain(request)}))
    return IdempotencyKey(scope, key, stands_for)


def _with_personal(decision: Decision, personal: Sequence[SealedValue]) -> Decision:
    values = tuple(PersonalValue(decision.case_id, v.ref, v.salt, v.value) for v in personal)
    return replace(decision, rows=replace(decision.rows, personal=values))


def _to_stored(receipt: Receipt, data: dict[str, Any]) -> bytes:
    return canonical(
        {
            "data": data,
            "receipt": [receipt.stream, receipt.seq, receipt.hash, to_wire(receipt.at)],
        }
    )


def _stored(content: bytes) -> Answer:
    found = json.loads(content)
    if found["receipt"] is None:
        return Answer(None, found["data"], replayed=True)
    stream, seq, hash_, at = found["receipt"]
    return Answer(Receipt(stream, seq, hash_, from_wire(at)), found["data"], replayed=True)


def _new_salt() -> str:
    """128 random bits as hexadecimal, for one personal value."""
    return secrets.token_hex(16)
