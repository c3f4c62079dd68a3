"""The feed of events, by position: gap-free, in the order of commits."""

from marshmallow import Schema, fields, validate

from api.schemas.values import Instant, free_object


class EventQuerySchema(Schema):
    """From where to read."""

    after = fields.Integer(
        load_default=0,
        validate=validate.Range(min=0, max=2**53 - 1),
        metadata={"description": "`next` of the answer before"},
    )
    limit = fields.Integer(load_default=100, validate=validate.Range(min=1, max=1000))


class EventSchema(Schema):
    """A fact. Its id is `stream/seq.n`."""

    position = fields.Integer(required=True)
    stream = fields.String(required=True)
    seq = fields.Integer(required=True)
    n = fields.Integer(required=True)
    type = fields.String(required=True)
    at = Instant(required=True)
    element = fields.Dict(allow_none=True)
    data = free_object("depends on the type", required=True)


class EventFeedSchema(Schema):
    """Events in order, and where to read on."""

    events = fields.List(fields.Nested(EventSchema), required=True)
    next = fields.Integer(required=True)
