"""An installation on both databases, with both clocks in the test's hand, and its operator."""

from pathlib import Path

import pytest

from engine.domain.people import Actor
from engine.service.installation import SEMANTICS, Installation
from engine.service.scopes import SCOPES
from engine.settings import Settings
from engine.store import Database
from engine.store.blobs import Blobs
from engine.store.writes.installation import found_installation
from tests.audit.town import Town, found_town
from tests.databases import (
    CountingIds,
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
def inst(
    database: Database, lease_clock: SettableClock, ids: CountingIds, tmp_path: Path
) -> Installation:
    """An installation that was founded and holds nothing."""
    with database.unit_of_work() as work:
        found_installation(work, semantics=SEMANTICS)
        work.commit()
    settings = Settings(tmp_path, str(database.url), f"file://{tmp_path}/blobs")
    return Installation(settings, database, Blobs(settings.blobs_url, ids), ids, lease_clock)


@pytest.fixture
def operator() -> Actor:
    """Who runs the installation."""
    return Actor(via="cli", scopes=SCOPES)


@pytest.fixture
def town(
    database: Database, case_clock: SettableClock, lease_clock: SettableClock, tmp_path: Path
) -> Town:
    """The sample city on this test's database, its people at work."""
    return Town(found_town(database, tmp_path, lease_clock), case_clock)
