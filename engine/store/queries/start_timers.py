"""Timer start events for those who run the installation."""

from datetime import datetime
from typing import NamedTuple

import sqlalchemy as sa

from engine.store.reader import Reader
from engine.store.tables import installation, start_timer


class StartTimerView(NamedTuple):
    """A timer start event of a release, and how it fares."""

    process: str
    element: str
    number: int
    since: datetime
    rounds: int
    last_due: datetime | None
    due_at: datetime | None
    refused: int
    problem: str | None


_COLUMNS = [start_timer.c[name] for name in StartTimerView._fields]


def list_starts(reader: Reader, release: str) -> list[StartTimerView]:
    """The timers of a release that was current once, by process and element."""
    query = (
        sa.select(*_COLUMNS)
        .where(start_timer.c.release == release)
        .order_by(start_timer.c.process, start_timer.c.element, start_timer.c.number)
    )
    return [StartTimerView(*row) for row in reader.select(query)]


def count_refused_starts(reader: Reader) -> int:
    """How many timers of the current release opened no case when they were due last."""
    current = sa.select(installation.c.current_release).scalar_subquery()
    query = (
        sa.select(sa.func.count())
        .select_from(start_timer)
        .where(start_timer.c.release == current, start_timer.c.problem.is_not(None))
    )
    number: int = reader.select(query)[0][0]
    return number
