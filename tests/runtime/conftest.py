"""What the tests of the runtime share: the town of the evidence tests."""

from pathlib import Path

import pytest

from engine.store import Database
from tests.audit.town import Town, found_town
from tests.databases import (
    SettableClock,
    case_clock,
    database,
    database_kind,
    database_url,
    ids,
    lease_clock,
    postgres,
    postgres_template,
    sqlite_template,
)
from tests.installations import city_postgres, city_sqlite, city_url

__all__ = [
    "case_clock",
    "city_postgres",
    "city_sqlite",
    "city_url",
    "database",
    "database_kind",
    "database_url",
    "ids",
    "lease_clock",
    "postgres",
    "postgres_template",
    "sqlite_template",
]


@pytest.fixture
def town(
    database: Database, case_clock: SettableClock, lease_clock: SettableClock, tmp_path: Path
) -> Town:
    """The sample city on this test's database."""
    return Town(found_town(database, tmp_path, lease_clock), case_clock)
