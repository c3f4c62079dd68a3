"""Entries of a stream, as they were written."""

from datetime import datetime
from typing import NamedTuple

import sqlalchemy as sa

from engine.store.reader import Reader
from engine.store.statements import Statement
from engine.store.streams import stream_id
from engine.store.tables import entry, stream_head


class StoredEntry(NamedTuple):
    """An entry of the journal; `body` is its canonical bytes."""

    seq: int
    at: datetime
    hash: str
    body: bytes
    district: str | None = None


_COLUMNS = tuple(entry.c[name] for name in StoredEntry._fields)
_PAGE = Statement(
    "journal_page",
    lambda _: (
        sa.select(*_COLUMNS)
        .where(
            entry.c.stream_id == sa.bindparam("stream_id"), entry.c.seq > sa.bindparam("after_seq")
        )
        .order_by(entry.c.seq)
        .limit(sa.bindparam("limit", type_=sa.Integer()))
    ),
)


def list_entries(
    reader: Reader, stream: str, *, after_seq: int = 0, limit: int = 1000
) -> list[StoredEntry]:
    """Entries of `case:…`, `release:…`, `catalog` … after a sequence number, in order."""
    rows = reader.rows(_PAGE, stream_id=stream_id(stream), after_seq=after_seq, limit=limit)
    return [StoredEntry(*row) for row in rows]


def find_last_entry(reader: Reader, stream: str) -> StoredEntry | None:
    """The newest entry of a stream, or None while it is empty."""
    query = (
        sa.select(*_COLUMNS)
        .where(entry.c.stream_id == stream_id(stream))
        .order_by(entry.c.seq.desc())
        .limit(1)
    )
    rows = reader.select(query)
    return StoredEntry(*rows[0]) if rows else None


def count_entries(reader: Reader, stream: str) -> int:
    """How many entries a stream has."""
    query = sa.select(sa.func.count()).where(entry.c.stream_id == stream_id(stream))
    number: int = reader.select(query)[0][0]
    return number


def list_heads(reader: Reader) -> list[tuple[str, int, str]]:
    """(name, last sequence number, its hash) of the streams that are not a case's."""
    head = stream_head.c
    query = sa.select(head.stream, head.seq, head.hash).order_by(head.stream)
    return [(name, seq, hash_) for name, seq, hash_ in reader.select(query)]


def list_streams(reader: Reader) -> list[str]:
    """The names of the streams that are not a case's."""
    query = sa.select(stream_head.c.stream).order_by(stream_head.c.stream)
    return [row[0] for row in reader.select(query)]
