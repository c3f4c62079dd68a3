"""When a timer was given its due time: what was past due by then is not late."""

import sqlalchemy as sa
from alembic import op

from engine.store.types import Instant

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    comment = "case time; when it was given this due time"
    op.add_column("timer", sa.Column("set_at", Instant(), comment=comment))


def downgrade() -> None:
    op.drop_column("timer", "set_at")
