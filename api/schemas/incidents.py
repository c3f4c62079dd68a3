"""Incidents: where a case cannot go on until somebody looks."""

from marshmallow import Schema, fields, validate

from api.schemas.values import ID, Instant, PageQuerySchema, PageSchema, free_object, text

_REASON = validate.Length(min=1, max=4000)


class IncidentSchema(Schema):
    """One incident."""

    case_id = fields.String(required=True)
    case_no = text()
    number = fields.Integer(required=True)
    element = fields.String(required=True)
    code = fields.String(required=True)
    message = fields.String(required=True)
    opened_at = Instant(required=True)
    resolved_at = Instant(allow_none=True)


class IncidentQuerySchema(PageQuerySchema):
    """Filters of the list of incidents."""

    case_id = fields.String(validate=ID)
    open = fields.Boolean(metadata={"description": "only those that nobody has resolved"})


class IncidentPageSchema(PageSchema):
    """A page of incidents."""

    items = fields.List(fields.Nested(IncidentSchema), required=True)


class RetryIncidentSchema(Schema):
    """Lets the failed job or step be tried again."""

    reason = fields.String(required=True, validate=_REASON)
    retries = fields.Integer(load_default=1, validate=validate.Range(min=1, max=100))


class ResolveIncidentSchema(Schema):
    """Resolves it by hand, giving what the job would have given."""

    reason = fields.String(required=True, validate=_REASON)
    data = free_object("The declared outputs.", load_default=dict)
