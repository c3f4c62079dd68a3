"""Incidents: where a case cannot go on."""

from collections.abc import Sequence
from dataclasses import fields
from datetime import datetime

import sqlalchemy as sa

from engine.domain.rows import Incident
from engine.store.queries.page import Page, after, cut
from engine.store.queries.reach import Reach, is_reached
from engine.store.reader import Reader
from engine.store.tables import case_file, incident

_c = incident.c
_COLUMNS = [_c[f.name] for f in fields(Incident)]
_KEYS = (_c.opened_at, _c.case_id, _c.number)


def list_incidents(
    reader: Reader,
    *,
    case_id: str | None = None,
    unresolved: bool = True,
    reach: Sequence[Reach] | None = None,
    now: datetime | None = None,
    cursor: str | None = None,
    limit: int = 50,
) -> Page[Incident]:
    """A page of incidents, the newest first. `now` is case time, for the units of a reach."""
    conditions = [after(_KEYS, cursor, descending=True)]
    if case_id is not None:
        conditions.append(_c.case_id == case_id)
    if unresolved:
        conditions.append(_c.resolved_at.is_(None))
    if reach is not None:
        within = sa.select(case_file.c.case_id).where(
            case_file.c.case_id == _c.case_id, is_reached(reader, reach, now=now)
        )
        conditions.append(within.exists())
    newest_first = [key.desc() for key in _KEYS]
    query = sa.select(*_COLUMNS).where(*conditions).order_by(*newest_first).limit(limit + 1)
    found = [Incident(*row) for row in reader.select(query)]
    return cut(found, [(i.opened_at, i.case_id, i.number) for i in found], limit)


def count_unresolved(reader: Reader) -> int:
    """How many incidents wait for somebody."""
    query = sa.select(sa.func.count()).select_from(incident).where(_c.resolved_at.is_(None))
    number: int = reader.select(query)[0][0]
    return number
