"""Request and response headers: how each is read and what the OpenAPI document says of it."""

from typing import Literal

from marshmallow import EXCLUDE, Schema, fields, validate

#: Whether a write takes an Idempotency-Key.
Key = Literal["required", "optional", "none"]
_KEY = validate.Length(min=1, max=200)


class _Headers(Schema):
    class Meta:
        unknown = EXCLUDE


class ActingForSchema(_Headers):
    """Headers of every request with a key."""

    acting_for = fields.String(
        data_key="Acting-For",
        validate=_KEY,
        metadata={
            "description": "The person for whom a key of a unit acts; he must hold a post in "
            "that unit or below it. An id beyond ASCII comes percent-encoded. The journal "
            "records both; separation counts the person."
        },
    )


class WriteSchema(ActingForSchema):
    """Headers of every write."""

    idempotency_key = fields.String(
        data_key="Idempotency-Key",
        required=True,
        validate=_KEY,
        error_messages={"required": "is required on every write; send a new UUID per intention"},
        metadata={
            "description": "One value per intention, for example a UUID. The same request sent "
            "again under it gets the stored answer; another request is refused with 422."
        },
    )


class RepeatableWriteSchema(ActingForSchema):
    """Headers of a write that may be sent again without a key."""

    idempotency_key = fields.String(
        data_key="Idempotency-Key",
        validate=_KEY,
        metadata={
            "description": "Optional here. The same request sent again under it gets the stored "
            "answer; another request is refused with 422."
        },
    )


class ConditionalWriteSchema(WriteSchema):
    """Headers of a write on a case that was read before."""

    if_match = fields.String(
        data_key="If-Match",
        metadata={
            "description": "The ETag of the case as it was read. When the case has gone on, the "
            "answer is 412 and nothing is changed. Without it the command is decided anew."
        },
    )


class ConditionalReadSchema(ActingForSchema):
    """Headers of a read that may be answered by 304."""

    if_none_match = fields.String(
        data_key="If-None-Match",
        metadata={"description": "The ETag of the copy that the caller has."},
    )


def _header(description: str, *, kind: str = "string") -> dict[str, object]:
    return {"description": description, "schema": {"type": kind}}


ETAG = {"ETag": _header("The case's version: the sequence number of its last entry, quoted.")}
LINK = {"Link": _header('The next page: `<address>; rel="next"`; absent on the last page.')}
LOCATION = {"Location": _header("Where the new resource is.")}
REPLAYED = {
    "Idempotency-Replayed": _header("`true` when this is the stored answer of an earlier request.")
}
