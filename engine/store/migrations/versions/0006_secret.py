"""A secret for keyed digests; what stood for a request without one is forgotten.

An unkeyed digest of a request lets a telephone number be guessed. Whoever repeats a request from
before is told that his key was used, and nothing is done twice.
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "secret",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_secret")),
        comment="What keyed digests are made with; drawn once, the same for all nodes.",
    )
    op.execute("UPDATE idempotency SET fingerprint = ''")


def downgrade() -> None:
    op.drop_table("secret")
    op.execute("UPDATE idempotency SET fingerprint = ''")
