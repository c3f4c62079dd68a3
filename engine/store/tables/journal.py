"""The journal: entries as written, the order in which they may be read, the heads of streams."""

import sqlalchemy as sa

from engine.store.tables.metadata import metadata
from engine.store.types import Identifier, Instant

# `stream_id` is the case's id for a case's stream, and a name-based UUID for the few others
# (`stream_head` holds their names): sixteen bytes in the key instead of forty-one.
entry = sa.Table(
    "entry",
    metadata,
    sa.Column("stream_id", Identifier, primary_key=True),
    sa.Column("seq", sa.Integer, primary_key=True),
    sa.Column("at", Instant, nullable=False),
    sa.Column("district", sa.Text),
    sa.Column("hash", sa.Text, nullable=False),
    sa.Column("body", sa.LargeBinary, nullable=False, comment="canonical bytes, as written"),
    comment="One row per command. Append-only by trigger.",
)

unsealed = sa.Table(
    "unsealed",
    metadata,
    sa.Column("id", sa.BigInteger, sa.Identity(always=True), primary_key=True),
    sa.Column("stream_id", Identifier, nullable=False),
    sa.Column("seq", sa.Integer, nullable=False),
    comment="Entries that have no position yet (PostgreSQL); the sequencer empties it.",
)

feed = sa.Table(
    "feed",
    metadata,
    sa.Column(
        "position",
        sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
        primary_key=True,
        autoincrement=False,
    ),
    sa.Column("stream_id", Identifier, nullable=False),
    sa.Column("seq", sa.Integer, nullable=False),
    comment="Position to entry: the order of /events, without gaps. Append-only by trigger.",
)

stream_head = sa.Table(
    "stream_head",
    metadata,
    sa.Column("stream", sa.Text, primary_key=True),
    sa.Column("stream_id", Identifier, nullable=False, unique=True),
    sa.Column("seq", sa.Integer, nullable=False),
    sa.Column("hash", sa.Text, nullable=False),
    sa.Column("at", Instant),
    comment="Last entry of the streams that are not a case: releases, catalog, organisation …",
)

idempotency = sa.Table(
    "idempotency",
    metadata,
    sa.Column("scope", sa.Text, primary_key=True),
    sa.Column("key", sa.Text, primary_key=True),
    sa.Column("fingerprint", sa.Text, nullable=False),
    sa.Column("answer", sa.LargeBinary, nullable=False),
    sa.Column("created_at", Instant, nullable=False),
    sa.Index(None, "created_at"),
    comment="A write's stored answer, by the caller's key; lease time, kept at least seven days.",
)
