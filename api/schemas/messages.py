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


class SignalSchema(Schema):
    """A signal: to every case that waits for it."""

    name = fields.String(required=True, validate=ID)


class SignalAnswerSchema(Schema):
    """How many cases it is on its way to, and whether it may open some."""

    name = fields.String(required=True)
    cases = fields.Integer(required=True, metadata={"description": "that wait for it now"})
    opens = fields.Boolean(
        required=True, metadata={"description": "whether processes that begin by it open cases"}
    )
    receipt = fields.Nested(ReceiptSchema, required=True)
