"""Cases 案卷: how they are opened, listed, shown, and what their journal looks like."""

import re

from marshmallow import Schema, fields, validate

from api.schemas.values import (
    ID,
    SHORT,
    Instant,
    PageQuerySchema,
    PageSchema,
    ReceiptOnlySchema,
    ReceiptSchema,
    free_object,
    text,
)

_STATUS = ("open", "closed", "ended", "incident")


class OpenCaseSchema(Schema):
    """上报: a case begins."""

    data = free_object("The document's first values, by the release's case schema.", required=True)
    process = fields.String(
        validate=ID, metadata={"description": "default: the release's only case process"}
    )
    release = fields.String(validate=ID, metadata={"description": "default: the current release"})


class CaseOpenedSchema(Schema):
    """The new case."""

    case_id = fields.String(required=True)
    case_no = fields.String(required=True, metadata={"description": "案卷号"})
    receipt = fields.Nested(ReceiptSchema, required=True)


class CaseLineSchema(Schema):
    """A case in a list."""

    case_id = fields.String(required=True)
    case_no = fields.String(required=True)
    process = fields.String()
    district = text()
    class_code = text("class of the catalog", data_key="class")
    condition = fields.Integer(allow_none=True)
    grid_cell = text()
    duty_grid = text()
    source = text()
    stage = text()
    status = fields.String(required=True, validate=validate.OneOf(_STATUS))
    outcome = text()
    unit = text("the responsible unit")
    due_at = Instant(allow_none=True)
    opened_at = Instant(required=True)
    closed_at = Instant(allow_none=True)


class PinsSchema(Schema):
    """What the case is decided by, fixed when it was opened."""

    release = fields.String(required=True)
    catalog = text()
    calendar = text()
    semantics = fields.Integer()


class CaseSchema(CaseLineSchema):
    """A case as its last entry left it."""

    seq = fields.Integer(required=True, metadata={"description": "also the ETag"})
    head = fields.String(metadata={"description": "hash of the last entry"})
    pins = fields.Nested(PinsSchema)
    document = free_object("The case document; personal values where the caller may see them.")


class DocumentSchema(Schema):
    """The case document."""

    seq = fields.Integer(required=True)
    document = free_object("The case document.", required=True)


class CaseQuerySchema(PageQuerySchema):
    """Filters of the list of cases."""

    status = fields.String(validate=validate.OneOf(_STATUS))
    stage = fields.String(validate=SHORT)
    district = fields.String(validate=SHORT)
    unit = fields.String(validate=SHORT)
    class_code = fields.String(data_key="class", validate=SHORT)
    case_no = fields.String(validate=SHORT)
    overdue = fields.Boolean()


class CasePageSchema(PageSchema):
    """A page of cases, the newest first."""

    items = fields.List(fields.Nested(CaseLineSchema), required=True)


class ErasePersonalSchema(Schema):
    """Which personal values of a case are erased, and by which law or wish."""

    reason = fields.String(required=True, validate=validate.Length(min=1, max=4000))
    pointers = fields.List(
        fields.String(validate=validate.Regexp(re.compile(r"(/[^/\x00]{1,200}){1,20}\Z"))),
        load_default=None,
        allow_none=True,
        validate=validate.Length(min=1, max=100),
        metadata={
            "description": "JSON pointers into the document: all that ever stood there or below; "
            "absent: every personal value of the case",
            "example": ["/reporter/phone"],
        },
    )


class ErasedSchema(ReceiptOnlySchema):
    """What was erased: references, not values. The receipt is one of the stream `security`."""

    erased = fields.List(fields.String(), required=True)


class JournalQuerySchema(Schema):
    """From where to read a journal."""

    after_seq = fields.Integer(load_default=0, validate=validate.Range(min=0, max=2**31 - 1))
    limit = fields.Integer(load_default=100, validate=validate.Range(min=1, max=500))


class EntrySchema(Schema):
    """One entry of the journal: its hash, and the bytes that were hashed, parsed."""

    seq = fields.Integer(required=True)
    hash = fields.String(required=True)
    at = Instant(required=True)
    entry = free_object("v, stream, seq, prev, at, actor, command, pins, events, state")


class JournalSchema(Schema):
    """A part of a journal, in order."""

    items = fields.List(fields.Nested(EntrySchema), required=True)
    next_after_seq = fields.Integer(allow_none=True, required=True)


class ClockSchema(Schema):
    """A clock 计时 of the case with its ledger."""

    name = fields.String(required=True)
    round = fields.Integer()
    state = fields.String(required=True)
    started_at = Instant(allow_none=True)
    due_at = Instant(allow_none=True)
    stopped_at = Instant(allow_none=True)
    elapsed_seconds = fields.Integer(allow_none=True)
    on_time = fields.Boolean(allow_none=True)
    provisional = fields.Boolean(
        metadata={"description": "the due time lies beyond the published calendar"}
    )
    ledger = fields.List(fields.Raw(), metadata={"description": "every minute explained"})


class ClocksSchema(Schema):
    """All clocks of a case."""

    items = fields.List(fields.Nested(ClockSchema), required=True)
