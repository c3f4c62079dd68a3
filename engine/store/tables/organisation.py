"""Units, people, posts and places. They change over time: a row is valid in [from, to)."""

import sqlalchemy as sa

from engine.store.tables.metadata import metadata
from engine.store.types import Instant, JsonValue


def _validity() -> tuple[sa.Column[object], sa.Column[object]]:
    return (
        sa.Column("valid_from", Instant, primary_key=True),
        sa.Column("valid_to", Instant, comment="exclusive; NULL is open"),
    )


unit = sa.Table(
    "unit",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    *_validity(),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("district", sa.Text),
    sa.Column("parent", sa.Text),
    sa.Column("kind", sa.Text),
    sa.Column("trade", sa.Text, comment="what a department can mend; as in the catalog"),
    comment="A department, crew, centre or district office.",
)

person = sa.Table(
    "person",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    *_validity(),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("district", sa.Text),
    comment="Somebody who works here; login and keys lie elsewhere.",
)

post = sa.Table(
    "post",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    *_validity(),
    sa.Column("person", sa.Text, nullable=False),
    sa.Column("role", sa.Text, nullable=False),
    sa.Column("axis", sa.Text, nullable=False),
    sa.Column("unit", sa.Text),
    sa.Column("district", sa.Text),
    sa.Column("duty_grid", sa.Text),
    sa.Index(None, "person"),
    sa.Index(None, "role", "unit"),
    comment="A post 岗位 of a person; it belongs to one axis.",
)

duty_grid = sa.Table(
    "duty_grid",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    *_validity(),
    sa.Column("name", sa.Text),
    sa.Column("district", sa.Text),
    sa.Column("neighbours", JsonValue, nullable=False),
    comment="A duty grid 责任网格: the cells that collectors on duty look after.",
)

grid_cell = sa.Table(
    "grid_cell",
    metadata,
    sa.Column("cell", sa.Text, primary_key=True),
    *_validity(),
    sa.Column("name", sa.Text),
    sa.Column("district", sa.Text),
    sa.Column("duty_grid", sa.Text),
    sa.Column("geometry", JsonValue, comment="GeoJSON; coordinates as integers of 1e-7°"),
    comment="A cell 单元网格 of the city's grid.",
)
