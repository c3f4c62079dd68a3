"""Evidence of a case."""

import base64
from typing import Any

from marshmallow import Schema, fields

from api.schemas.values import PageSchema, text


class VerdictSchema(Schema):
    """What a check of a case's record found."""

    case_id = fields.String(
        required=True,
        metadata={"description": "the case, or the name of a stream that is no case's"},
    )
    verdict = fields.String(
        required=True, metadata={"description": "intact or broken; conforms, diverges or override"}
    )
    entries = fields.Integer(metadata={"description": "how many were checked"})
    seq = fields.Integer(allow_none=True, metadata={"description": "the first wrong entry"})
    problem = text("what is wrong there")


class VerdictPageSchema(PageSchema):
    """A page of verdicts."""

    items = fields.List(fields.Nested(VerdictSchema), required=True)


class _Base64(fields.String):
    def _serialize(self, value: Any, *_: Any, **__: Any) -> str:
        return base64.b64encode(value).decode()


class ExportSchema(Schema):
    """Files of an export."""

    files = fields.Dict(
        keys=fields.String(),
        values=_Base64(),
        required=True,
        metadata={"description": "path → content in base64"},
    )
