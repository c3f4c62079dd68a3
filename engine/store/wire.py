"""How values cross to a driver: libpq's text and binary forms, and what sqlite3 takes.

Parameters go to PostgreSQL as text, bytes and instants as binary; results come back binary,
because hex text would double the blobs. `None` never reaches an encoder or a decoder.
"""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import sqlalchemy as sa

from engine.store.types import (
    EPOCH,
    Identifier,
    Instant,
    JsonValue,
    dump_json,
    from_micros,
    to_micros,
)

Encoder = Callable[[Any], Any]
Decoder = Callable[[Any], Any]

_MICROS_1970_TO_2000 = to_micros(datetime(2000, 1, 1, tzinfo=UTC))


def encoder(kind: sa.types.TypeEngine[Any], dialect: str) -> Encoder | None:
    """How a value of this column type is given to the driver; None: as it is."""
    return _find(kind, _ENCODERS[dialect])


def is_binary(kind: sa.types.TypeEngine[Any]) -> int:
    """Whether PostgreSQL is given this type in its binary form (1) or as text (0)."""
    return int(isinstance(kind, sa.LargeBinary | Instant))


def decoder(kind: sa.types.TypeEngine[Any], dialect: str) -> Decoder | None:
    """How a result of this column type is read from the driver; None: as it is."""
    return _find(kind, _DECODERS[dialect])


def _find(
    kind: sa.types.TypeEngine[Any], table: dict[type, Callable[[Any], Any] | None]
) -> Callable[[Any], Any] | None:
    for known, how in table.items():
        if isinstance(kind, known):
            return how
    raise AssertionError(f"no way over the wire for {kind!r}")


# Methods of the built-in types where there are such: they cost a third of a function of ours.
_text: Encoder = str.encode
_integer: Encoder = b"%d".__mod__
_read_text: Decoder = bytes.decode
_read_integer: Decoder = partial(int.from_bytes, byteorder="big", signed=True)


def _boolean(value: bool) -> bytes:  # noqa: FBT001 a codec takes its value
    return b"t" if value else b"f"


def _instant(value: datetime) -> bytes:
    return (to_micros(value) - _MICROS_1970_TO_2000).to_bytes(8, "big", signed=True)


def _json(value: Any) -> bytes:
    return dump_json(value).encode()


def _read_boolean(data: bytes) -> bool:
    return data != b"\x00"


def _read_instant(data: bytes) -> datetime:
    micros = int.from_bytes(data, "big", signed=True) + _MICROS_1970_TO_2000
    return EPOCH + timedelta(microseconds=micros)


def _read_identifier(data: bytes) -> str:
    text = data.hex()
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


def _read_json(data: bytes) -> Any:
    return json.loads(data[1:])  # the first byte is jsonb's version


def _read_blob(value: bytes | str) -> bytes:
    """What a hand has changed in SQLite may have become text; it is read, and found wrong."""
    return value.encode() if isinstance(value, str) else value


_ENCODERS: dict[str, dict[type, Encoder | None]] = {
    "postgresql": {
        Instant: _instant,
        Identifier: _text,
        JsonValue: _json,
        sa.Boolean: _boolean,
        sa.Integer: _integer,
        sa.LargeBinary: None,
        sa.String: _text,
    },
    "sqlite": {
        Instant: to_micros,
        Identifier: None,
        JsonValue: dump_json,
        sa.Boolean: None,
        sa.Integer: None,
        sa.LargeBinary: None,
        sa.String: None,
    },
}

_DECODERS: dict[str, dict[type, Decoder | None]] = {
    "postgresql": {
        Instant: _read_instant,
        Identifier: _read_identifier,
        JsonValue: _read_json,
        sa.Boolean: _read_boolean,
        sa.Integer: _read_integer,
        sa.LargeBinary: None,
        sa.String: _read_text,
    },
    "sqlite": {
        Instant: from_micros,
        Identifier: None,
        JsonValue: json.loads,
        sa.Boolean: bool,
        sa.Integer: None,
        sa.LargeBinary: _read_blob,
        sa.String: None,
    },
}
