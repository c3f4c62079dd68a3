"""What a case waits for: people, workers, instants, messages; and what went wrong.

`(instance, token)` is the waiting place in the diagram. A row lives while it is waited for: what
is done lies in the journal.
"""

from typing import Any

import sqlalchemy as sa

from engine.store.tables.metadata import metadata
from engine.store.types import Identifier, Instant, JsonValue

work_item = sa.Table(
    "work_item",
    metadata,
    sa.Column("case_id", Identifier, primary_key=True),
    sa.Column("instance", sa.Integer, primary_key=True),
    sa.Column("token", sa.Integer, primary_key=True),
    sa.Column("element", sa.Text, nullable=False),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("act", sa.Text),
    sa.Column("stage", sa.Text),
    sa.Column("round", sa.Integer, nullable=False),
    sa.Column("role", sa.Text),
    sa.Column("axis", sa.Text),
    sa.Column("unit", sa.Text),
    sa.Column("duty_grid", sa.Text),
    sa.Column("district", sa.Text),
    sa.Column("holder", sa.Text),
    sa.Column("due_at", Instant),
    sa.Column("opened_at", Instant, nullable=False),
    comment="An open human task; one of three inbox indexes holds it, by where it waits.",
)


def _inbox(name: str, where: sa.ColumnElement[bool], *columns: sa.Column[Any]) -> None:
    """A partial index, so that an item costs one inbox entry and not three."""
    sa.Index(f"ix_work_item_{name}", *columns, postgresql_where=where, sqlite_where=where)


_item = work_item.c
_inbox("unit", _item.unit.is_not(None), _item.unit, _item.due_at, _item.case_id)
_inbox("duty_grid", _item.duty_grid.is_not(None), _item.duty_grid, _item.due_at, _item.case_id)
_inbox(
    "desk",
    sa.and_(_item.unit.is_(None), _item.duty_grid.is_(None)),
    _item.role,
    _item.district,
    _item.due_at,
    _item.case_id,
)
_inbox("holder", _item.holder.is_not(None), _item.holder)

job = sa.Table(
    "job",
    metadata,
    sa.Column("case_id", Identifier, primary_key=True),
    sa.Column("instance", sa.Integer, primary_key=True),
    sa.Column("token", sa.Integer, primary_key=True),
    sa.Column("element", sa.Text, nullable=False),
    sa.Column("topic", sa.Text, nullable=False),
    sa.Column("unit", sa.Text),
    sa.Column("district", sa.Text),
    sa.Column("variables", JsonValue, nullable=False),
    sa.Column("retries", sa.Integer, nullable=False),
    sa.Column("created_at", Instant, nullable=False),
    sa.Column("worker", sa.Text, comment="who holds the lease"),
    sa.Column("lock_token", sa.BigInteger, nullable=False, comment="grows at each claim"),
    sa.Column("attempts", sa.Integer, nullable=False, comment="counted at claim"),
    sa.Column("lapsed", sa.Integer, nullable=False, comment="leases that ran out unanswered"),
    sa.Column("available_at", Instant, nullable=False, comment="lease time; end of lease or delay"),
    sa.Index(None, "topic", "available_at"),
    comment="A service task that waits for a worker; the last five columns are the lease.",
)

timer = sa.Table(
    "timer",
    metadata,
    sa.Column("case_id", Identifier, primary_key=True),
    sa.Column("instance", sa.Integer, primary_key=True),
    sa.Column("token", sa.Integer, primary_key=True),
    sa.Column("element", sa.Text, nullable=False),
    sa.Column("due_at", Instant, nullable=False, comment="case time"),
    sa.Column("priority", sa.Integer, nullable=False),
    sa.Column("set_at", Instant, comment="case time; when it was given this due time"),
    sa.Column("node", sa.Text),
    sa.Column("leased_until", Instant, comment="lease time"),
    sa.Index(None, "due_at", "priority"),
    comment="A waiting timer event; moved and removed in the transaction of its clock.",
)

message_wait = sa.Table(
    "message_wait",
    metadata,
    sa.Column("case_id", Identifier, primary_key=True),
    sa.Column("instance", sa.Integer, primary_key=True),
    sa.Column("token", sa.Integer, primary_key=True),
    sa.Column("element", sa.Text, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("correlation_key", sa.Text),
    sa.Index(None, "name", "correlation_key"),
    comment="An event that waits for a message or a signal.",
)

incident = sa.Table(
    "incident",
    metadata,
    sa.Column("case_id", Identifier, primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("instance", sa.Integer, nullable=False),
    sa.Column("token", sa.Integer, nullable=False),
    sa.Column("element", sa.Text, nullable=False),
    sa.Column("code", sa.Text, nullable=False),
    sa.Column("message", sa.Text, nullable=False),
    sa.Column("opened_at", Instant, nullable=False),
    sa.Column("resolved_at", Instant),
    sa.Index(None, "opened_at"),
    comment="The case cannot go on at one place until somebody retries or resolves it.",
)
