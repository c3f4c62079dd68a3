"""JSON out by orjson, JSON in strictly: no floats, no doubled names, no text without a form.

Numbers that are not integers travel as decimal strings (`design.md` §6), so a float in a request
is refused with the pointer to it instead of being rounded silently.
"""

import json
from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from typing import Any

import orjson
from flask.json.provider import JSONProvider

from api.errors import api_problem
from engine.domain.clock import to_wire
from engine.domain.errors import UnencodableValueError

_LARGEST = 2**53 - 1
_DEEPEST = 64


class WireJson(JSONProvider):
    """Compact bytes; instants, decimals and values with `to_json` in their wire form."""

    def dumps(self, obj: Any, **_: Any) -> str:
        return orjson.dumps(obj, default=_plain, option=orjson.OPT_PASSTHROUGH_DATETIME).decode()

    def loads(self, s: str | bytes, **_: Any) -> Any:
        return read_json(s if isinstance(s, bytes) else s.encode())


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return to_wire(value)
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, frozenset | set):
        return sorted(value)
    if isinstance(value, bytes):
        return value.decode()
    if hasattr(value, "to_json"):
        return value.to_json()
    raise TypeError(f"{type(value).__name__} has no form on the wire")


class _Float(str):
    """A number with a point or an exponent, kept as written until its place is known."""

    __slots__ = ()


class _Doubled(dict[str, Any]):
    """An object in which a name stands twice."""

    __slots__ = ("name",)
    name: str


def read_json(data: bytes) -> Any:
    """The value, or a problem that names the line, or the pointer to what is refused."""
    try:
        value = json.loads(
            data.decode("utf-8"),
            parse_float=_Float,
            parse_constant=_Float,
            object_pairs_hook=_object,
        )
    except UnicodeDecodeError as exc:
        raise api_problem(
            "malformed-request", f"The body is not UTF-8 at byte {exc.start}."
        ) from exc
    except json.JSONDecodeError as exc:
        detail = f"The body is not JSON: {exc.msg} at line {exc.lineno}, column {exc.colno}."
        raise api_problem("malformed-request", detail) from exc
    except (RecursionError, ValueError) as exc:
        detail = "The body is nested too deeply, or holds a number that is too long."
        raise api_problem("malformed-request", detail) from exc
    errors = list(_refusals(value, "", 0))
    if errors:
        first = errors[0]
        raise UnencodableValueError(f"{first['pointer']} {first['message']}", errors=errors)
    return value


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) == len(pairs):
        return found
    doubled = _Doubled(found)
    names = [name for name, _ in pairs]
    doubled.name = next(name for name in names if names.count(name) > 1)
    return doubled


def _refusals(value: Any, pointer: str, depth: int) -> Iterator[dict[str, str]]:
    kind = type(value)
    if kind is str:
        yield from _text(value, pointer)
    elif kind in (int, _Float):
        yield from _number(value, pointer)
    elif depth > _DEEPEST:
        yield _refusal(pointer, f"is nested more than {_DEEPEST} deep")
    elif isinstance(value, dict):
        yield from _members(value, pointer, depth)
    elif kind is list:
        for index, item in enumerate(value):
            yield from _refusals(item, f"{pointer}/{index}", depth + 1)


def _number(value: int | _Float, pointer: str) -> Iterator[dict[str, str]]:
    if isinstance(value, str):
        yield _refusal(pointer, f'is not an integer; write the decimal string "{value}"')
    elif not -_LARGEST <= value <= _LARGEST:
        yield _refusal(pointer, "is beyond 2^53; write a decimal string")


def _members(value: dict[str, Any], pointer: str, depth: int) -> Iterator[dict[str, str]]:
    if isinstance(value, _Doubled):
        yield _refusal(f"{pointer}/{escape(value.name)}", "stands twice in one object")
    for name, member in value.items():
        place = f"{pointer}/{escape(name)}"
        yield from _text(name, place)
        yield from _refusals(member, place, depth + 1)


def _text(text: str, pointer: str) -> Iterator[dict[str, str]]:
    if text.isascii() and text.isprintable():
        return
    if "\x00" in text:
        yield _refusal(pointer, "holds U+0000")
    try:
        text.encode()
    except UnicodeEncodeError:
        yield _refusal(pointer.encode("utf-8", "replace").decode(), "holds a lone surrogate")


def _refusal(pointer: str, message: str) -> dict[str, str]:
    return {"pointer": pointer.encode("utf-8", "replace").decode() or "/", "message": message}


def escape(name: str) -> str:
    return name.replace("~", "~0").replace("/", "~1")
