"""Column types that mean the same on both databases; knows no table.

An instant is `timestamptz` on PostgreSQL and whole microseconds since 1970 on SQLite: eight bytes
that sort as numbers and lose nothing, where text in two spellings (`Z`, `+00:00`) would sort
wrongly. An identifier is a native `uuid` on PostgreSQL and its 36 characters on SQLite. JSON is
`jsonb` on PostgreSQL and text on SQLite (the declared type JSON would turn `"5"` into a number).
"""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from engine.domain.evidence import Json

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def to_micros(instant: datetime) -> int:
    """Whole microseconds since 1970."""
    return (instant - EPOCH) // _MICROSECOND


def from_micros(micros: int) -> datetime:
    """The aware UTC instant of whole microseconds since 1970."""
    return EPOCH + timedelta(microseconds=micros)


def dump_json(value: Json) -> str:
    """JSON text for a column; not the canonical form of the journal."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


class Instant(sa.types.TypeDecorator[datetime]):
    """An aware instant, exact to the microsecond."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def load_dialect_impl(self, dialect: sa.Dialect) -> sa.types.TypeEngine[Any]:
        if dialect.name == "sqlite":
            return dialect.type_descriptor(sa.BigInteger())
        return dialect.type_descriptor(sa.DateTime(timezone=True))

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> Any:
        if value is None or dialect.name != "sqlite":
            return value
        return to_micros(value)

    def process_result_value(self, value: Any, dialect: sa.Dialect) -> datetime | None:
        if value is None:
            return None
        if dialect.name == "sqlite":
            return from_micros(value)
        instant: datetime = value
        return instant.astimezone(UTC)


class Identifier(sa.types.TypeDecorator[str]):
    """A UUID in canonical text form."""

    impl = sa.CHAR(36)
    cache_ok = True

    def load_dialect_impl(self, dialect: sa.Dialect) -> sa.types.TypeEngine[Any]:
        if dialect.name == "postgresql":
            return dialect.type_descriptor(postgresql.UUID(as_uuid=False))
        return dialect.type_descriptor(sa.CHAR(36))


class JsonValue(sa.types.TypeDecorator[Json]):
    """A JSON value for reading; None is SQL's NULL."""

    impl = sa.Text()
    cache_ok = True

    def load_dialect_impl(self, dialect: sa.Dialect) -> sa.types.TypeEngine[Any]:
        if dialect.name == "postgresql":
            return dialect.type_descriptor(postgresql.JSONB(none_as_null=True))
        return dialect.type_descriptor(sa.Text())

    def process_bind_param(self, value: Json, dialect: sa.Dialect) -> Any:
        if value is None or dialect.name == "postgresql":
            return value
        return dump_json(value)

    def process_result_value(self, value: Any, dialect: sa.Dialect) -> Json:
        if value is None or dialect.name == "postgresql":
            return value  # type: ignore[no-any-return]  # jsonb arrives decoded
        return json.loads(value)  # type: ignore[no-any-return]  # what JSON text decodes to
