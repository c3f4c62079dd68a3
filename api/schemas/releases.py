"""Releases: what is deployed, named by its own SHA-256."""

from marshmallow import Schema, fields, validate

from api.schemas.values import Instant, ReceiptSchema, text

_NOTE = validate.Length(max=4000)
_UNPROVEN = (
    "why a release is made of which the proof comes to no verdict; the journal keeps the reason"
)


class DeployFieldsSchema(Schema):
    """What is said of a deployment besides its files (query)."""

    note = fields.String(validate=_NOTE)
    make_current = fields.Boolean(load_default=True)
    accept_unproven = fields.String(validate=_NOTE, metadata={"description": _UNPROVEN})


class DeploySchema(Schema):
    """The files of a release in one JSON object."""

    files = fields.Dict(
        keys=fields.String(validate=validate.Length(min=1, max=400)),
        values=fields.String(),
        required=True,
        metadata={"description": "path → content in base64"},
    )
    note = fields.String(load_default="", validate=_NOTE)
    make_current = fields.Boolean(load_default=True)
    accept_unproven = fields.String(
        load_default="", validate=_NOTE, metadata={"description": _UNPROVEN}
    )


class FindingSchema(Schema):
    """What the gate says of a diagram or a file, or the proof of a process."""

    file = text()
    rule = fields.String()
    severity = fields.String()
    element = text()
    line = fields.Integer(allow_none=True)
    message = fields.String()
    help = text()
    process = text()
    path = fields.List(
        fields.String(),
        metadata={"description": "of the proof: the elements that a shortest run there enters"},
    )


class DeployedSchema(Schema):
    """The release that was made, or that was there already."""

    release = fields.String(required=True)
    files = fields.Raw()
    findings = fields.List(fields.Nested(FindingSchema))
    receipt = fields.Nested(ReceiptSchema, allow_none=True)


class ReleaseFileSchema(Schema):
    """A file of a release."""

    path = fields.String(required=True)
    sha256 = fields.String(required=True)


class StartTimerSchema(Schema):
    """A timer start event of a release that is or was current."""

    process = fields.String(required=True)
    element = fields.String(required=True)
    number = fields.Integer(
        required=True, metadata={"description": "tells the timers of one event apart"}
    )
    since = Instant(required=True, metadata={"description": "when its release became current last"})
    rounds = fields.Integer(required=True, metadata={"description": "that are over"})
    last_due = Instant(allow_none=True)
    due_at = Instant(
        allow_none=True,
        metadata={"description": "the next case; null when none comes or the release is replaced"},
    )
    refused = fields.Integer(
        required=True, metadata={"description": "rounds that could open no case"}
    )
    problem = text("why the last round opened none")


class ReleaseLineSchema(Schema):
    """A release in the list."""

    release = fields.String(required=True)
    note = text()
    deployed_at = Instant(allow_none=True)
    deployed_by = text()
    current = fields.Boolean()


class ReleaseSchema(ReleaseLineSchema):
    """A release with its manifest."""

    files = fields.List(fields.Nested(ReleaseFileSchema), required=True)
    timers = fields.List(fields.Nested(StartTimerSchema), required=True)


class ReleaseListSchema(Schema):
    """All releases, the newest first."""

    items = fields.List(fields.Nested(ReleaseLineSchema), required=True)
