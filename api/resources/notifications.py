"""Notifications: a person's reminders, escalations and notices."""

from api.call import Call, Reply
from api.headers import LINK
from api.pagination import decode_cursor, encode_cursor, link_header
from api.resource import Resource
from api.schemas.notifications import (
    NotificationPageSchema,
    NotificationQuerySchema,
    NotificationReadSchema,
)
from engine.domain.errors import NotFoundError
from engine.service import notifications as service

notifications = Resource("notifications", "Notifications 催办, 督办 and notices.")


@notifications.reads(
    "/notifications",
    NotificationPageSchema,
    scope="work:do",
    query=NotificationQuerySchema,
    headers=LINK,
)
def list_notifications(call: Call) -> Reply:
    """Lists notifications, the newest first; by default the caller's own."""
    page = service.list_notifications(
        call.inst,
        call.actor,
        person=call.query.get("person", call.actor.person),
        unread=call.query.get("unread"),
        digest=call.query.get("digest"),
        cursor=decode_cursor(call.query.get("cursor")),
        limit=call.query["limit"],
    )
    following = encode_cursor(page.next_cursor)
    data = {"items": page.items, "next_cursor": following}
    return Reply(data, headers=link_header(call.query, cursor=following))


@notifications.writes(
    "/notifications/<notification_id>/read",
    NotificationReadSchema,
    scope="work:do",
    errors=(NotFoundError,),
    repeatable=True,
)
def mark_notification_read(call: Call, notification_id: str) -> Reply:
    """Marks a notification as read; of merged reminders all.

    Needs no Idempotency-Key: sent again it answers when it was read first.
    """
    read_at = service.mark_read(call.inst, call.actor, notification_id)
    return Reply({"id": notification_id, "read_at": read_at})
