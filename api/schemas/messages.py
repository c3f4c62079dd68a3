"""Messages to cases."""

from marshmallow import Schema, fields

from api.schemas.values import ID, SHORT, TEXT, ReceiptSchema, free_object, text


class MessageSchema(Schema):
    """A message: to one case, or to whichever case waits for the key."""

    name = fields.String(required=True, validate=ID)
    case_id = fields.String(allow_none=True, validate=ID)
    correlation_key = fields.String(allow_none=True, validate=SHORT)
    reason = fields.String(allow_none=True, validate=TEXT)
    data = free_object("What the message carries.", load_default=dict)


class MessageAnswerSchema(Schema):
    """Which case took the message, or was opened by it."""

    case_id = fields.String()
    status = text("the case's status afterwards")
    receipt = fields.Nested(ReceiptSchema, required=True)
