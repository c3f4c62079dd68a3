"""Statements of the command path: written in SQLAlchemy Core, compiled once per database.

What is sent is text and positional values over the driver; this module turns a Core statement
into text, the order of its values, and how each value and result crosses to the driver. It knows
no table and opens nothing.
"""

import zlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from operator import attrgetter, itemgetter
from typing import Any, Literal

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.dialects.postgresql.base import PGDialect
from sqlalchemy.sql.compiler import SQLCompiler

from engine.store import wire

DialectName = Literal["postgresql", "sqlite"]

#: `$1` for libpq; the stock dialects differ in nothing else that matters here.
_DIALECTS: Mapping[str, sa.Dialect] = {
    "postgresql": PGDialect(paramstyle="numeric_dollar"),  # type: ignore[no-untyped-call]  # SQLAlchemy left it so
    "sqlite": sqlite.dialect(),
}


@dataclass(frozen=True, slots=True, eq=False)
class Compiled:
    """A statement for one database. `take_row` and `take_map` pick its values in order."""

    label: bytes
    sql: str
    take_row: Callable[[Any], tuple[Any, ...]]
    take_map: Callable[[Mapping[str, Any]], tuple[Any, ...]]
    encoders: tuple[wire.Encoder | None, ...]
    binary: tuple[int, ...]
    decoders: tuple[wire.Decoder | None, ...]

    def encode(self, values: Any) -> list[Any]:
        """The values of a mapping, or of a row of the domain, as the driver takes them."""
        take = self.take_map if type(values) is dict else self.take_row
        return [
            value if encode is None or value is None else encode(value)
            for encode, value in zip(self.encoders, take(values), strict=True)
        ]

    def decode(self, row: Sequence[Any]) -> tuple[Any, ...]:
        """A row of the driver's in terms of the house."""
        return tuple(
            [
                value if decode is None or value is None else decode(value)
                for decode, value in zip(self.decoders, row, strict=True)
            ]
        )


@dataclass(frozen=True, slots=True, eq=False)
class Statement:
    """A named statement; `build` receives the database's name for what differs between them."""

    name: str
    build: Callable[[DialectName], sa.Executable]
    columns: tuple[str, ...] | None = None

    def compile(self, dialect: DialectName) -> Compiled:
        executable = self.build(dialect)
        compiled = executable.compile(  # type: ignore[attr-defined]  # every Executable compiles
            dialect=_DIALECTS[dialect], column_keys=self.columns
        )
        assert isinstance(compiled, SQLCompiler)
        names = tuple(compiled.positiontup or ())
        binds = [compiled.binds[name] for name in names]
        constants = {
            name: bind.value for name, bind in zip(names, binds, strict=True) if not bind.required
        }
        returned = getattr(executable, "exported_columns", None)
        results = [] if returned is None else [column.type for column in returned]
        return Compiled(
            label=f"{self.name}_{zlib.crc32(str(compiled).encode()):08x}".encode(),
            sql=str(compiled),
            take_row=_taker(names, constants, attrgetter),
            take_map=_taker(names, constants, itemgetter),
            encoders=tuple(wire.encoder(bind.type, dialect) for bind in binds),
            binary=tuple(wire.is_binary(bind.type) for bind in binds),
            decoders=tuple(wire.decoder(kind, dialect) for kind in results),
        )


def _taker(
    names: Sequence[str], constants: Mapping[str, Any], getter_of: Callable[..., Any]
) -> Callable[[Any], tuple[Any, ...]]:
    """Picks the values of these names; a constant of the statement is its own value."""
    asked = [name for name in names if name not in constants]
    if not asked:
        fixed = tuple(constants[name] for name in names)
        return lambda _source: fixed
    getter = getter_of(*asked)
    pick = getter if len(asked) > 1 else lambda source: (getter(source),)
    if not constants:
        return pick

    def take(source: Any) -> tuple[Any, ...]:
        values = iter(pick(source))
        return tuple(constants[name] if name in constants else next(values) for name in names)

    return take


def insert(table: sa.Table, columns: Iterable[str] | None = None) -> Statement:
    """Inserts one row."""
    return Statement(f"insert_{table.name}", lambda _: sa.insert(table), _names(table, columns))


def insert_new(table: sa.Table, columns: Iterable[str] | None = None) -> Statement:
    """Inserts one row unless its key is there already."""
    return Statement(
        f"insert_new_{table.name}",
        lambda dialect: insert_for(dialect)(table).on_conflict_do_nothing(),
        _names(table, columns),
    )


def upsert(table: sa.Table, columns: Iterable[str] | None = None, **also: Any) -> Statement:
    """Inserts one row or overwrites the one of the same key; `also` are set on overwriting."""
    names = _names(table, columns)
    keys = [column.name for column in table.primary_key]

    def build(dialect: DialectName) -> sa.Executable:
        statement = insert_for(dialect)(table)
        new = {name: statement.excluded[name] for name in names if name not in keys}
        put: sa.Insert = statement.on_conflict_do_update(index_elements=keys, set_={**new, **also})
        return put

    return Statement(f"upsert_{table.name}", build, names)


def delete(table: sa.Table, *keys: str) -> Statement:
    """Deletes the row of a key."""
    where = [table.c[key] == sa.bindparam(key) for key in keys or _primary(table)]
    return Statement(f"delete_{table.name}", lambda _: sa.delete(table).where(*where))


def _primary(table: sa.Table) -> tuple[str, ...]:
    return tuple(column.name for column in table.primary_key)


def _names(table: sa.Table, columns: Iterable[str] | None) -> tuple[str, ...]:
    return tuple(table.c.keys()) if columns is None else tuple(columns)


def insert_for(dialect: DialectName) -> Any:
    """The database's own INSERT, which knows what to do about a row of the same key."""
    return postgresql.insert if dialect == "postgresql" else sqlite.insert
