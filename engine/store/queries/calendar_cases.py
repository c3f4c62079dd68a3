"""Live cases by the version of the calendar that they pin."""

import uuid
from collections.abc import Sequence
from typing import NamedTuple

import sqlalchemy as sa

from engine.domain.errors import InvalidRequestError
from engine.store.queries.page import Page, cut, decode
from engine.store.reader import Reader
from engine.store.tables import calendar_version, case_file, case_state

_LIVE = ("open", "incident")


class PinnedCase(NamedTuple):
    """A live case: its state as canonical bytes, and the calendar that it is decided by."""

    case_id: str
    case_no: str
    calendar: str
    state: bytes


def list_earlier_versions(reader: Reader, calendar: str, version: int) -> list[str]:
    """The pins of the versions before this one, `cn@1`, the oldest first."""
    c = calendar_version.c
    rows = reader.select(sa.select(c.version).where(c.calendar == calendar))
    numbers = sorted(int(row[0]) for row in rows)
    return [f"{calendar}@{number}" for number in numbers if number < version]


def list_pinned(
    reader: Reader, pins: Sequence[str], *, cursor: str | None = None, limit: int = 100
) -> Page[PinnedCase]:
    """A page of the live cases of these pins, in the order of their ids."""
    s, f = case_state.c, case_file.c
    query = (
        sa.select(s.case_id, f.case_no, s.calendar, s.state)
        .join(case_file, f.case_id == s.case_id)
        .where(*_conditions(pins))
        .order_by(s.case_id)
        .limit(limit + 1)
    )
    if cursor is not None:
        query = query.where(s.case_id > _case_of(cursor))
    found = [PinnedCase(id_, no, pin, bytes(state)) for id_, no, pin, state in reader.select(query)]
    return cut(found, [(case.case_id,) for case in found], limit)


def _case_of(cursor: str) -> str:
    [case_id] = decode(cursor, 1)
    try:
        return str(uuid.UUID(case_id))
    except (ValueError, TypeError, AttributeError) as exc:
        raise InvalidRequestError("the cursor belongs to another list", field="cursor") from exc


def count_pinned(reader: Reader, pins: Sequence[str]) -> dict[str, int]:
    """How many live cases have which of these pins."""
    s = case_state.c
    query = (
        sa.select(s.calendar, sa.func.count())
        .join(case_file, case_file.c.case_id == s.case_id)
        .where(*_conditions(pins))
        .group_by(s.calendar)
        .order_by(s.calendar)
    )
    return dict(reader.select(query))


def _conditions(pins: Sequence[str]) -> tuple[sa.ColumnElement[bool], ...]:
    return case_file.c.status.in_(_LIVE), case_state.c.calendar.in_(list(pins))
