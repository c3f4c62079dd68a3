"""Canonical JSON and the chaining of journal entries: pure functions, shared by everybody.

Canonical form (a subset of RFC 8785): keys sorted by code point, no white space, UTF-8 as is,
integers within ±(2^53-1), no floats. A `Decimal` becomes a decimal string, an aware `datetime`
an instant of six digits ending in `Z`. The stand-alone verifier repeats this in its own code.
"""

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from engine.domain.clock import to_wire
from engine.domain.errors import UnencodableValueError

Json = None | bool | int | str | list[Any] | dict[str, Any]

ENTRY_VERSION = 1
GENESIS = "0" * 64
_LARGEST = 2**53 - 1


def to_plain(value: Any, path: str = "$") -> Json:
    """The value in plain JSON terms, or UnencodableValueError that names the path."""
    try:
        plain: Json = _quick(value)
    except UnencodableValueError:
        return _thorough(value, path)  # refuses it again, and names the place
    return plain


def _quick(value: Any) -> Any:
    """Takes plain values without keeping account of the path, which costs twice the work."""
    kind = type(value)
    if kind is str and value.isprintable():
        return value  # neither U+0000 nor a lone surrogate is printable
    if kind is dict:
        return {_text(key, ""): _quick(item) for key, item in value.items()}
    if kind is list:
        return [_quick(item) for item in value]
    return _thorough(value, "")


def _thorough(value: Any, path: str) -> Json:
    if value is None or value is True or value is False:
        return value
    if isinstance(value, str):
        return _text(value, path)
    if isinstance(value, int):
        return _integer(value, path)
    if isinstance(value, Mapping):
        return {_text(k, path): _thorough(v, f"{path}.{k}") for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [_thorough(item, f"{path}[{i}]") for i, item in enumerate(value)]
    return _scalar(value, path)


def _scalar(value: Any, path: str) -> str:
    if isinstance(value, Decimal):
        if not value.is_finite():
            raise UnencodableValueError(f"{path} is not a finite number", path=path)
        return format(value, "f")
    if isinstance(value, datetime):
        return to_wire(value)
    raise UnencodableValueError(f"{path} holds a {type(value).__name__}", path=path)


def _integer(value: int, path: str) -> int:
    if not -_LARGEST <= value <= _LARGEST:
        raise UnencodableValueError(f"{path} is beyond 2^53", path=path)
    return value


def _text(value: Any, path: str) -> str:
    if not isinstance(value, str):
        raise UnencodableValueError(f"{path} has a key that is not text", path=path)
    if value.isprintable():
        return value  # nearly every text, and the cheapest to tell
    if "\x00" in value:
        raise UnencodableValueError(f"{path} holds U+0000", path=path)
    try:
        value.encode()
    except UnicodeEncodeError as exc:
        raise UnencodableValueError(f"{path} holds a lone surrogate", path=path) from exc
    return value


def canonical(value: Any) -> bytes:
    """The canonical bytes of a value that is already plain JSON (see `to_plain`)."""
    try:
        return json.dumps(
            value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False
        ).encode()
    except (TypeError, ValueError) as exc:
        raise UnencodableValueError(str(exc)) from exc


def digest(data: bytes) -> str:
    """SHA-256 as 64 lower-case hexadecimal digits."""
    return hashlib.sha256(data).hexdigest()


def state_hash(state: bytes, document: bytes) -> str:
    """The hash that an entry's `state` carries; both arguments are canonical bytes.

    Equal to the digest of the canonical object with the keys `document` and `state`.
    """
    return digest(b'{"document":' + document + b',"state":' + state + b"}")
