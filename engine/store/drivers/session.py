"""What the command path asks of a database, whichever it is."""

from collections.abc import Sequence
from typing import Any, NamedTuple, Protocol

from engine.store.statements import DialectName, Statement

Rows = list[tuple[Any, ...]]


class Call(NamedTuple):
    """A statement with its values: a mapping, or a row of the domain read by attribute."""

    statement: Statement
    values: Any


class Outcome(NamedTuple):
    """The rows that came back, and how many rows were touched."""

    rows: Rows
    touched: int


class Session(Protocol):
    """One transaction on one connection.

    `run` sends calls together and answers in order; the first failure raises and leaves a
    transaction that can only be rolled back. With `commit=True` the calls and the commit go
    together.
    """

    dialect: DialectName

    def begin(self, calls: Sequence[Call] = ()) -> list[Outcome]: ...

    def run(self, calls: Sequence[Call], *, commit: bool = False) -> list[Outcome]: ...

    def rollback(self) -> None: ...

    def close(self) -> None: ...
