"""Jobs 系统任务: what waits for a handler system."""

from marshmallow import Schema, fields, validate

from api.schemas.values import ID, SHORT, TEXT, Instant, ReceiptSchema, free_object, text

_SECONDS = validate.Range(min=1, max=86_400)
_WORKER = {"description": "the name under which the job was locked"}
_TOKEN = {"description": "as fetch-and-lock gave it; the lock is checked first"}


class FetchAndLockSchema(Schema):
    """Which jobs a worker takes, and for how long."""

    topics = fields.List(
        fields.String(validate=ID), required=True, validate=validate.Length(min=1, max=100)
    )
    worker = fields.String(required=True, validate=SHORT)
    seconds = fields.Integer(load_default=60, validate=_SECONDS)
    limit = fields.Integer(load_default=1, validate=validate.Range(min=1, max=100))


class LockedJobSchema(Schema):
    """A job that is the worker's until the lock expires."""

    id = fields.String(required=True)
    topic = fields.String(required=True)
    case_id = fields.String(required=True)
    element = fields.String(required=True)
    variables = free_object("what the diagram hands over (cl:in)", required=True)
    lock_token = fields.Integer(required=True)
    lock_expires_at = Instant(required=True)
    attempts = fields.Integer(metadata={"description": "counted at the claim, this one included"})
    retries = fields.Integer(metadata={"description": "how often it may still fail"})


class LockedJobsSchema(Schema):
    """The jobs that were locked; empty when there is no work."""

    items = fields.List(fields.Nested(LockedJobSchema), required=True)


class LockSchema(Schema):
    """Proves the lock."""

    worker = fields.String(required=True, validate=SHORT, metadata=_WORKER)
    lock_token = fields.Integer(
        required=True, validate=validate.Range(min=0, max=2**53 - 1), metadata=_TOKEN
    )


class ExtendLockSchema(LockSchema):
    """How much longer the worker needs, from now."""

    seconds = fields.Integer(required=True, validate=_SECONDS)


class CompleteJobSchema(LockSchema):
    """The job's results."""

    data = free_object("The declared outputs.", load_default=dict)


class FailJobSchema(LockSchema):
    """Why it did not work. Without `retries` one is taken off; at zero the case has an incident."""

    reason = fields.String(required=True, validate=validate.Length(min=1, max=4000))
    retries = fields.Integer(allow_none=True, validate=validate.Range(min=0, max=100))
    retry_after_seconds = fields.Integer(
        allow_none=True, validate=validate.Range(min=0, max=86_400)
    )


class BpmnErrorSchema(LockSchema):
    """A BPMN error that the diagram may catch."""

    code = fields.String(required=True, validate=ID)
    reason = fields.String(allow_none=True, validate=TEXT)
    data = free_object("The declared outputs.", load_default=dict)


class LockExtendedSchema(Schema):
    """Until when the job is the worker's now."""

    lock_expires_at = Instant(required=True)


class JobAnswerSchema(Schema):
    """What came of a command on a job."""

    case_id = fields.String()
    status = text("the case's status afterwards")
    incident = fields.Integer(allow_none=True)
    receipt = fields.Nested(ReceiptSchema, allow_none=True)
