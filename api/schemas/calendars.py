"""A newer version of a calendar on live cases: dry run and order."""

from marshmallow import Schema, fields, validate

from api.pagination import DEFAULT_LIMIT, LARGEST_LIMIT
from api.schemas.values import ID, Instant, PageQuerySchema, PageSchema, ReceiptSchema


class CalendarPreviewQuerySchema(PageQuerySchema):
    """Which version, and which part of the live cases. `limit` counts cases looked at."""

    calendar = fields.String(
        validate=ID, metadata={"description": "NAME@VERSION; default: the current calendar"}
    )


class MovedDeadlineSchema(Schema):
    """A clock of a live case whose deadline would be another one."""

    case_id = fields.String(required=True)
    case_no = fields.String(required=True)
    clock = fields.String(required=True)
    due_before = Instant(required=True, allow_none=True)
    due_after = Instant(required=True, allow_none=True)
    provisional_before = fields.Boolean(required=True)
    provisional_after = fields.Boolean(required=True)
    calendar_before = fields.String(required=True)
    calendar_after = fields.String(required=True)


class CalendarPreviewSchema(PageSchema):
    """A page of a dry run; it may be empty although more cases follow."""

    calendar = fields.String(required=True)
    waiting = fields.Integer(
        required=True, metadata={"description": "live cases on an earlier version, in all"}
    )
    examined = fields.Integer(
        required=True, metadata={"description": "cases looked at for this page"}
    )
    items = fields.List(fields.Nested(MovedDeadlineSchema), required=True)


class CalendarChangeSchema(Schema):
    """Which version the live cases are to go on to, and how many of them now."""

    calendar = fields.String(
        validate=ID, metadata={"description": "NAME@VERSION; default: the current calendar"}
    )
    cursor = fields.String(
        allow_none=True,
        validate=validate.Length(max=1000),
        metadata={"description": "`next_cursor` of the call before; opaque"},
    )
    limit = fields.Integer(
        load_default=DEFAULT_LIMIT, validate=validate.Range(min=1, max=LARGEST_LIMIT)
    )


class CalendarFailureSchema(Schema):
    """A case that could not be taken over; its clocks are as they were."""

    case_id = fields.String(required=True)
    code = fields.String(required=True)
    message = fields.String(required=True)


class CalendarChangedSchema(Schema):
    """What this call did. Go on with `next_cursor` until it is null."""

    calendar = fields.String(required=True)
    cases = fields.Integer(required=True)
    deadlines = fields.Integer(required=True, metadata={"description": "deadlines that moved"})
    gone = fields.Integer(
        required=True,
        metadata={"description": "cases that ended or were taken over by somebody else meanwhile"},
    )
    failed = fields.List(fields.Nested(CalendarFailureSchema), required=True)
    left = fields.Integer(
        required=True, metadata={"description": "live cases still on an earlier version"}
    )
    next_cursor = fields.String(allow_none=True, required=True)
    receipt = fields.Nested(ReceiptSchema, allow_none=True)
