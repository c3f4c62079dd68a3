"""Work items 人工任务: what waits for a person."""

from marshmallow import Schema, fields

from api.schemas.values import (
    ID,
    SHORT,
    TEXT,
    Instant,
    PageQuerySchema,
    PageSchema,
    ReceiptSchema,
    free_object,
    text,
)


class WorkItemSchema(Schema):
    """A human task that waits for one of its candidates, or for its holder."""

    id = fields.String(required=True)
    case_id = fields.String(required=True)
    case_no = text()
    element = fields.String(required=True)
    name = fields.String()
    act = text("what the person does: report, verify, file, dispatch …")
    stage = text()
    round = fields.Integer()
    role = text()
    axis = text()
    unit = text()
    duty_grid = text()
    district = text()
    holder = text("who claimed it")
    due_at = Instant(allow_none=True)
    opened_at = Instant(required=True)
    outcomes = fields.List(fields.String(), metadata={"description": "the answers one can give"})
    reason_required = fields.List(fields.String())
    form = text()
    outputs = fields.List(fields.Raw(), metadata={"description": "what may be written"})


class WorkItemQuerySchema(PageQuerySchema):
    """Filters of the list of work items."""

    case_id = fields.String(validate=ID)
    element = fields.String(validate=ID)
    act = fields.String(validate=SHORT)
    stage = fields.String(validate=SHORT)
    role = fields.String(validate=SHORT)
    unit = fields.String(validate=SHORT)
    district = fields.String(validate=SHORT)
    holder = fields.String(validate=SHORT)
    mine = fields.Boolean(metadata={"description": "only what the caller may claim or holds"})
    overdue = fields.Boolean()


class WorkItemPageSchema(PageSchema):
    """A page of work items, the most urgent first."""

    items = fields.List(fields.Nested(WorkItemSchema), required=True)


class CompleteWorkItemSchema(Schema):
    """The answer of a person."""

    outcome = fields.String(
        allow_none=True,
        validate=SHORT,
        metadata={"description": "one of the outcomes that the diagram declares"},
    )
    reason = fields.String(allow_none=True, validate=TEXT)
    data = free_object("The declared outputs.", load_default=dict)


class WorkItemAnswerSchema(Schema):
    """What came of a command on a work item."""

    case_id = fields.String()
    work_item = fields.String()
    holder = text()
    status = text("the case's status afterwards")
    outcome = text()
    stage = text()
    receipt = fields.Nested(ReceiptSchema, required=True)
