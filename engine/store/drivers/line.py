"""A libpq connection in pipeline mode: statements go out together, results come back together.

What is prepared is remembered per connection. Waiting happens in `poll`, which lets other threads
run; libpq's own blocking calls would not. psycopg's cursors are not used on these connections.
"""

import select
import threading
from collections import deque
from collections.abc import Callable, Sequence
from typing import Any

import psycopg
from psycopg import pq

from engine.domain.errors import EngineError, StoreUnavailableError
from engine.store.drivers.session import Outcome
from engine.store.errors import from_sqlstate, translate
from engine.store.statements import Compiled

_BINARY = 1
_GOOD = frozenset({pq.ExecStatus.TUPLES_OK.value, pq.ExecStatus.COMMAND_OK.value})
_COMMAND = pq.ExecStatus.COMMAND_OK.value
_SYNC = pq.ExecStatus.PIPELINE_SYNC.value
_ALIVE = pq.ConnStatus.OK.value
_IDLE = pq.TransactionStatus.IDLE.value


Item = tuple[Compiled, Any]


def _word(sql: str) -> Item:
    """A statement without values or rows."""
    nothing: tuple[Any, ...] = ()
    label = sql.lower().encode()
    return Compiled(label, sql, lambda _: nothing, lambda _: nothing, (), (), ()), None


BEGIN, COMMIT, ROLLBACK = _word("BEGIN"), _word("COMMIT"), _word("ROLLBACK")


class Line:
    """One connection."""

    def __init__(self, connection: psycopg.Connection[Any]) -> None:
        self._connection = connection
        self._pgconn = connection.pgconn
        self._prepared: set[bytes] = set()
        self._readable = select.poll()
        self._readable.register(self._pgconn.socket, select.POLLIN)
        self._either = select.poll()
        self._either.register(self._pgconn.socket, select.POLLIN | select.POLLOUT)
        self._pgconn.enter_pipeline_mode()

    @property
    def alive(self) -> bool:
        return bool(self._pgconn.status == _ALIVE)

    @property
    def idle(self) -> bool:
        """Whether no transaction is open."""
        return bool(self._pgconn.transaction_status == _IDLE)

    def close(self) -> None:
        self._connection.close()

    def exchange(self, items: Sequence[Item]) -> list[Outcome]:
        """Sends everything, reads everything; the first refusal is raised after the last answer."""
        preparing = [self._queue(compiled, values) for compiled, values in items]
        self._sync()
        results = iter(self._results())
        outcomes: list[Outcome] = []
        failure: EngineError | None = None
        for (compiled, _), prepares in zip(items, preparing, strict=True):
            if prepares:
                result = next(results)
                if result.status != _COMMAND:
                    self._prepared.discard(compiled.label)
                    failure = failure or refusal(result)
            result = next(results)
            if result.status in _GOOD:
                outcomes.append(outcome_of(result, compiled))
            else:
                failure = failure or refusal(result)
        if failure is not None:
            raise failure
        return outcomes

    def _queue(self, compiled: Compiled, values: Any) -> bool:
        """Queues a statement; whether its preparation was queued before it."""
        label, pgconn = compiled.label, self._pgconn
        prepares = label not in self._prepared
        if prepares:
            pgconn.send_prepare(label, compiled.sql.encode())
            self._prepared.add(label)
        pgconn.send_query_prepared(label, compiled.encode(values), compiled.binary, _BINARY)
        return prepares

    def _sync(self) -> None:
        self._pgconn.pipeline_sync()
        while self._pgconn.flush():
            for _, event in self._either.poll():
                if event & ~select.POLLOUT:
                    self._pgconn.consume_input()

    def _results(self) -> list[pq.abc.PGresult]:
        """All results up to the sync; the NULL that ends each statement's results is left out."""
        pgconn = self._pgconn
        results: list[pq.abc.PGresult] = []
        is_busy, get_result = pgconn.is_busy, pgconn.get_result
        while True:
            while is_busy():
                self._readable.poll()
                pgconn.consume_input()
            result = get_result()
            if result is None:
                if not self.alive:
                    raise StoreUnavailableError("the connection to the database was lost")
            elif result.status == _SYNC:
                return results
            else:
                results.append(result)


def outcome_of(result: pq.abc.PGresult, compiled: Compiled) -> Outcome:
    """Rows, or how many rows were touched."""
    if result.status == _COMMAND:
        return Outcome([], result.command_tuples or 0)
    get, decode, width = result.get_value, compiled.decode, range(len(compiled.decoders))
    rows = [decode([get(number, column) for column in width]) for number in range(result.ntuples)]
    return Outcome(rows, len(rows))


def refusal(result: pq.abc.PGresult) -> EngineError:
    """The error of the house for what the server refused."""

    def field(code: pq.DiagnosticField) -> str | None:
        data = result.error_field(code)
        return None if data is None else data.decode(errors="replace")

    message = field(pq.DiagnosticField.MESSAGE_PRIMARY) or "the database refused"
    state = field(pq.DiagnosticField.SQLSTATE)
    if state is None:  # libpq's own words: the server always gives a state
        return StoreUnavailableError(message)
    return from_sqlstate(state, message, field(pq.DiagnosticField.TABLE_NAME))


class LinePool:
    """Connections for commands. Checking one out costs a tenth of a general pool's way."""

    def __init__(
        self, connect: Callable[[], psycopg.Connection[Any]], *, size: int, wait_seconds: float
    ) -> None:
        self._connect = connect
        self._wait_seconds = wait_seconds
        self._idle: deque[Line] = deque()
        self._free = threading.BoundedSemaphore(size)

    def take(self) -> tuple[Line, bool]:
        """A connection, and whether it was used before (it may have died since)."""
        if not self._free.acquire(timeout=self._wait_seconds):
            raise StoreUnavailableError("no connection to the database is free")
        try:
            return self._idle.pop(), True
        except IndexError:
            pass
        try:
            return Line(self._connect()), False
        except psycopg.Error as exc:
            self._free.release()
            raise translate(exc) from exc

    def give(self, line: Line) -> None:
        """Back for the next one."""
        self._idle.append(line)
        self._free.release()

    def drop(self, line: Line) -> None:
        """Never again: it is broken, or in the middle of something."""
        line.close()
        self._free.release()

    def close(self) -> None:
        """Closes what is not in use."""
        while self._idle:
            self._idle.pop().close()
