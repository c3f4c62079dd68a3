"""How values cross to a driver: libpq's text and binary forms, and what sqlite3 takes.

Parameters go to PostgreSQL as text (bytes as binary), results come back binary, because hex text
would double the blobs. `None` never reaches an encoder or a decoder.
"""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
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


def _text(value: str) -> bytes:
    return value.encode()


def _integer(value: int) -> bytes:
    return b"%d" % value


def _boolean(value: bool) -> bytes:  # noqa: FBT001 a codec takes its value
    return b"t" if value else b"f"


def _instant(value: datetime) -> bytes:
    return value.isoformat().encode()


def _json(value: Any) -> bytes:
    return dump_json(value).encode()


def _read_text(data: bytes) -> str:
    return data.decode()


def _read_integer(data: bytes) -> int:
    return int.from_bytes(data, "big", signed=True)


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
        sa.LargeBinary: None,
        sa.String: None,
    },
}
