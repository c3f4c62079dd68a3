"""Reminders that an outage made late are merged: which of them belong together."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_INDEX = "ix_notification_digest"


def upgrade() -> None:
    comment = "reminders of one person and digest are shown as one"
    op.add_column("notification", sa.Column("digest", sa.Text(), comment=comment))
    only = sa.text("digest IS NOT NULL")
    op.create_index(
        op.f(_INDEX), "notification", ["digest", "person"], postgresql_where=only, sqlite_where=only
    )


def downgrade() -> None:
    op.drop_index(op.f(_INDEX), "notification")
    op.drop_column("notification", "digest")
