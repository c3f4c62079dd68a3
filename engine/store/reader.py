"""A connection that can only read, as the functions of `queries/` receive it.

`rows` runs a statement that was compiled once, over the driver; `select` runs one that is built
for the question. Each sees what is committed when it runs.
"""

import sqlite3
from collections.abc import MutableMapping
from typing import Any

import psycopg
import sqlalchemy as sa
from psycopg import pq

from engine.store.drivers.line import outcome_of, refusal
from engine.store.drivers.session import Rows
from engine.store.errors import border
from engine.store.statements import Compiled, DialectName, Statement

_BINARY = 1


class Reader:
    """One read-only connection, taken from the pool when it is first asked."""

    def __init__(
        self, engine: sa.Engine, dialect: DialectName, compiled: dict[Statement, Compiled]
    ) -> None:
        self.dialect = dialect
        self._engine = engine
        self._compiled = compiled
        self._connection: sa.Connection | None = None

    def select(self, query: sa.Select[Any] | sa.CompoundSelect[Any]) -> Rows:
        """The rows of a query."""
        with border():
            return [tuple(row) for row in self._connect().execute(query)]

    def rows(self, statement: Statement, **values: Any) -> Rows:
        """The rows of a statement that was compiled once."""
        compiled = self._compiled.get(statement)
        if compiled is None:
            compiled = self._compiled[statement] = statement.compile(self.dialect)
        given = compiled.encode(values)
        with border():
            pooled = self._connect().connection
            driver = pooled.driver_connection
            if isinstance(driver, sqlite3.Connection):
                return [compiled.decode(row) for row in driver.execute(compiled.sql, given)]
            assert isinstance(driver, psycopg.Connection)
            return _on_postgresql(driver.pgconn, pooled.info, compiled, given)

    def close(self) -> None:
        """Gives the connection back."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _connect(self) -> sa.Connection:
        if self._connection is None:
            self._connection = self._engine.connect()
        return self._connection


def _on_postgresql(
    pgconn: pq.abc.PGconn, info: MutableMapping[Any, Any], compiled: Compiled, given: list[Any]
) -> Rows:
    prepared: set[bytes] = info.setdefault("prepared", set())
    if compiled.label not in prepared:
        result = pgconn.prepare(compiled.label, compiled.sql.encode())
        if result.status != pq.ExecStatus.COMMAND_OK:
            raise refusal(result)
        prepared.add(compiled.label)
    result = pgconn.exec_prepared(compiled.label, given, compiled.binary, _BINARY)
    if result.status != pq.ExecStatus.TUPLES_OK:
        raise refusal(result)
    return outcome_of(result, compiled).rows
