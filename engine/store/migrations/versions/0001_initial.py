"""The first tables: a case's rows, the journal and its guard, what is waited for, messages."""

from typing import Any

import sqlalchemy as sa
from alembic import op

from engine.store.types import Identifier, Instant, JsonValue

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

POSITION = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
#: Table and its key.
APPEND_ONLY = {"entry": ("stream_id", "seq"), "feed": ("position",)}


def upgrade() -> None:
    cases()
    journal()
    work()
    messages()
    if op.get_bind().dialect.name == "postgresql":
        for column in ("state", "document"):
            op.execute(f"ALTER TABLE case_state ALTER COLUMN {column} SET STORAGE EXTERNAL")
        guard_on_postgresql()
    else:
        guard_on_sqlite()


def cases() -> None:
    _table("case_state", ("case_id",),
        sa.Column("case_id", Identifier(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("head", sa.Text(), nullable=False, comment="hash of the last entry"),
        sa.Column("at", Instant(), nullable=False, comment="recorded time of the last entry"),
        sa.Column("release", sa.Text(), nullable=False),
        sa.Column("catalog", sa.Text(), nullable=False),
        sa.Column("calendar", sa.Text(), nullable=False),
        sa.Column("semantics", sa.Integer(), nullable=False),
        sa.Column("state", sa.LargeBinary(), nullable=False, comment="canonical bytes"),
        sa.Column("document", sa.LargeBinary(), nullable=False, comment="canonical bytes"),
        postgresql_with={"fillfactor": "60", "toast_tuple_target": "4080"},
        comment="One row per case: what the last entry left behind; locked by every command.",
    )
    _table("case_file", ("case_id",),
        sa.Column("case_id", Identifier(), nullable=False),
        sa.Column("case_no", sa.Text(), nullable=False),
        sa.Column("process", sa.Text(), nullable=False),
        sa.Column("district", sa.Text()),
        sa.Column("class_code", sa.Text()),
        sa.Column("condition", sa.Integer()),
        sa.Column("grid_cell", sa.Text()),
        sa.Column("duty_grid", sa.Text()),
        sa.Column("source", sa.Text()),
        sa.Column("stage", sa.Text()),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("outcome", sa.Text()),
        sa.Column("unit", sa.Text()),
        sa.Column("due_at", Instant()),
        sa.Column("opened_at", Instant(), nullable=False),
        sa.Column("closed_at", Instant()),
        sa.UniqueConstraint("case_no", name="uq_case_file_case_no"),
        comment="One row per case, indexed for lists; written only when one of its values changes.",
    )
    _index("ix_case_file_district_opened_at", "case_file", "district", "opened_at")
    _index("ix_case_file_status_due_at", "case_file", "status", "due_at")
    _index("ix_case_file_unit_due_at", "case_file", "unit", "due_at")
    _table("case_act", ("case_id", "person", "act"),
        sa.Column("case_id", Identifier(), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("act", sa.Text(), nullable=False),
        comment="Who did which act on the case: the second line of separation.",
    )
    _index("ix_case_act_person", "case_act", "person")
    _table("clock", ("case_id", "name", "round"),
        sa.Column("case_id", Identifier(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("started_at", Instant()),
        sa.Column("due_at", Instant()),
        sa.Column("stopped_at", Instant()),
        sa.Column("elapsed_seconds", sa.Integer()),
        sa.Column("on_time", sa.Boolean()),
        sa.Column("provisional", sa.Boolean(), nullable=False),
        comment="One row per clock and round, for lists and reports; the ledger is in the journal.",
    )
    _table("personal_value", ("case_id", "ref"),
        sa.Column("case_id", Identifier(), nullable=False),
        sa.Column("ref", sa.Text(), nullable=False),
        sa.Column("salt", sa.Text(), nullable=False),
        sa.Column("value", JsonValue()),
        comment="The value behind a commitment in the journal; deleted when the law says so.",
    )
    _table("attachment", ("case_id", "sha256"),
        sa.Column("case_id", Identifier(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("media_type", sa.Text(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("added_at", Instant(), nullable=False),
        comment="A file of the case; its bytes lie under their SHA-256 in the blob folder.",
    )
    _table("case_counter", ("district", "day"),
        sa.Column("district", sa.Text(), nullable=False),
        sa.Column("day", sa.Text(), nullable=False),
        sa.Column("taken", sa.Integer(), nullable=False),
        comment="The last number of the day in a district; a rolled back opening gives it back.",
    )


def journal() -> None:
    _table("entry", ("stream_id", "seq"),
        sa.Column("stream_id", Identifier(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("district", sa.Text()),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False, comment="canonical bytes, as written"),
        comment="One row per command. Append-only by trigger.",
    )
    _table("unsealed", ("id",),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("stream_id", Identifier(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        comment="Entries that have no position yet (PostgreSQL); the sequencer empties it.",
    )
    _table("feed", ("position",),
        sa.Column("position", POSITION, nullable=False, autoincrement=False),
        sa.Column("stream_id", Identifier(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        comment="Position to entry: the order of /events, without gaps. Append-only by trigger.",
    )
    _table("stream_head", ("stream",),
        sa.Column("stream", sa.Text(), nullable=False),
        sa.Column("stream_id", Identifier(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.Column("at", Instant()),
        sa.UniqueConstraint("stream_id", name="uq_stream_head_stream_id"),
        comment="Last entry of the streams that are not a case: releases, catalog, organisation …",
    )
    _table("idempotency", ("scope", "key"),
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("fingerprint", sa.Text(), nullable=False),
        sa.Column("answer", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        comment="A write's stored answer, by the caller's key; lease time, kept at least seven days.",
    )
    _index("ix_idempotency_created_at", "idempotency", "created_at")


def work() -> None:
    _table("work_item", ("case_id", "instance", "token"),
        sa.Column("case_id", Identifier(), nullable=False),
        sa.Column("instance", sa.Integer(), nullable=False),
        sa.Column("token", sa.Integer(), nullable=False),
        sa.Column("element", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("act", sa.Text()),
        sa.Column("stage", sa.Text()),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("role", sa.Text()),
        sa.Column("axis", sa.Text()),
        sa.Column("unit", sa.Text()),
        sa.Column("duty_grid", sa.Text()),
        sa.Column("district", sa.Text()),
        sa.Column("holder", sa.Text()),
        sa.Column("due_at", Instant()),
        sa.Column("opened_at", Instant(), nullable=False),
        comment="An open human task; one of three inbox indexes holds it, by where it waits.",
    )
    _index("ix_work_item_duty_grid", "work_item", "duty_grid", "due_at", where="duty_grid IS NOT NULL")
    _index("ix_work_item_holder", "work_item", "holder", where="holder IS NOT NULL")
    _index("ix_work_item_desk", "work_item", "role", "district", "due_at", where="unit IS NULL AND duty_grid IS NULL")
    _index("ix_work_item_unit", "work_item", "unit", "due_at", where="unit IS NOT NULL")
    _table("job", ("case_id", "instance", "token"),
        sa.Column("case_id", Identifier(), nullable=False),
        sa.Column("instance", sa.Integer(), nullable=False),
        sa.Column("token", sa.Integer(), nullable=False),
        sa.Column("element", sa.Text(), nullable=False),
        sa.Column("topic", sa.Text(), nullable=False),
        sa.Column("unit", sa.Text()),
        sa.Column("district", sa.Text()),
        sa.Column("variables", JsonValue(), nullable=False),
        sa.Column("retries", sa.Integer(), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("worker", sa.Text(), comment="who holds the lease"),
        sa.Column("lock_token", sa.BigInteger(), nullable=False, comment="grows at each claim"),
        sa.Column("attempts", sa.Integer(), nullable=False, comment="counted at claim"),
        sa.Column("lapsed", sa.Integer(), nullable=False, comment="leases that ran out unanswered"),
        sa.Column("available_at", Instant(), nullable=False, comment="lease time; end of lease or delay"),
        comment="A service task that waits for a worker; the last five columns are the lease.",
    )
    _index("ix_job_topic_available_at", "job", "topic", "available_at")
    _table("timer", ("case_id", "instance", "token"),
        sa.Column("case_id", Identifier(), nullable=False),
        sa.Column("instance", sa.Integer(), nullable=False),
        sa.Column("token", sa.Integer(), nullable=False),
        sa.Column("element", sa.Text(), nullable=False),
        sa.Column("due_at", Instant(), nullable=False, comment="case time"),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("node", sa.Text()),
        sa.Column("leased_until", Instant(), comment="lease time"),
        comment="A waiting timer event; moved and removed in the transaction of its clock.",
    )
    _index("ix_timer_due_at_priority", "timer", "due_at", "priority")
    _table("message_wait", ("case_id", "instance", "token"),
        sa.Column("case_id", Identifier(), nullable=False),
        sa.Column("instance", sa.Integer(), nullable=False),
        sa.Column("token", sa.Integer(), nullable=False),
        sa.Column("element", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("correlation_key", sa.Text()),
        comment="An event that waits for a message or a signal.",
    )
    _index("ix_message_wait_name_correlation_key", "message_wait", "name", "correlation_key")
    _table("incident", ("case_id", "number"),
        sa.Column("case_id", Identifier(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("instance", sa.Integer(), nullable=False),
        sa.Column("token", sa.Integer(), nullable=False),
        sa.Column("element", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("opened_at", Instant(), nullable=False),
        sa.Column("resolved_at", Instant()),
        comment="The case cannot go on at one place until somebody retries or resolves it.",
    )
    _index("ix_incident_opened_at", "incident", "opened_at")


def messages() -> None:
    _table("notification", ("case_id", "seq", "n"),
        sa.Column("case_id", Identifier(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False, comment="of the entry that told it"),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("level", sa.Text()),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("clock", sa.Text()),
        sa.Column("needs_reply", sa.Boolean(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("read_at", Instant()),
        comment="One message to one person, written in the transaction of what it tells.",
    )
    _index("ix_notification_person_at", "notification", "person", "at")
    _table("outbox", ("case_id", "seq", "n"),
        sa.Column("case_id", Identifier(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("payload", JsonValue(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("lock_token", sa.BigInteger(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False, comment="counted at claim"),
        sa.Column("available_at", Instant(), nullable=False, comment="lease time; end of lease or delay"),
        sa.Column("last_error", sa.Text()),
        comment="For the outside: delivered after the commit, at least once, in order per case.",
    )
    _index("ix_outbox_available_at", "outbox", "available_at")


def guard_on_postgresql() -> None:
    """Refuses UPDATE, DELETE and TRUNCATE, also while replication roles are switched."""
    op.execute("""
        CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
        END $$
    """)
    for table in APPEND_ONLY:
        op.execute(f"""
            CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}
            FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
        """)
        op.execute(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER append_only")


def guard_on_sqlite() -> None:
    """Refuses UPDATE and DELETE. REPLACE deletes without asking those triggers: a third sees it."""
    for table, key in APPEND_ONLY.items():
        same = " AND ".join(f"{column} = NEW.{column}" for column in key)
        refuse = f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
        op.execute(f"CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} {refuse}")
        op.execute(f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} {refuse}")
        op.execute(
            f"CREATE TRIGGER {table}_no_replace BEFORE INSERT ON {table} "
            f"WHEN EXISTS (SELECT 1 FROM {table} WHERE {same}) {refuse}"
        )


def _table(name: str, key: tuple[str, ...], *columns: sa.schema.SchemaItem, **options: Any) -> None:
    op.create_table(
        name, *columns, sa.PrimaryKeyConstraint(*key, name=op.f(f"pk_{name}")), **options
    )


def _index(name: str, table: str, *columns: str, where: str | None = None) -> None:
    only = None if where is None else sa.text(where)
    op.create_index(op.f(name), table, list(columns), postgresql_where=only, sqlite_where=only)


def downgrade() -> None:
    op.drop_table("work_item")
    op.drop_table("unsealed")
    op.drop_table("timer")
    op.drop_table("stream_head")
    op.drop_table("personal_value")
    op.drop_table("outbox")
    op.drop_table("notification")
    op.drop_table("message_wait")
    op.drop_table("job")
    op.drop_table("incident")
    op.drop_table("idempotency")
    op.drop_table("feed")
    op.drop_table("entry")
    op.drop_table("clock")
    op.drop_table("case_state")
    op.drop_table("case_file")
    op.drop_table("case_counter")
    op.drop_table("case_act")
    op.drop_table("attachment")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION refuse_change()")
