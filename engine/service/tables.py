"""Reading an imported table strictly: every field is known, and what is wrong names its place."""

from collections.abc import Iterable, Mapping
from typing import Any

from engine.domain.errors import InvalidRequestError


def rows_of(data: Any, name: str) -> list[Mapping[str, Any]]:
    """The list `name` of a table, all of its members objects; absent is empty."""
    if not isinstance(data, Mapping):
        raise InvalidRequestError("the table is not an object; send the file's content")
    rows = data.get(name)
    if rows is None:
        return []
    if not isinstance(rows, list):
        raise refusal(name, "is not a list")
    for n, row in enumerate(rows):
        if not isinstance(row, Mapping):
            raise refusal(f"{name}/{n}", "is not an object")
    return rows


def check_fields(
    row: Mapping[str, Any], place: str, *, required: Iterable[str], optional: Iterable[str] = ()
) -> None:
    """InvalidRequestError for a field that is missing or that nobody knows."""
    needed = tuple(required)
    for name in needed:
        if row.get(name) is None:
            raise refusal(f"{place}/{name}", "is missing")
    known = {*needed, *optional}
    for name in row:
        if name not in known:
            raise refusal(f"{place}/{name}", f"is not known; fields are {', '.join(sorted(known))}")


def text(row: Mapping[str, Any], name: str, place: str) -> str:
    """A text that is not empty."""
    value = row.get(name)
    if not isinstance(value, str) or not value.strip():
        raise refusal(f"{place}/{name}", "is not a text, or is empty")
    return value


def text_or_none(row: Mapping[str, Any], name: str, place: str) -> str | None:
    """A text, or None when it is absent."""
    return None if row.get(name) is None else text(row, name, place)


def check_unique(values: Iterable[Any], place: str) -> None:
    """InvalidRequestError for what stands twice."""
    seen = set()
    for value in map(repr, values):
        if value in seen:
            raise refusal(place, f"has {value} twice")
        seen.add(value)


def refusal(place: str, what: str) -> InvalidRequestError:
    """The error for one place of a table."""
    errors = [{"message": what, "pointer": f"/{place}"}]
    return InvalidRequestError(f"{place} {what}", errors=errors)
