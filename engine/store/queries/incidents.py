"""Incidents: where a case cannot go on."""

from dataclasses import fields

import sqlalchemy as sa

from engine.domain.rows import Incident
from engine.store.queries.page import Page, after, cut
from engine.store.reader import Reader
from engine.store.tables import incident

_c = incident.c
_COLUMNS = [_c[f.name] for f in fields(Incident)]
_KEYS = (_c.opened_at, _c.case_id, _c.number)


def list_incidents(
    reader: Reader,
    *,
    case_id: str | None = None,
    unresolved: bool = True,
    cursor: str | None = None,
    limit: int = 50,
) -> Page[Incident]:
    """A page of incidents, the oldest first."""
    conditions = [after(_KEYS, cursor)]
    if case_id is not None:
        conditions.append(_c.case_id == case_id)
    if unresolved:
        conditions.append(_c.resolved_at.is_(None))
    query = sa.select(*_COLUMNS).where(*conditions).order_by(*_KEYS).limit(limit + 1)
    found = [Incident(*row) for row in reader.select(query)]
    return cut(found, [(i.opened_at, i.case_id, i.number) for i in found], limit)


def count_unresolved(reader: Reader) -> int:
    """How many incidents wait for somebody."""
    query = sa.select(sa.func.count()).select_from(incident).where(_c.resolved_at.is_(None))
    number: int = reader.select(query)[0][0]
    return number
