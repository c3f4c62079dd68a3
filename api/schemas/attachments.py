"""Attachments of a case."""

from marshmallow import Schema, fields

from api.schemas.values import ReceiptSchema


class AttachmentSchema(Schema):
    """A file that was put into the case's folder."""

    sha256 = fields.String(required=True)
    name = fields.String()
    media_type = fields.String()
    size = fields.Integer()
    receipt = fields.Nested(ReceiptSchema, allow_none=True)
