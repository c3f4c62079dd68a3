"""Transactions on PostgreSQL by prepared statements in libpq's pipeline.

The calls of a step go out in one write and come back in one read. The connection comes from
SQLAlchemy's pool and stays in pipeline mode for its life; psycopg's own cursors are not used on
it. Waiting happens in `poll`, which lets other threads run.
"""

import select
from collections.abc import Sequence
from typing import Any, NamedTuple

import psycopg
from psycopg import pq
from sqlalchemy.pool import Pool

from engine.domain.errors import EngineError, StoreError, StoreUnavailableError
from engine.store.drivers.session import Call, Outcome, Rows
from engine.store.errors import LIBRARY_ERRORS, from_sqlstate, translate
from engine.store.statements import Compiled, DialectName, Statement

_BINARY = 1
_TUPLES = pq.ExecStatus.TUPLES_OK
_COMMAND = pq.ExecStatus.COMMAND_OK
_SYNC = pq.ExecStatus.PIPELINE_SYNC


class Line:
    """What a pooled connection remembers: its libpq handle, what it has prepared, how to wait."""

    def __init__(self, connection: psycopg.Connection[Any]) -> None:
        self.pgconn = connection.pgconn
        self.prepared: set[bytes] = set()
        self.readable = select.poll()
        self.readable.register(self.pgconn.socket, select.POLLIN)
        self.either = select.poll()
        self.either.register(self.pgconn.socket, select.POLLIN | select.POLLOUT)
        self.pgconn.enter_pipeline_mode()

    def sync(self) -> None:
        self.pgconn.pipeline_sync()
        while self.pgconn.flush():
            for _, event in self.either.poll():
                if event & ~select.POLLOUT:
                    self.pgconn.consume_input()

    def result(self) -> pq.abc.PGresult:
        """The next result; the NULL that ends each statement's results is passed over."""
        while True:
            while self.pgconn.is_busy():
                self.readable.poll()
                self.pgconn.consume_input()
            result = self.pgconn.get_result()
            if result is not None:
                return result
            if self.pgconn.status != pq.ConnStatus.OK:
                raise StoreUnavailableError("the connection to the database was lost")


class PostgresqlSession:
    """One transaction on one pooled connection."""

    dialect: DialectName = "postgresql"

    def __init__(self, pool: Pool, compiled: dict[Statement, Compiled]) -> None:
        self._pool = pool
        self._compiled = compiled
        self._fairy: Any = None
        self._line: Line | None = None

    def begin(self, calls: Sequence[Call] = ()) -> list[Outcome]:
        try:
            self._fairy = self._pool.connect()
            info = self._fairy.info
            if "line" not in info:
                info["line"] = Line(self._fairy.driver_connection)
        except LIBRARY_ERRORS as exc:
            raise translate(exc) from exc
        self._line = info["line"]
        return self._send(calls, before=("BEGIN",))

    def run(self, calls: Sequence[Call], *, commit: bool = False) -> list[Outcome]:
        if not commit:
            return self._send(calls)
        outcomes = self._send(calls, after=("COMMIT",))
        self._return()
        return outcomes

    def rollback(self) -> None:
        if self._line is None:
            return
        try:
            if self._line.pgconn.transaction_status != pq.TransactionStatus.IDLE:
                self._send((), before=("ROLLBACK",))
        except EngineError:
            self._drop()  # a connection that cannot roll back is of no use to anybody
        else:
            self._return()

    def close(self) -> None:
        self.rollback()

    def _return(self) -> None:
        fairy, self._fairy, self._line = self._fairy, None, None
        fairy.close()

    def _drop(self) -> None:
        fairy, self._fairy, self._line = self._fairy, None, None
        if fairy is not None:
            fairy.invalidate()

    def _send(
        self, calls: Sequence[Call], *, before: Sequence[str] = (), after: Sequence[str] = ()
    ) -> list[Outcome]:
        try:
            return self._exchange(calls, before, after)
        except psycopg.Error as exc:
            self._drop()
            raise StoreUnavailableError(str(exc).strip()) from exc
        except StoreUnavailableError as exc:
            line = self._line
            stale = exc.context.get("sqlstate") == "cached-plan"
            if line is not None and (stale or line.pgconn.status != pq.ConnStatus.OK):
                self._drop()
            raise

    def _exchange(
        self, calls: Sequence[Call], before: Sequence[str], after: Sequence[str]
    ) -> list[Outcome]:
        line = self._line
        if line is None:
            raise StoreError("the transaction is over")
        sent = [_send_word(line, word) for word in before]
        preparing: set[bytes] = set()
        for call in calls:
            compiled = self._prepare(call.statement)
            sent.append(_send_call(line, compiled, call.values, preparing))
        sent += [_send_word(line, word) for word in after]
        line.sync()
        return self._collect(line, sent)

    def _collect(self, line: Line, sent: list["Queued"]) -> list[Outcome]:
        outcomes: list[Outcome] = []
        failure: EngineError | None = None
        for queued in sent:
            result = line.result()
            if queued.prepares and result.status == _COMMAND:
                line.prepared.add(queued.label)
                result = line.result()
            elif queued.prepares:
                failure = failure or _failure(result)
                result = line.result()
            if result.status not in (_TUPLES, _COMMAND):
                failure = failure or _failure(result)
            elif queued.compiled is not None:
                outcomes.append(_outcome(result, queued.compiled))
        if line.result().status != _SYNC:
            raise StoreUnavailableError("the database answered out of order")
        if failure is not None:
            raise failure
        return outcomes

    def _prepare(self, statement: Statement) -> Compiled:
        known = self._compiled
        if statement not in known:
            known[statement] = statement.compile("postgresql")
        return known[statement]


class Queued(NamedTuple):
    """A statement that is on its way; `prepares` when its preparation goes before it."""

    label: bytes
    prepares: bool
    compiled: Compiled | None


def _send_word(line: Line, word: str) -> Queued:
    """BEGIN, COMMIT, ROLLBACK."""
    line.pgconn.send_query_params(word.encode(), None)
    return Queued(b"", prepares=False, compiled=None)


def _send_call(line: Line, compiled: Compiled, values: Any, preparing: set[bytes]) -> Queued:
    label = compiled.label
    prepares = label not in line.prepared and label not in preparing
    if prepares:
        line.pgconn.send_prepare(label, compiled.sql.encode())
        preparing.add(label)
    line.pgconn.send_query_prepared(label, compiled.encode(values), compiled.binary, _BINARY)
    return Queued(label, prepares, compiled)


def read_result(result: pq.abc.PGresult, compiled: Compiled) -> Outcome:
    """What a statement answered; raises what the server refused."""
    if result.status not in (_TUPLES, _COMMAND):
        raise _failure(result)
    return _outcome(result, compiled)


def _outcome(result: pq.abc.PGresult, compiled: Compiled) -> Outcome:
    if result.status == _COMMAND:
        return Outcome([], result.command_tuples or 0)
    width = len(compiled.decoders)
    get, decode = result.get_value, compiled.decode
    rows: Rows = [
        decode([get(number, column) for column in range(width)]) for number in range(result.ntuples)
    ]
    return Outcome(rows, len(rows))


def _failure(result: pq.abc.PGresult) -> EngineError:
    def field(code: pq.DiagnosticField) -> str | None:
        data = result.error_field(code)
        return None if data is None else data.decode(errors="replace")

    message = field(pq.DiagnosticField.MESSAGE_PRIMARY) or "the database refused"
    return from_sqlstate(
        field(pq.DiagnosticField.SQLSTATE) or "", message, field(pq.DiagnosticField.TABLE_NAME)
    )
