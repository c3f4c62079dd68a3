"""Expressions that the two databases spell differently; each takes named parameters."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler

from engine.store.types import Instant, JsonValue


class now_or(sa.ColumnElement[Any]):  # noqa: N801 reads as a function in a statement
    """The given instant; when it is NULL, the database's own clock (PostgreSQL only).

    `plus` names a parameter of whole seconds to add.
    """

    inherit_cache = False

    def __init__(self, name: str, plus: str | None = None) -> None:
        self.type = Instant()
        self.given = sa.bindparam(name, type_=self.type, required=True)
        self.seconds = None if plus is None else sa.bindparam(plus, type_=sa.Integer())


@compiles(now_or, "postgresql")
def _now_or_postgresql(element: now_or, compiler: SQLCompiler, **kw: Any) -> str:
    given = compiler.process(element.given, **kw)
    now = f"coalesce(CAST({given} AS timestamptz), clock_timestamp())"
    if element.seconds is None:
        return now
    seconds = compiler.process(element.seconds, **kw)
    return f"({now} + make_interval(secs => CAST({seconds} AS integer)))"


@compiles(now_or, "sqlite")
def _now_or_sqlite(element: now_or, compiler: SQLCompiler, **kw: Any) -> str:
    given = compiler.process(element.given, **kw)
    if element.seconds is None:
        return given
    return f"({given} + {compiler.process(element.seconds, **kw)} * 1000000)"


class day_of(sa.ColumnElement[int]):  # noqa: N801 reads as a function in a statement
    """The day of an instant: whole days since 1970 in UTC."""

    inherit_cache = False

    def __init__(self, instant: now_or) -> None:
        self.type = sa.Integer()
        self.instant = instant


@compiles(day_of, "postgresql")
def _day_of_postgresql(element: day_of, compiler: SQLCompiler, **kw: Any) -> str:
    instant = compiler.process(element.instant, **kw)
    return f"(CAST({instant} AT TIME ZONE 'UTC' AS date) - DATE '1970-01-01')"


@compiles(day_of, "sqlite")
def _day_of_sqlite(element: day_of, compiler: SQLCompiler, **kw: Any) -> str:
    return f"({compiler.process(element.instant, **kw)} / 86400000000)"


class one_of(sa.ColumnElement[bool]):  # noqa: N801 reads as a function in a statement
    """Whether a column's value is in a JSON list of texts: one parameter, whatever its length."""

    inherit_cache = False

    def __init__(self, column: sa.ColumnElement[Any], name: str) -> None:
        self.type = sa.Boolean()
        self.column = column
        self.given = sa.bindparam(name, type_=JsonValue(), required=True)


@compiles(one_of, "postgresql")
def _one_of_postgresql(element: one_of, compiler: SQLCompiler, **kw: Any) -> str:
    column = compiler.process(element.column, **kw)
    given = compiler.process(element.given, **kw)
    return f"{column} = ANY (ARRAY(SELECT jsonb_array_elements_text(CAST({given} AS jsonb))))"


@compiles(one_of, "sqlite")
def _one_of_sqlite(element: one_of, compiler: SQLCompiler, **kw: Any) -> str:
    column = compiler.process(element.column, **kw)
    given = compiler.process(element.given, **kw)
    return f"{column} IN (SELECT value FROM json_each({given}))"  # noqa: S608 compiled parts
