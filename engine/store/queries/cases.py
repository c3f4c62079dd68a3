"""Lists of cases by their head lines."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime

import sqlalchemy as sa

from engine.domain.rows import CaseFile
from engine.store.queries.page import Page, after, cut
from engine.store.queries.reach import Reach, is_reached
from engine.store.reader import Reader
from engine.store.tables import case_file, case_state, entry, feed, stream_head

_COLUMNS = [case_file.c[f.name] for f in fields(CaseFile)]
#: Newest first. The case's id breaks ties, so that a page never repeats or leaves out a case.
_KEYS = (case_file.c.opened_at, case_file.c.case_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseFilter:
    """What a list of cases is narrowed to; None does not narrow."""

    reach: Sequence[Reach] | None = None
    status: str | None = None
    stage: str | None = None
    district: str | None = None
    unit: str | None = None
    class_code: str | None = None
    grid_cell: str | None = None
    duty_grid: str | None = None
    source: str | None = None
    outcome: str | None = None
    process: str | None = None
    case_no: str | None = None
    due_before: datetime | None = None


_EQUAL = (
    "status",
    "stage",
    "district",
    "unit",
    "class_code",
    "grid_cell",
    "duty_grid",
    "source",
    "outcome",
    "process",
    "case_no",
)


def list_cases(
    reader: Reader,
    wanted: CaseFilter,
    *,
    now: datetime | None = None,
    cursor: str | None = None,
    limit: int = 50,
) -> Page[CaseFile]:
    """A page of head lines, the newest first. `now` is case time, for the units of a reach."""
    query = (
        sa.select(*_COLUMNS)
        .where(*_conditions(reader, wanted, now), after(_KEYS, cursor, descending=True))
        .order_by(*(key.desc() for key in _KEYS))
        .limit(limit + 1)
    )
    items = [CaseFile(*row) for row in reader.select(query)]
    return cut(items, [(item.opened_at, item.case_id) for item in items], limit)


def _conditions(
    reader: Reader, wanted: CaseFilter, now: datetime | None
) -> list[sa.ColumnElement[bool]]:
    c = case_file.c
    found = [c[n] == getattr(wanted, n) for n in _EQUAL if getattr(wanted, n) is not None]
    if wanted.due_before is not None:
        found.append(c.due_at < wanted.due_before)
    if wanted.reach is not None:
        found.append(is_reached(reader, wanted.reach, now=now))
    return found


def count_by_status(reader: Reader) -> dict[str, int]:
    """How many cases have which status."""
    query = sa.select(case_file.c.status, sa.func.count()).group_by(case_file.c.status)
    return dict(reader.select(query))


def list_case_ids(reader: Reader, *, after_id: str | None = None, limit: int = 1000) -> list[str]:
    """Ids of all cases in their order, a page at a time: what verification and replay walk over.

    A case is whatever the journal, a state or a head line tells of: one that lost its rows is
    still found by its entries.
    """
    heads = sa.select(stream_head.c.stream_id)
    ids = (
        _ids(entry.c.stream_id, after_id, limit, entry.c.stream_id.not_in(heads)),
        _ids(case_state.c.case_id, after_id, limit),
        _ids(case_file.c.case_id, after_id, limit),
    )
    every = sa.union(*(sa.select(query.subquery()) for query in ids)).subquery()
    query = sa.select(every.c.id).order_by(every.c.id).limit(limit)
    return [row[0] for row in reader.select(query)]


def list_ids_in_feed_only(reader: Reader, *, limit: int = 1000) -> list[str]:
    """Streams of which nothing is left but their place in the feed.

    Looks at the whole feed: asked once for a verification of everything, not for each page.
    """
    rows = (entry.c.stream_id, stream_head.c.stream_id, case_state.c.case_id, case_file.c.case_id)
    nowhere = (~sa.exists(sa.select(column).where(column == feed.c.stream_id)) for column in rows)
    query = sa.select(feed.c.stream_id).distinct().where(*nowhere).order_by(feed.c.stream_id)
    return [row[0] for row in reader.select(query.limit(limit))]


def _ids(
    column: sa.Column[str], after_id: str | None, limit: int, *also: sa.ColumnElement[bool]
) -> sa.Select[str]:
    past = sa.true() if after_id is None else column > after_id
    return sa.select(column.label("id")).distinct().where(past, *also).order_by(column).limit(limit)
