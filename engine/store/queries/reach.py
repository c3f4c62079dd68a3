"""Which cases are somebody's business, as a condition on their head lines.

The same rules as for a single case (`service/rights.py`); whose business what is, is decided
there.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

import sqlalchemy as sa

from engine.store.queries.people import list_units_around
from engine.store.reader import Reader
from engine.store.tables import case_file


class Reach(NamedTuple):
    """One way to a case: by its district, by its unit; None does not narrow."""

    district: str | None = None
    unit: str | None = None


def is_reached(
    reader: Reader, reaches: Sequence[Reach], *, now: datetime | None
) -> sa.ColumnElement[bool]:
    """Whether a head line lies within one of these; within none of them when there are none."""
    return sa.or_(sa.false(), *(_within(reader, reach, now) for reach in reaches))


def _within(reader: Reader, reach: Reach, now: datetime | None) -> sa.ColumnElement[bool]:
    found: list[sa.ColumnElement[bool]] = []
    if reach.district is not None:
        district = case_file.c.district
        found.append(sa.or_(district.is_(None), district == reach.district))
    if reach.unit is not None:
        units = list_units_around(reader, reach.unit, now=now)
        found.append(case_file.c.unit.in_(units))
    return sa.and_(sa.true(), *found)
