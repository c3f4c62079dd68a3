"""What opens cases by itself: the timer start events of releases."""

import sqlalchemy as sa

from engine.store.tables.metadata import metadata
from engine.store.types import Instant

start_timer = sa.Table(
    "start_timer",
    metadata,
    sa.Column("release", sa.Text, sa.ForeignKey("release.id"), primary_key=True),
    sa.Column("process", sa.Text, primary_key=True),
    sa.Column("element", sa.Text, primary_key=True),
    sa.Column(
        "number", sa.Integer, primary_key=True, autoincrement=False, comment="among its timers"
    ),
    sa.Column(
        "since", Instant, nullable=False, comment="case time; when its release became current"
    ),
    sa.Column("rounds", sa.BigInteger, nullable=False, comment="that are over"),
    sa.Column("last_due", Instant, comment="of the last round that is over"),
    sa.Column(
        "due_at", Instant, comment="case time; empty when it is over or its release replaced"
    ),
    sa.Column("refused", sa.Integer, nullable=False, comment="rounds that could open no case"),
    sa.Column("problem", sa.Text, comment="why the last round opened none"),
    sa.Column("node", sa.Text),
    sa.Column("leased_until", Instant, comment="lease time"),
    sa.Index(None, "due_at"),
    comment="A timer start event; goes on in the transaction of the case that it opens.",
)
