"""Notifications: a person's reminders, escalations and notices."""

from api.call import Call, Reply, reply_of
from api.headers import LINK, REPLAYED
from api.pagination import decode_cursor, encode_cursor, link_header
from api.resource import Resource
from api.schemas.notifications import (
    NotificationPageSchema,
    NotificationQuerySchema,
    NotificationReadSchema,
)
from engine.domain.clock import to_wire
from engine.domain.errors import NotFoundError
from engine.service import notifications as service
from engine.service.executor import Answer

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
    headers=REPLAYED,
    key="optional",
)
def mark_notification_read(call: Call, notification_id: str) -> Reply:
    """Marks a notification as read; of merged reminders all.

    Idempotency-Key is optional: sent again it answers when it was read first.
    """

    def mark() -> Answer:
        read_at = service.mark_read(call.inst, call.actor, notification_id)
        return Answer(None, {"id": notification_id, "read_at": to_wire(read_at)})

    return reply_of(call.once("mark_read", {"notification": notification_id}, mark))
