"""The border: what a driver or SQLAlchemy raises becomes an error of the house.

Nothing outside this room catches a class of sqlite3, psycopg or SQLAlchemy.
"""

import re
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

import psycopg
import sqlalchemy.exc

from engine.domain.errors import ConflictError, EngineError, StoreError, StoreUnavailableError

T = TypeVar("T")

#: Classes and codes of SQLSTATE after which the same request may succeed.
_UNAVAILABLE = ("08", "53", "57P", "57014", "55P03", "40001", "40P01", "25P03")
_AGAIN = frozenset({"40001", "40P01", "cached-plan"})
_UNIQUE = "23505"
_MAX_TRIES = 5
_SQLITE_UNAVAILABLE = frozenset(
    {
        sqlite3.SQLITE_BUSY,
        sqlite3.SQLITE_LOCKED,
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_NOMEM,
    }
)
_SQLITE_TABLE = re.compile(r"UNIQUE constraint failed: (\w+)\.")


def from_sqlstate(state: str, message: str, table: str | None = None) -> EngineError:
    """The error for a refusal by PostgreSQL."""
    if state == _UNIQUE:
        return ConflictError("a row of this key is there already", table=table)
    if state == "0A000" and "cached plan" in message:
        return StoreUnavailableError("the tables were changed; try again", sqlstate="cached-plan")
    if state.startswith(_UNAVAILABLE):
        return StoreUnavailableError(message, sqlstate=state)
    return StoreError(message, sqlstate=state, table=table)


def from_sqlite(exc: sqlite3.Error) -> EngineError:
    """The error for a refusal by SQLite."""
    message = str(exc)
    unique = _SQLITE_TABLE.match(message)
    if unique is not None:
        return ConflictError("a row of this key is there already", table=unique[1])
    code = getattr(exc, "sqlite_errorcode", None)
    if code is not None and code & 0xFF in _SQLITE_UNAVAILABLE:
        return StoreUnavailableError(message, sqlite=getattr(exc, "sqlite_errorname", None))
    return StoreError(message, sqlite=getattr(exc, "sqlite_errorname", None))


def translate(exc: BaseException) -> EngineError:
    """The error of the house for a library's exception."""
    if isinstance(exc, sqlalchemy.exc.DBAPIError) and exc.orig is not None:
        return translate(exc.orig)
    if isinstance(exc, sqlite3.Error):
        return from_sqlite(exc)
    if isinstance(exc, psycopg.OperationalError) and exc.sqlstate is None:
        return StoreUnavailableError(str(exc).strip())
    if isinstance(exc, psycopg.Error):
        return from_sqlstate(exc.sqlstate or "", str(exc).strip(), exc.diag.table_name)
    if isinstance(exc, sqlalchemy.exc.TimeoutError):
        return StoreUnavailableError("no connection to the database is free")
    return StoreError(str(exc))


LIBRARY_ERRORS = (sqlalchemy.exc.SQLAlchemyError, sqlite3.Error, psycopg.Error)


@contextmanager
def border() -> Iterator[None]:
    """Translates what leaves the block."""
    try:
        yield
    except LIBRARY_ERRORS as exc:
        raise translate(exc) from exc


def again(work: Callable[[], T]) -> T:
    """Runs one whole transaction, anew after a serialisation failure or a deadlock."""
    for _ in range(_MAX_TRIES - 1):
        try:
            return work()
        except StoreUnavailableError as exc:
            if exc.context.get("sqlstate") not in _AGAIN:
                raise
    return work()
