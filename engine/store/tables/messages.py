"""What the case tells: notifications to people, messages to the outside."""

import sqlalchemy as sa

from engine.store.tables.metadata import metadata
from engine.store.types import Identifier, Instant, JsonValue

notification = sa.Table(
    "notification",
    metadata,
    sa.Column("case_id", Identifier, primary_key=True),
    sa.Column("seq", sa.Integer, primary_key=True, comment="of the entry that told it"),
    sa.Column("n", sa.Integer, primary_key=True),
    sa.Column("person", sa.Text, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("level", sa.Text),
    sa.Column("message", sa.Text, nullable=False),
    sa.Column("clock", sa.Text),
    sa.Column("needs_reply", sa.Boolean, nullable=False),
    sa.Column("at", Instant, nullable=False),
    sa.Column("digest", sa.Text, comment="reminders of one person and digest are shown as one"),
    sa.Column("read_at", Instant),
    sa.Index(None, "person", "at"),
    comment="One message to one person, written in the transaction of what it tells.",
)

_merged = notification.c.digest.is_not(None)
sa.Index(
    "ix_notification_digest",
    notification.c.digest,
    notification.c.person,
    postgresql_where=_merged,
    sqlite_where=_merged,
)

outbox = sa.Table(
    "outbox",
    metadata,
    sa.Column("case_id", Identifier, primary_key=True),
    sa.Column("seq", sa.Integer, primary_key=True),
    sa.Column("n", sa.Integer, primary_key=True),
    sa.Column("type", sa.Text, nullable=False),
    sa.Column("payload", JsonValue, nullable=False),
    sa.Column("at", Instant, nullable=False),
    sa.Column("lock_token", sa.BigInteger, nullable=False),
    sa.Column("attempts", sa.Integer, nullable=False, comment="counted at claim"),
    sa.Column("available_at", Instant, nullable=False, comment="lease time; end of lease or delay"),
    sa.Column("last_error", sa.Text),
    sa.Index(None, "available_at"),
    comment="For the outside: delivered after the commit, at least once, in order per case.",
)

signal_delivery = sa.Table(
    "signal_delivery",
    metadata,
    sa.Column("chain", sa.Text, primary_key=True, comment="the signal that it began with"),
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("receiver", sa.Text, primary_key=True, comment="a case, process/start, or *"),
    sa.Column("cause", sa.Text, primary_key=True, comment="entry and number that sent it"),
    sa.Column("case_id", Identifier),
    sa.Column("process", sa.Text, comment="for *: what began inside the case that sent it"),
    sa.Column("start", sa.Text),
    sa.Column("data", JsonValue, nullable=False),
    sa.Column("actor", JsonValue, nullable=False, comment="in whose name it arrives"),
    sa.Column("at", Instant, nullable=False, comment="case time; when it was sent"),
    sa.Column("delivered", sa.Boolean, nullable=False),
    sa.Column("again", sa.Integer, nullable=False, comment="times left out as too many"),
    sa.Column("available_at", Instant, comment="lease time; empty when nothing is to be done"),
    sa.Index(None, "available_at"),
    comment="A signal on its way to other cases; done with in the transaction of its receiver.",
)
