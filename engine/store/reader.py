"""A connection that can only read, as the functions of `queries/` receive it.

`rows` runs a statement that was compiled once, over the driver; `select` runs one that is built
for the question. Each sees what is committed when it runs. A pooled connection that died while
it was idle (a restart or failover of PostgreSQL) is dropped, and its question asked again.
"""

import sqlite3
from collections.abc import Callable, MutableMapping
from typing import Any

import psycopg
import sqlalchemy as sa
from psycopg import pq

from engine.domain.errors import StoreUnavailableError
from engine.store.drivers.line import outcome_of, refusal
from engine.store.drivers.session import Rows
from engine.store.errors import border
from engine.store.statements import Compiled, DialectName, Statement

_BINARY = 1
_ALIVE = pq.ConnStatus.OK


class Reader:
    """One read-only connection, taken from the pool when it is first asked."""

    def __init__(
        self, engine: sa.Engine, dialect: DialectName, compiled: dict[Statement, Compiled]
    ) -> None:
        self.dialect = dialect
        self._engine = engine
        self._compiled = compiled
        self._connection: sa.Connection | None = None
        self._used = False

    def select(self, query: sa.Select[Any] | sa.CompoundSelect[Any]) -> Rows:
        """The rows of a query."""
        return self._lasting(lambda: [tuple(row) for row in self._connect().execute(query)])

    def rows(self, statement: Statement, **values: Any) -> Rows:
        """The rows of a statement that was compiled once."""
        compiled = self._compiled.get(statement)
        if compiled is None:
            compiled = self._compiled[statement] = statement.compile(self.dialect)
        given = compiled.encode(values)
        return self._lasting(lambda: self._over_the_driver(compiled, given))

    def _over_the_driver(self, compiled: Compiled, given: list[Any]) -> Rows:
        pooled = self._connect().connection
        driver = pooled.driver_connection
        if isinstance(driver, sqlite3.Connection):
            return [compiled.decode(row) for row in driver.execute(compiled.sql, given)]
        assert isinstance(driver, psycopg.Connection)
        return _on_postgresql(driver.pgconn, pooled.info, compiled, given)

    def _lasting(self, read: Callable[[], Rows]) -> Rows:
        """Reads; anew on another connection for as long as the pool gives one that had died.

        Reading is repeated without harm. A new connection that breaks is news for the caller.
        """
        while True:
            try:
                with border():
                    return read()
            except StoreUnavailableError as exc:
                stale = exc.context.get("sqlstate") == "cached-plan"
                if not (stale or self._is_dead()) or not self._drop():
                    raise

    def _is_dead(self) -> bool:
        connection = self._connection
        if connection is None or connection.invalidated:
            return connection is not None
        driver = connection.connection.driver_connection
        return isinstance(driver, psycopg.Connection) and driver.pgconn.status != _ALIVE

    def _drop(self) -> bool:
        """Takes the connection out of the pool; whether it had been used before this reader."""
        connection, self._connection = self._connection, None
        assert connection is not None
        connection.invalidate()
        connection.close()
        return self._used

    def close(self) -> None:
        """Gives the connection back."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _connect(self) -> sa.Connection:
        if self._connection is None:
            self._connection = self._engine.connect()
            info = self._connection.info
            self._used = info.get("used", False)
            info["used"] = True
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
