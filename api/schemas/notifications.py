"""Notifications 催办, 督办 and notices to a person."""

from marshmallow import Schema, fields

from api.schemas.values import ID, SHORT, Instant, PageQuerySchema, PageSchema, text


class NotificationSchema(Schema):
    """One message to one person."""

    id = fields.String(required=True)
    case_id = fields.String(required=True)
    case_no = text()
    person = fields.String(required=True)
    kind = fields.String(required=True, metadata={"description": "reminder, escalation, notice"})
    level = text()
    message = fields.String(required=True)
    clock = text()
    needs_reply = fields.Boolean()
    at = Instant(required=True)
    merged = fields.Integer(
        required=True,
        metadata={"description": "how many reminders this one stands for; 1: for itself"},
    )
    digest = text("of reminders that were merged; `?digest=` lists each of them")
    read_at = Instant(allow_none=True)


class NotificationQuerySchema(PageQuerySchema):
    """Whose notifications; default: the caller's own."""

    person = fields.String(validate=ID)
    unread = fields.Boolean()
    digest = fields.String(validate=SHORT)


class NotificationPageSchema(PageSchema):
    """A page of notifications, the newest first."""

    items = fields.List(fields.Nested(NotificationSchema), required=True)


class NotificationReadSchema(Schema):
    """When it was marked as read."""

    id = fields.String(required=True)
    read_at = Instant(allow_none=True)
