"""Notifications of a person, and of a case."""

from dataclasses import fields
from datetime import datetime
from typing import Any, NamedTuple

import sqlalchemy as sa

from engine.domain.rows import Notification
from engine.store.queries.page import Page, after, cut
from engine.store.reader import Reader
from engine.store.tables import notification

_c = notification.c
_COLUMNS = [_c[f.name] for f in fields(Notification)]
_KEYS = (_c.at, _c.case_id, _c.seq, _c.n)


class NotificationView(NamedTuple):
    """A notification and when it was read."""

    notification: Notification
    read_at: datetime | None

    @property
    def id(self) -> str:
        n = self.notification
        return f"{n.case_id}.{n.seq}.{n.n}"


def list_notifications(
    reader: Reader,
    *,
    person: str | None = None,
    case_id: str | None = None,
    unread: bool = False,
    cursor: str | None = None,
    limit: int = 50,
) -> Page[NotificationView]:
    """A page, the newest first."""
    conditions = [after(_KEYS, cursor, descending=True)]
    if person is not None:
        conditions.append(_c.person == person)
    if case_id is not None:
        conditions.append(_c.case_id == case_id)
    if unread:
        conditions.append(_c.read_at.is_(None))
    query = (
        sa.select(*_COLUMNS, _c.read_at)
        .where(*conditions)
        .order_by(*(key.desc() for key in _KEYS))
        .limit(limit + 1)
    )
    views = [_view(row) for row in reader.select(query)]
    keys = [(v.notification.at, *_place(v.notification)) for v in views]
    return cut(views, keys, limit)


def find_notification(reader: Reader, case_id: str, seq: int, n: int) -> NotificationView | None:
    """A notification by its id's parts."""
    query = sa.select(*_COLUMNS, _c.read_at).where(_c.case_id == case_id, _c.seq == seq, _c.n == n)
    rows = reader.select(query)
    return _view(rows[0]) if rows else None


def _place(n: Notification) -> tuple[str, int, int]:
    return n.case_id, n.seq, n.n


def _view(row: tuple[Any, ...]) -> NotificationView:
    return NotificationView(Notification(*row[:-1]), row[-1])
