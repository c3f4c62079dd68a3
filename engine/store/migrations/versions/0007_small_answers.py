"""Stored answers in a third of the room: digests for keys and requests, a day for an instant.

What is kept goes on to be answered: an answer stays as it was written, whole. A request from
before there was a secret (0006) fits none now as it fitted none then. Going back forgets the
answers, because a key cannot be had from its digest: a request sent again then is done again.
"""

import hashlib
import re
from typing import Any

import sqlalchemy as sa
from alembic import op

from engine.store.types import EPOCH, Identifier, Instant

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_HEX = re.compile("[0-9a-f]{64}")
_PAGE = 1000
_OLD = sa.table(
    "idempotency_before",
    sa.column("scope", sa.Text()),
    sa.column("key", sa.Text()),
    sa.column("fingerprint", sa.Text()),
    sa.column("answer", sa.LargeBinary()),
    sa.column("created_at", Instant()),
)


def upgrade() -> None:
    op.drop_index(op.f("ix_idempotency_created_at"), "idempotency")
    op.rename_table("idempotency", "idempotency_before")
    if op.get_bind().dialect.name == "postgresql":  # where names of keys are one to a database
        op.execute("ALTER TABLE idempotency_before RENAME CONSTRAINT pk_idempotency TO pk_before")
    table = op.create_table(
        "idempotency",
        sa.Column(
            "fingerprint",
            sa.BigInteger(),
            comment="first eight bytes of the request's HMAC: they have only to tell requests of "
            "one key apart; empty fits none",
        ),
        sa.Column(
            "key",
            sa.BigInteger(),
            autoincrement=False,
            nullable=False,
            comment="first eight bytes of the SHA-256 of scope, U+0000, caller's key",
        ),
        sa.Column("kept_on", sa.Integer(), nullable=False, comment="lease time, days since 1970"),
        sa.Column("seq", sa.Integer(), comment="of the case's entry that holds the receipt"),
        sa.Column("stream_id", Identifier(), comment="the case; empty where `answer` is whole"),
        sa.Column(
            "answer",
            sa.LargeBinary(),
            nullable=False,
            comment="beside a case: what differs from what its commands usually answer",
        ),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_idempotency")),
        comment="A write's stored answer, by the caller's key; kept at least seven days.",
    )
    rows = op.get_bind().execute(sa.select(_OLD).execution_options(yield_per=_PAGE))
    for page in rows.partitions():
        op.bulk_insert(table, [_converted(row) for row in page])
    op.drop_table("idempotency_before")
    op.create_index(
        op.f("ix_idempotency_kept_on"), "idempotency", ["kept_on"], postgresql_using="brin"
    )


def _converted(row: Any) -> dict[str, Any]:
    keyed = _HEX.fullmatch(row.fingerprint) is not None
    return {
        "answer": row.answer,
        "fingerprint": _short(bytes.fromhex(row.fingerprint)) if keyed else None,
        "kept_on": (row.created_at - EPOCH).days,
        "key": _short(hashlib.sha256(f"{row.scope}\0{row.key}".encode()).digest()),
        "seq": None,
        "stream_id": None,
    }


def _short(whole: bytes) -> int:
    return int.from_bytes(whole[:8], "big", signed=True)


def downgrade() -> None:
    op.drop_table("idempotency")
    op.create_table(
        "idempotency",
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("fingerprint", sa.Text(), nullable=False),
        sa.Column("answer", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("scope", "key", name=op.f("pk_idempotency")),
        comment="A write's stored answer, by the caller's key; lease time, kept at least seven days.",
    )
    op.create_index(op.f("ix_idempotency_created_at"), "idempotency", ["created_at"])
