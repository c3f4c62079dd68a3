"""A write's answer, kept under its caller's key for whoever asks again.

Every write has such a row for a week, so it is small: scope and key are eight bytes of a digest,
the request eight of another; an answer is given where all sixteen fit. The receipt of a case's
command is read from its entry, where it lies for ever, and that has to be the entry that was
written under this key: else there is no answer but an error.
"""

import hashlib
import json
from datetime import datetime
from typing import Any, NamedTuple

import sqlalchemy as sa

from engine.domain.clock import from_wire
from engine.domain.errors import CorruptRecordError, IdempotencyKeyReusedError
from engine.domain.evidence import digest
from engine.domain.journal import case_stream
from engine.domain.rows import Receipt
from engine.store.drivers.session import Call, Outcome
from engine.store.expressions import day_of, now_or
from engine.store.statements import DialectName, Statement
from engine.store.streams import stream_id
from engine.store.tables import entry, idempotency


def short(whole: bytes) -> int:
    """The first eight bytes of a digest, as a column takes them."""
    return int.from_bytes(whole[:8], "big", signed=True)


class IdempotencyKey(NamedTuple):
    """A caller's key for one write. `fingerprint` is `short` of a keyed hash of its request."""

    scope: str
    key: str
    fingerprint: int

    @property
    def place(self) -> int:
        """Scope and key as one number; no scope holds U+0000."""
        return short(hashlib.sha256(f"{self.scope}\0{self.key}".encode()).digest())


class StoredAnswer(NamedTuple):
    """What the services keep of an answer. `receipt` is that of a case's entry, never copied."""

    content: bytes
    receipt: Receipt | None = None


def _take_key(dialect: DialectName) -> sa.Executable:
    # Two requests of one key that open a case have no row to lock; this makes the second wait.
    if dialect == "sqlite":
        return sa.select(sa.literal_column("1", sa.Integer()).label("locked"))
    lock = sa.func.pg_advisory_xact_lock(sa.bindparam("key", type_=sa.BigInteger()))
    return sa.select(sa.cast(lock, sa.Text()).label("locked"))


def _find_answer(_: DialectName) -> sa.Executable:
    kept, at_its_place = (
        idempotency.c,
        sa.and_(entry.c.stream_id == idempotency.c.stream_id, entry.c.seq == idempotency.c.seq),
    )
    return (
        sa.select(
            kept.fingerprint, kept.answer, kept.stream_id, kept.seq, entry.c.hash, entry.c.body
        )
        .select_from(idempotency.outerjoin(entry, at_its_place))
        .where(kept.key == sa.bindparam("key"))
    )


def _keep_answer(_: DialectName) -> sa.Executable:
    given: dict[str, Any] = {
        n: sa.bindparam(n) for n in ("fingerprint", "key", "seq", "stream_id", "answer")
    }
    return sa.insert(idempotency).values({**given, "kept_on": day_of(now_or("lease"))})


TAKE_KEY = Statement("take_key", _take_key)
FIND_ANSWER = Statement("find_answer", _find_answer)
KEEP_ANSWER = Statement("keep_answer", _keep_answer)


def find_calls(key: IdempotencyKey, *, locks: bool) -> list[Call]:
    """Asks for the answer to a key; `locks` where no case's lock makes a second request wait."""
    values = {"key": key.place}
    find = Call(FIND_ANSWER, values)
    return [Call(TAKE_KEY, values), find] if locks else [find]


def keep_call(key: IdempotencyKey, answer: StoredAnswer, lease: datetime | None) -> Call:
    """Keeps a write's answer."""
    receipt = answer.receipt
    values: dict[str, Any] = {
        "answer": answer.content,
        "fingerprint": key.fingerprint,
        "key": key.place,
        "lease": lease,
        "seq": None if receipt is None else receipt.seq,
        "stream_id": None if receipt is None else stream_id(receipt.stream),
    }
    return Call(KEEP_ANSWER, values)


def read_answer(key: IdempotencyKey, outcome: Outcome) -> StoredAnswer | None:
    """The stored answer, or None; IdempotencyKeyReusedError when it was for another request.

    CorruptRecordError when its receipt cannot be given again as it was.
    """
    if not outcome.rows:
        return None
    fingerprint, content, case_id, seq, entry_hash, body = outcome.rows[0]
    if fingerprint != key.fingerprint:
        raise IdempotencyKeyReusedError(key=key.key)
    if case_id is None:
        return StoredAnswer(bytes(content))
    return StoredAnswer(bytes(content), _receipt(key, case_id, seq, entry_hash, body))


def _receipt(
    key: IdempotencyKey, case_id: str, seq: int, entry_hash: str | None, body: bytes | None
) -> Receipt:
    """The receipt of the entry that was written under this key, from its own bytes."""
    stream = case_stream(case_id)
    told = f"the answer to the key {key.key!r} is in the entry {stream}/{seq}, which"
    if entry_hash is None or body is None:
        raise CorruptRecordError(f"{told} is gone", stream=stream, seq=seq)
    content = bytes(body)
    if digest(content) != entry_hash:
        raise CorruptRecordError(f"{told} was changed", stream=stream, seq=seq)
    found = json.loads(content)
    if (found["stream"], found["seq"], found["command"]["key"]) != (stream, seq, key.key):
        raise CorruptRecordError(f"{told} is another command's", stream=stream, seq=seq)
    return Receipt(stream, seq, entry_hash, from_wire(found["at"]))
