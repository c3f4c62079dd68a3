"""A hand in the database: somebody with the owner's rights changes rows past the house."""

import sqlite3
from typing import Any

import psycopg
from sqlalchemy.engine import URL

from engine.store import Database

_APPEND_ONLY = ("entry", "feed")


class Hand:
    """Runs SQL as the owner of the database, whose triggers do not stop him."""

    def __init__(self, database: Database) -> None:
        self._url: URL = database.url
        self._sqlite = database.dialect == "sqlite"

    def run(self, sql: str, *values: Any) -> int:
        """Runs one statement with `?` for values; how many rows it touched."""
        if self._sqlite:
            connection = sqlite3.connect(str(self._url.database), isolation_level=None)
            try:
                return connection.execute(sql, values).rowcount
            finally:
                connection.close()
        plain = self._url.set(drivername="postgresql").render_as_string(hide_password=False)
        with psycopg.connect(plain, autocommit=True) as server:
            return server.execute(sql.replace("?", "%s").encode(), values).rowcount

    def open_journal(self) -> None:
        """Takes the triggers of the append-only tables away."""
        for table in _APPEND_ONLY:
            if self._sqlite:
                for verb in ("update", "delete", "replace"):
                    self.run(f"DROP TRIGGER IF EXISTS {table}_no_{verb}")
            else:
                self.run(f"ALTER TABLE {table} DISABLE TRIGGER append_only")

    def body(self, case_id: str, seq: int, body: bytes) -> None:
        """Puts other bytes in the place of an entry's."""
        where = "WHERE stream_id = ? AND seq = ?"
        assert self.run(f"UPDATE entry SET body = ? {where}", body, case_id, seq) == 1

    def state(self, case_id: str, column: str, value: Any) -> None:
        """Changes a column of the case's state."""
        assert (
            self.run(f"UPDATE case_state SET {column} = ? WHERE case_id = ?", value, case_id) == 1
        )
