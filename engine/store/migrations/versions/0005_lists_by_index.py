"""Lists in the order of an index; due times by the clocks that run."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_BEFORE = {
    "unit": (("unit", "due_at"), "unit IS NOT NULL"),
    "duty_grid": (("duty_grid", "due_at"), "duty_grid IS NOT NULL"),
    "desk": (("role", "district", "due_at"), "unit IS NULL AND duty_grid IS NULL"),
}
_CASES = "ix_case_file_opened_at_case_id"


def upgrade() -> None:
    op.create_index(op.f(_CASES), "case_file", ["opened_at", "case_id"])
    _make_anew("case_id")
    for table in ("case_file", "work_item"):
        op.execute(
            f"UPDATE {table} SET due_at = (SELECT min(clock.due_at) FROM clock "  # noqa: S608 two tables
            f"WHERE clock.case_id = {table}.case_id AND clock.state = 'running')"
        )


def downgrade() -> None:
    _make_anew()
    op.drop_index(op.f(_CASES), "case_file")


def _make_anew(*last: str) -> None:
    for name, (columns, where) in _BEFORE.items():
        index, only = op.f(f"ix_work_item_{name}"), sa.text(where)
        op.drop_index(index, "work_item")
        op.create_index(
            index, "work_item", [*columns, *last], postgresql_where=only, sqlite_where=only
        )
