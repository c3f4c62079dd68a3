"""Notifications 催办, 督办 and notices: a person reads his own, and says that he has read one.

That somebody has read is no fact of the case: it is kept with the notification, not in the journal.
"""

from datetime import datetime
from typing import Any

from engine.domain.errors import ForbiddenError, NotFoundError
from engine.domain.ids import split_part_id
from engine.domain.people import Actor
from engine.service.installation import Installation
from engine.service.pages import Page
from engine.service.sessions import check_acts_for
from engine.store.queries import notifications as queries
from engine.store.queries.case_numbers import find_case_numbers
from engine.store.writes.access import mark_read as write_read


def list_notifications(
    inst: Installation,
    actor: Actor,
    *,
    person: str | None = None,
    unread: bool | None = None,
    digest: str | None = None,
    cursor: Any = None,
    limit: int = 50,
) -> Page:
    """A person's notifications, the newest first; by default the actor's own.

    Reminders that an outage made late come as one: the newest, with how many it stands for in
    `merged`; `digest` lists each of them.
    """
    whose = person or actor.person
    _check_reads(inst, actor, whose)
    with inst.database.reads() as reader:
        found = queries.list_notifications(
            reader,
            person=whose,
            unread=bool(unread),
            digest=digest,
            cursor=cursor,
            limit=limit,
        )
        cases = find_case_numbers(reader, [view.notification.case_id for view in found.items])
    items = [
        {**_plain(view), "case_no": cases.get(view.notification.case_id)} for view in found.items
    ]
    return Page(items, found.next_cursor)


def mark_read(inst: Installation, actor: Actor, notification_id: str) -> datetime:
    """When the actor first read it; NotFoundError when it is not his."""
    place = split_part_id(notification_id)
    if place is None or actor.person is None:
        raise _unknown(notification_id)
    case_id, seq, n = place
    with inst.database.unit_of_work() as work:
        read_at = write_read(work, case_id=case_id, seq=seq, n=n, person=actor.person)
        work.commit()
    if read_at is None:
        raise _unknown(notification_id)
    return read_at


def _check_reads(inst: Installation, actor: Actor, person: str | None) -> None:
    """A person reads his own, a key those of its unit's people, the operator everybody's."""
    if actor.person is not None:
        if person not in (actor.person, actor.principal):
            raise ForbiddenError(
                "these notifications are somebody else's", rule="notifications/own"
            )
        return
    if actor.unit is None:
        return
    if person is None:
        raise ForbiddenError(
            "a key reads the notifications of one person; name him with Acting-For",
            rule="notifications/own",
        )
    check_acts_for(inst, actor.unit, person)


def _plain(view: queries.NotificationView) -> dict[str, Any]:
    n = view.notification
    return {
        "at": n.at,
        "case_id": n.case_id,
        "clock": n.clock,
        "digest": n.digest,
        "id": view.id,
        "kind": n.kind,
        "level": n.level,
        "merged": view.merged,
        "message": n.message,
        "needs_reply": n.needs_reply,
        "person": n.person,
        "read_at": view.read_at,
    }


def _unknown(notification_id: str) -> NotFoundError:
    return NotFoundError(
        f"you have no notification {notification_id}", notification=notification_id
    )
