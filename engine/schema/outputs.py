"""The types of a diagram's declared outputs (`cl:output`), checked before anything is written."""

import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from engine.domain.clock import from_wire
from engine.schema.personal import is_sealed

_SHA256 = re.compile(r"[0-9a-f]{64}")


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


def _is_integer(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _is_number(value: Any) -> bool:
    if _is_integer(value) or isinstance(value, Decimal):
        return True
    if not isinstance(value, str):
        return False
    try:
        return Decimal(value).is_finite()
    except InvalidOperation:
        return False


def _is_date(value: Any) -> bool:
    return _parses(date.fromisoformat, value)


def _is_instant(value: Any) -> bool:
    return _parses(from_wire, value)


def _parses(parse: Callable[[str], object], value: Any) -> bool:
    if not isinstance(value, str):
        return False
    try:
        parse(value)
    except ValueError:
        return False
    return True


def is_photo(value: Any) -> bool:
    """A photograph is named by the SHA-256 of its bytes, attached to the case beforehand."""
    return isinstance(value, str) and _SHA256.fullmatch(value) is not None


def _are_photos(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(is_photo(item) for item in value)


_CHECKS: dict[str, tuple[Callable[[Any], bool], str]] = {
    "text": (_is_text, "must be text"),
    "integer": (_is_integer, "must be an integer"),
    "number": (_is_number, "must be an integer or a decimal string"),
    "boolean": (lambda v: isinstance(v, bool), "must be true or false"),
    "date": (_is_date, "must be a date such as 2026-03-02"),
    "instant": (_is_instant, "must be an instant with a zone"),
    "choice": (_is_text, "must be one of the choices"),
    "photo": (is_photo, "must be the SHA-256 of an attachment of this case"),
    "photos": (_are_photos, "must be a list of SHA-256 of attachments of this case"),
    "unit": (_is_text, "must be the id of a unit"),
    "person": (_is_text, "must be the id of a person"),
    "object": (lambda v: isinstance(v, dict), "must be an object"),
    "any": (lambda _: True, ""),
}

OUTPUT_TYPES = frozenset(_CHECKS)


def find_type_error(type_name: str, value: Any, choices: tuple[str, ...] = ()) -> str | None:
    """What is wrong with a value of a declared output, or None.

    A personal value was judged by the schema before it was sealed.
    """
    if type_name not in _CHECKS:
        return f"has the unknown type {type_name!r}"
    if is_sealed(value):
        return None
    fits, message = _CHECKS[type_name]
    if not fits(value):
        return message
    if choices and value not in choices:
        return f"must be one of: {', '.join(choices)}"
    return None
