"""Transactions on PostgreSQL: each step is one exchange on one pooled connection."""

from collections.abc import Sequence

import psycopg

from engine.domain.errors import EngineError, StoreError, StoreUnavailableError
from engine.store.drivers.line import BEGIN, COMMIT, ROLLBACK, Item, Line, LinePool
from engine.store.drivers.session import Call, Outcome
from engine.store.statements import Compiled, DialectName, Statement


class PostgresqlSession:
    """One transaction."""

    dialect: DialectName = "postgresql"

    def __init__(self, pool: LinePool, compiled: dict[Statement, Compiled]) -> None:
        self._pool = pool
        self._compiled = compiled
        self._line: Line | None = None

    def begin(self, calls: Sequence[Call] = ()) -> list[Outcome]:
        items = [BEGIN, *self._items(calls)]
        while True:
            self._line, used = self._pool.take()
            try:
                return self._exchange(items)[1:]
            except StoreUnavailableError:
                # A pooled connection may have died while it was idle; nothing has happened yet.
                if not used or self._line is not None:
                    raise

    def run(self, calls: Sequence[Call], *, commit: bool = False) -> list[Outcome]:
        if not commit:
            return self._exchange(self._items(calls))
        outcomes = self._exchange([*self._items(calls), COMMIT])
        self._return()
        return outcomes[:-1]

    def rollback(self) -> None:
        if self._line is None:
            return
        if not self._line.idle:
            try:
                self._exchange([ROLLBACK])
            except EngineError:
                self._drop()  # a connection that cannot roll back is of no use to anybody
        self._return()

    def close(self) -> None:
        self.rollback()

    def _items(self, calls: Sequence[Call]) -> list[Item]:
        known = self._compiled
        items: list[Item] = []
        for statement, values in calls:
            compiled = known.get(statement)
            if compiled is None:
                compiled = known[statement] = statement.compile("postgresql")
            items.append((compiled, values))
        return items

    def _exchange(self, items: Sequence[Item]) -> list[Outcome]:
        """One round trip. A connection left in the middle of one is never used again."""
        if self._line is None:
            raise StoreError("the transaction is over")
        try:
            return self._line.exchange(items)
        except psycopg.Error as exc:
            self._drop()
            raise StoreUnavailableError(str(exc).strip()) from exc
        except EngineError as exc:
            stale = exc.context.get("sqlstate") == "cached-plan"
            if stale or not self._line.alive:
                self._drop()
            raise
        except BaseException:
            self._drop()
            raise

    def _return(self) -> None:
        if self._line is not None:
            line, self._line = self._line, None
            self._pool.give(line)

    def _drop(self) -> None:
        if self._line is not None:
            line, self._line = self._line, None
            self._pool.drop(line)
