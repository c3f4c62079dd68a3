"""The shape of every error (RFC 9457)."""

from marshmallow import INCLUDE, Schema, fields


class PlaceSchema(Schema):
    """Where in the request a mistake is: one of the three members, and what is wrong there."""

    class Meta:
        unknown = INCLUDE

    pointer = fields.String(metadata={"description": "JSON pointer into the body"})
    parameter = fields.String(metadata={"description": "name in the query"})
    header = fields.String()
    message = fields.String(required=True)


class ProblemSchema(Schema):
    """problem+json; further members (`rule`, `earlier_act`, `outcomes` …) depend on the code."""

    class Meta:
        unknown = INCLUDE

    type = fields.String(required=True, metadata={"example": "urn:caseloop:problem:separation"})
    title = fields.String(required=True)
    status = fields.Integer(required=True)
    detail = fields.String(required=True)
    instance = fields.String(required=True)
    code = fields.String(required=True, metadata={"description": "stable, see errors.md"})
    errors = fields.List(fields.Nested(PlaceSchema))
