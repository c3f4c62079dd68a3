"""Rows of a case itself: its state, its head line, its clocks, who acted, what was attached."""

import sqlalchemy as sa

from engine.store.tables.metadata import metadata
from engine.store.types import Identifier, Instant, JsonValue

# The one row that every command locks and updates. No index but the key, room on the page and
# both blobs inside the row up to 4,080 bytes: an update stays HOT and nothing is compressed.
# STORAGE EXTERNAL is set by the migration; SQLAlchemy has no word for it.
case_state = sa.Table(
    "case_state",
    metadata,
    sa.Column("case_id", Identifier, primary_key=True),
    sa.Column("seq", sa.Integer, nullable=False),
    sa.Column("head", sa.Text, nullable=False, comment="hash of the last entry"),
    sa.Column("at", Instant, nullable=False, comment="recorded time of the last entry"),
    sa.Column("release", sa.Text, nullable=False),
    sa.Column("catalog", sa.Text, nullable=False),
    sa.Column("calendar", sa.Text, nullable=False),
    sa.Column("semantics", sa.Integer, nullable=False),
    sa.Column("state", sa.LargeBinary, nullable=False, comment="canonical bytes"),
    sa.Column("document", sa.LargeBinary, nullable=False, comment="canonical bytes"),
    postgresql_with={"fillfactor": "60", "toast_tuple_target": "4080"},
    comment="One row per case: what the last entry left behind; locked by every command.",
)

case_file = sa.Table(
    "case_file",
    metadata,
    sa.Column("case_id", Identifier, primary_key=True),
    sa.Column("case_no", sa.Text, nullable=False),
    sa.Column("process", sa.Text, nullable=False),
    sa.Column("district", sa.Text),
    sa.Column("class_code", sa.Text),
    sa.Column("condition", sa.Integer),
    sa.Column("grid_cell", sa.Text),
    sa.Column("duty_grid", sa.Text),
    sa.Column("source", sa.Text),
    sa.Column("stage", sa.Text),
    sa.Column("status", sa.Text, nullable=False),
    sa.Column("outcome", sa.Text),
    sa.Column("unit", sa.Text),
    sa.Column("due_at", Instant),
    sa.Column("opened_at", Instant, nullable=False),
    sa.Column("closed_at", Instant),
    sa.UniqueConstraint("case_no"),
    sa.Index(None, "status", "due_at"),
    sa.Index(None, "district", "opened_at"),
    sa.Index(None, "unit", "due_at"),
    sa.Index(None, "opened_at", "case_id"),
    comment="One row per case, indexed for lists; written only when one of its values changes.",
)

case_act = sa.Table(
    "case_act",
    metadata,
    sa.Column("case_id", Identifier, primary_key=True),
    sa.Column("person", sa.Text, primary_key=True),
    sa.Column("act", sa.Text, primary_key=True),
    sa.Index(None, "person"),
    comment="Who did which act on the case: the second line of separation.",
)

clock = sa.Table(
    "clock",
    metadata,
    sa.Column("case_id", Identifier, primary_key=True),
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("round", sa.Integer, primary_key=True),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("started_at", Instant),
    sa.Column("due_at", Instant),
    sa.Column("stopped_at", Instant),
    sa.Column("elapsed_seconds", sa.Integer),
    sa.Column("on_time", sa.Boolean),
    sa.Column("provisional", sa.Boolean, nullable=False),
    comment="One row per clock and round, for lists and reports; the ledger is in the journal.",
)

personal_value = sa.Table(
    "personal_value",
    metadata,
    sa.Column("case_id", Identifier, primary_key=True),
    sa.Column("ref", sa.Text, primary_key=True),
    sa.Column("salt", sa.Text, nullable=False),
    sa.Column("value", JsonValue),
    comment="The value behind a commitment in the journal; deleted when the law says so.",
)

attachment = sa.Table(
    "attachment",
    metadata,
    sa.Column("case_id", Identifier, primary_key=True),
    sa.Column("sha256", sa.Text, primary_key=True),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("media_type", sa.Text, nullable=False),
    sa.Column("size", sa.BigInteger, nullable=False),
    sa.Column("added_at", Instant, nullable=False),
    comment="A file of the case; its bytes lie under their SHA-256 in the blob folder.",
)

case_counter = sa.Table(
    "case_counter",
    metadata,
    sa.Column("district", sa.Text, primary_key=True),
    sa.Column("day", sa.Text, primary_key=True),
    sa.Column("taken", sa.Integer, nullable=False),
    comment="The last number of the day in a district; a rolled back opening gives it back.",
)
