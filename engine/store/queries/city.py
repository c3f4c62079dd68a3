"""The city for handlers: has it changed since it was read? See `people` for what there is."""

from typing import NamedTuple

import sqlalchemy as sa

from engine.store.reader import Reader
from engine.store.tables import grid_cell, stream_head, unit


class CityVersion(NamedTuple):
    """Equal as long as nothing was imported; every import moves the head of a stream."""

    heads: tuple[tuple[str, int], ...]
    cells: int
    units: int


def city_version(reader: Reader) -> CityVersion:
    """What a copy of the city's rows is valid for."""
    heads = sa.select(stream_head.c.stream, stream_head.c.seq).order_by(stream_head.c.stream)
    counts = sa.select(
        sa.select(sa.func.count()).select_from(grid_cell).scalar_subquery(),
        sa.select(sa.func.count()).select_from(unit).scalar_subquery(),
    )
    cells, units = reader.select(counts)[0]
    return CityVersion(tuple((name, seq) for name, seq in reader.select(heads)), cells, units)
