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

# Ten rows a case for a week: the columns stand in the order that needs no padding.
idempotency = sa.Table(
    "idempotency",
    metadata,
    sa.Column(
        "fingerprint",
        sa.BigInteger,
        comment="first eight bytes of the request's HMAC: they have only to tell requests of one "
        "key apart; empty fits none",
    ),
    sa.Column(
        "key",
        sa.BigInteger,
        primary_key=True,
        autoincrement=False,
        comment="first eight bytes of the SHA-256 of scope, U+0000, caller's key",
    ),
    sa.Column("kept_on", sa.Integer, nullable=False, comment="lease time, days since 1970"),
    sa.Column("seq", sa.Integer, comment="of the case's entry that holds the receipt"),
    sa.Column("stream_id", Identifier, comment="the case; empty where `answer` is whole"),
    sa.Column(
        "answer",
        sa.LargeBinary,
        nullable=False,
        comment="beside a case: what differs from what its commands usually answer",
    ),
    # Rows come in the order of their days, so a summary of blocks finds the old ones.
    sa.Index(None, "kept_on", postgresql_using="brin"),
    comment="A write's stored answer, by the caller's key; kept at least seven days.",
)
