"""Pages by key: a cursor says after which row the next page begins, so nothing is counted over.

A cursor is opaque to callers: base64 of the last row's sort key.
"""

import base64
import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, Generic, NamedTuple, TypeVar

import sqlalchemy as sa

from engine.domain.clock import from_wire, to_wire
from engine.domain.errors import InvalidRequestError
from engine.store.types import Instant

T = TypeVar("T")

#: Sorts behind every real instant: what has no due time comes last.
FAR = datetime(9999, 12, 31, tzinfo=UTC)


class Page(NamedTuple, Generic[T]):
    """Some rows, and where to go on; None at the end."""

    items: list[T]
    next_cursor: str | None


def encode(key: Sequence[Any]) -> str:
    """The cursor after a row of this sort key."""
    plain = [{"at": to_wire(v)} if isinstance(v, datetime) else v for v in key]
    return base64.urlsafe_b64encode(json.dumps(plain).encode()).decode().rstrip("=")


def decode(cursor: str, width: int) -> list[Any]:
    """The sort key of a cursor; InvalidRequestError when it is not one of ours."""
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        plain = json.loads(base64.urlsafe_b64decode(padded.encode()))
        key = [from_wire(v["at"]) if isinstance(v, dict) else v for v in plain]
    except (ValueError, KeyError, TypeError) as exc:
        raise InvalidRequestError("the cursor is not one that a page gave", field="cursor") from exc
    if not isinstance(plain, list) or len(key) != width:
        raise InvalidRequestError("the cursor belongs to another list", field="cursor")
    return key


def after(
    keys: Sequence[sa.ColumnElement[Any]], cursor: str | None, *, descending: bool = False
) -> sa.ColumnElement[bool]:
    """Whether a row comes after the cursor."""
    if cursor is None:
        return sa.true()
    return beyond(keys, decode(cursor, len(keys)), descending=descending)


def beyond(
    keys: Sequence[sa.ColumnElement[Any]], values: Sequence[Any], *, descending: bool = False
) -> sa.ColumnElement[bool]:
    """Whether a row comes after the one of these values."""
    for key, value in zip(keys, values, strict=True):
        if isinstance(value, datetime) != isinstance(key.type, Instant):
            raise InvalidRequestError("the cursor belongs to another list", field="cursor")
    bound = sa.tuple_(*(sa.literal(v, k.type) for k, v in zip(keys, values, strict=True)))
    row = sa.tuple_(*keys)
    return row < bound if descending else row > bound


def cut(items: list[T], keys: list[tuple[Any, ...]], limit: int) -> Page[T]:
    """A page of what was asked for with `limit + 1`."""
    if len(items) <= limit:
        return Page(items, None)
    return Page(items[:limit], encode(keys[limit - 1]))
