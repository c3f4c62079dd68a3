"""Timer start events of releases, which open cases by themselves."""

import sqlalchemy as sa
from alembic import op

from engine.store.types import Instant

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "start_timer",
        sa.Column("release", sa.Text(), nullable=False),
        sa.Column("process", sa.Text(), nullable=False),
        sa.Column("element", sa.Text(), nullable=False),
        sa.Column(
            "number",
            sa.Integer(),
            autoincrement=False,
            nullable=False,
            comment="among its timers",
        ),
        sa.Column(
            "since", Instant(), nullable=False, comment="case time; when its release became current"
        ),
        sa.Column("rounds", sa.BigInteger(), nullable=False, comment="that are over"),
        sa.Column("last_due", Instant(), comment="of the last round that is over"),
        sa.Column(
            "due_at", Instant(), comment="case time; empty when it is over or its release replaced"
        ),
        sa.Column(
            "refused", sa.Integer(), nullable=False, comment="rounds that could open no case"
        ),
        sa.Column("problem", sa.Text(), comment="why the last round opened none"),
        sa.Column("node", sa.Text()),
        sa.Column("leased_until", Instant(), comment="lease time"),
        sa.ForeignKeyConstraint(["release"], ["release.id"], name=op.f("fk_start_timer_release")),
        sa.PrimaryKeyConstraint(
            "release", "process", "element", "number", name=op.f("pk_start_timer")
        ),
        comment="A timer start event; goes on in the transaction of the case that it opens.",
    )
    op.create_index(op.f("ix_start_timer_due_at"), "start_timer", ["due_at"])


def downgrade() -> None:
    op.drop_index(op.f("ix_start_timer_due_at"), "start_timer")
    op.drop_table("start_timer")
