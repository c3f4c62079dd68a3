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
_other = notification.alias("other")


class NotificationView(NamedTuple):
    """A notification, when it was read, and for how many it stands (1: for itself alone)."""

    notification: Notification
    read_at: datetime | None
    merged: int = 1

    @property
    def id(self) -> str:
        n = self.notification
        return f"{n.case_id}.{n.seq}.{n.n}"


def list_notifications(
    reader: Reader,
    *,
    person: str | None = None,
    case_id: str | None = None,
    digest: str | None = None,
    unread: bool = False,
    cursor: str | None = None,
    limit: int = 50,
) -> Page[NotificationView]:
    """A page, the newest first; of a case or of a digest every one.

    In other lists the newest of a person's reminders of one digest stands for all of them.
    """
    merges = case_id is None and digest is None
    conditions = [after(_KEYS, cursor, descending=True)]
    for column, value in ((_c.person, person), (_c.case_id, case_id), (_c.digest, digest)):
        if value is not None:
            conditions.append(column == value)
    if unread:
        conditions.append(_c.read_at.is_(None))
    if merges:
        conditions.append(sa.or_(_c.digest.is_(None), ~_has_newer(unread=unread)))
    query = (
        sa.select(*_COLUMNS, _c.read_at, _count(unread=unread) if merges else sa.literal(1))
        .where(*conditions)
        .order_by(*(key.desc() for key in _KEYS))
        .limit(limit + 1)
    )
    views = [_view(row) for row in reader.select(query)]
    keys = [(v.notification.at, *_place(v.notification)) for v in views]
    return cut(views, keys, limit)


def _siblings(*, unread: bool) -> list[sa.ColumnElement[bool]]:
    """The reminders of the same person and digest, itself included."""
    found = [_other.c.person == _c.person, _other.c.digest == _c.digest]
    return [*found, _other.c.read_at.is_(None)] if unread else found


def _has_newer(*, unread: bool) -> sa.ColumnElement[bool]:
    newer = sa.tuple_(*(_other.c[key.name] for key in _KEYS)) > sa.tuple_(*_KEYS)
    return sa.exists().where(*_siblings(unread=unread), newer)


def _count(*, unread: bool) -> sa.ColumnElement[int]:
    many = sa.select(sa.func.count()).select_from(_other).where(*_siblings(unread=unread))
    number: sa.ColumnElement[int] = sa.case(
        (_c.digest.is_(None), 1), else_=many.correlate(notification).scalar_subquery()
    )
    return number


def _place(n: Notification) -> tuple[str, int, int]:
    return n.case_id, n.seq, n.n


def _view(row: tuple[Any, ...]) -> NotificationView:
    return NotificationView(Notification(*row[:-2]), *row[-2:])
