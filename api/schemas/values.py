"""Fields and parts that several resources share: instants, free JSON, receipts, pages."""

import re
from datetime import datetime
from typing import Any

from marshmallow import Schema, ValidationError, fields, validate

from api.pagination import DEFAULT_LIMIT, LARGEST_LIMIT
from engine.domain.clock import from_wire, to_wire

#: Identifiers of ours and of the organisation: no white space, no control characters.
ID = validate.Regexp(re.compile(r"[^\s\x00-\x1f\x7f]{1,200}\Z"), error="is not an identifier")
SHORT = validate.Length(min=1, max=200)
TEXT = validate.Length(max=4000)


class Instant(fields.DateTime):
    """An aware instant; out as UTC with six digits and Z."""

    def _serialize(self, value: Any, *_: Any, **__: Any) -> Any:
        return to_wire(value) if isinstance(value, datetime) else value

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> datetime:
        try:
            return from_wire(value)
        except (TypeError, ValueError, OverflowError) as exc:
            message = "must be an instant with a zone, such as 2026-03-02T09:00:00+08:00"
            raise ValidationError(message) from exc


def free_object(description: str, **options: Any) -> fields.Dict:
    """An object whose members are not the API's business: the case document's schema checks it."""
    values = fields.Raw(allow_none=True)
    return fields.Dict(
        keys=fields.String(), values=values, metadata={"description": description}, **options
    )


def text(description: str | None = None, **options: Any) -> fields.String:
    """A text that may be absent."""
    metadata = {} if description is None else {"description": description}
    return fields.String(allow_none=True, metadata=metadata, **options)


class ReceiptSchema(Schema):
    """What every write answers, so that a department can prove later when it handed back."""

    stream = fields.String(required=True, metadata={"example": "case:0197f7c4-…"})
    seq = fields.Integer(required=True)
    hash = fields.String(required=True, metadata={"description": "SHA-256 of the journal entry"})
    at = Instant(required=True)


class ReceiptOnlySchema(Schema):
    """The answer of a write that has nothing else to say."""

    receipt = fields.Nested(ReceiptSchema, allow_none=True)


class PageQuerySchema(Schema):
    """Which part of a list."""

    cursor = fields.String(
        validate=validate.Length(max=1000),
        metadata={"description": "`next_cursor` of the page before; opaque"},
    )
    limit = fields.Integer(
        load_default=DEFAULT_LIMIT, validate=validate.Range(min=1, max=LARGEST_LIMIT)
    )


class PageSchema(Schema):
    """One page; `next_cursor` is null on the last."""

    next_cursor = fields.String(allow_none=True, required=True)
