"""Streams of the journal that are not a case's: releases, catalog, organisation, security."""

import uuid
from datetime import datetime
from typing import NamedTuple

import sqlalchemy as sa

from engine.domain.evidence import GENESIS
from engine.store import tables
from engine.store.drivers.session import Call, Outcome
from engine.store.statements import DialectName, Statement, insert_new

#: Fixed for ever: names of streams become ids in this namespace.
_NAMESPACE = uuid.UUID("5a9c1b1e-9d51-5f0e-8a43-6c1d4b7f2e90")


class StreamHead(NamedTuple):
    """Where a stream ends: `seq` 0 and GENESIS while it is empty."""

    seq: int
    hash: str
    at: datetime | None


def stream_id(name: str) -> str:
    """The id under which a stream's entries lie: a case's own, else one made of the name."""
    kind, _, rest = name.partition(":")
    return rest if kind == "case" else str(uuid.uuid5(_NAMESPACE, name))


def _lock_head(_: DialectName) -> sa.Executable:
    head = tables.stream_head
    return (
        sa.select(head.c.seq, head.c.hash, head.c.at)
        .where(head.c.stream == sa.bindparam("stream"))
        .with_for_update()
    )


def _move_head(_: DialectName) -> sa.Executable:
    head = tables.stream_head
    return (
        sa.update(head)
        .where(head.c.stream == sa.bindparam("name"))
        .values({name: sa.bindparam(name) for name in ("seq", "hash", "at")})
    )


BEGIN_STREAM = insert_new(tables.stream_head, ("stream", "stream_id", "seq", "hash"))
LOCK_HEAD = Statement("lock_stream_head", _lock_head)
MOVE_HEAD = Statement("move_stream_head", _move_head)


def load_calls(name: str) -> list[Call]:
    """Begins the stream if it is new, and locks its head."""
    new = {"stream": name, "stream_id": stream_id(name), "seq": 0, "hash": GENESIS}
    return [Call(BEGIN_STREAM, new), Call(LOCK_HEAD, {"stream": name})]


def read_head(outcome: Outcome) -> StreamHead:
    seq, entry_hash, at = outcome.rows[0]
    return StreamHead(seq, entry_hash, at)


def head_call(name: str, seq: int, entry_hash: str, at: datetime) -> Call:
    """Moves the head to the entry that was just added."""
    return Call(MOVE_HEAD, {"name": name, "seq": seq, "hash": entry_hash, "at": at})
