"""Signals on their way to other cases."""

import sqlalchemy as sa
from alembic import op

from engine.store.types import Identifier, Instant, JsonValue

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "signal_delivery",
        sa.Column("chain", sa.Text(), nullable=False, comment="the signal that it began with"),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column(
            "receiver", sa.Text(), nullable=False, comment="a case, process/start, or *"
        ),
        sa.Column("cause", sa.Text(), nullable=False, comment="entry and number that sent it"),
        sa.Column("case_id", Identifier()),
        sa.Column(
            "process", sa.Text(), comment="for *: what began inside the case that sent it"
        ),
        sa.Column("start", sa.Text()),
        sa.Column("data", JsonValue(), nullable=False),
        sa.Column("actor", JsonValue(), nullable=False, comment="in whose name it arrives"),
        sa.Column("at", Instant(), nullable=False, comment="case time; when it was sent"),
        sa.Column("delivered", sa.Boolean(), nullable=False),
        sa.Column(
            "again", sa.Integer(), nullable=False, comment="times left out as too many"
        ),
        sa.Column(
            "available_at", Instant(), comment="lease time; empty when nothing is to be done"
        ),
        sa.PrimaryKeyConstraint(
            "chain", "name", "receiver", "cause", name=op.f("pk_signal_delivery")
        ),
        comment="A signal on its way to other cases; done with in the transaction of its receiver.",
    )
    op.create_index(op.f("ix_signal_delivery_available_at"), "signal_delivery", ["available_at"])


def downgrade() -> None:
    op.drop_index(op.f("ix_signal_delivery_available_at"), "signal_delivery")
    op.drop_table("signal_delivery")
