"""Installations for tests: the sample city loaded, on SQLite and on a real PostgreSQL.

The city is loaded once per session and database; a test gets a copy. Re-exported by a conftest:

    from tests.installations import city_postgres, city_sqlite, installation
"""

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import datetime
from functools import lru_cache
from pathlib import Path

import pytest

from engine.domain.city import City
from engine.kernel.player import catalog_rows, read_city
from engine.kernel.release import manifest_id
from engine.service.installation import SEMANTICS, Installation
from engine.service.scenarios import release_files
from engine.service.virtual_clock import VirtualClock
from engine.settings import Settings
from engine.store import Database, UnitOfWork, open_database
from engine.store.blobs import Blobs
from engine.store.writes import organisation, releases
from engine.store.writes.installation import found_installation
from tests.databases import START, CountingIds, PostgresForTests, SettableClock

PACK = Path(__file__).parents[1] / "processes"
CATALOG, CALENDAR = "sample", "cn@1"


@lru_cache(maxsize=1)
def city_files() -> dict[str, bytes]:
    return {f.name: f.read_bytes() for f in (PACK / "sample_city").iterdir() if f.is_file()}


def sample_city() -> City:
    return read_city(city_files())


@lru_cache(maxsize=1)
def pack_files() -> dict[str, bytes]:
    return release_files(PACK)


def load_city(database: Database, files: dict[str, bytes] | None = None) -> str:
    """Writes the sample city and a release; the release's id."""
    released = pack_files() if files is None else files
    release = manifest_id(released)
    city = sample_city()
    with database.unit_of_work() as work:
        found_installation(work, semantics=SEMANTICS, virtual_start=START)
        releases.put_release(work, release, b"test", released)
        rows = [
            releases.CatalogRow(row["class"], row["condition"], row)
            for row in catalog_rows(city_files())
        ]
        releases.put_catalog(work, CATALOG, rows)
        releases.put_calendar(work, "cn", "1", json.loads(city_files()["calendar.json"]))
        _put_organisation(work, city)
        releases.set_current(work, release=release, catalog=CATALOG, calendar=CALENDAR)
        work.commit()
    return release


def _put_organisation(work: UnitOfWork, city: City) -> None:

    organisation.put_units(
        work,
        [
            organisation.UnitRow(
                id=u["id"],
                name=u["name"],
                district=u["district"],
                parent=u["parent"],
                kind=u["kind"],
            )
            for u in city.units.values()
        ],
    )
    organisation.put_duty_grids(
        work,
        [
            organisation.DutyGridRow(
                id=g["id"],
                name=g["name"],
                district=g["district"],
                neighbours=tuple(g["neighbours"]),
            )
            for g in city.duty_grids.values()
        ],
    )
    organisation.put_grid_cells(
        work, [organisation.GridCellRow(**cell) for cell in city.cells.values()]
    )
    organisation.put_people(
        work,
        [organisation.PersonRow(id=p, name=p) for p in city.people],
        [
            organisation.PostRow(person=p, **{**asdict(post), "axis": str(post.axis)})
            for p, posts in city.people.items()
            for post in posts
        ],
    )


@contextmanager
def opened(url: str, folder: Path, *, at: datetime = START) -> Iterator[Installation]:
    """An installation on a database that has the city, its virtual clock at an instant."""
    real = SettableClock()
    clock, ids = VirtualClock(at, real), CountingIds()
    settings = Settings(folder, url, f"file://{folder}/blobs")
    database = open_database(url, clock=clock, lease_clock=real, ids=ids)
    try:
        yield Installation(settings, database, Blobs(settings.blobs_url, ids), ids, real, clock)
    finally:
        database.close()


@pytest.fixture(scope="session")
def city_sqlite(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file with the city, to be copied."""
    path = tmp_path_factory.mktemp("city") / "city.db"
    shutil.copyfile(sqlite_template, path)
    clock = SettableClock()
    database = open_database(f"sqlite:///{path}", clock=clock, lease_clock=clock, ids=CountingIds())
    load_city(database)
    database.close()
    return path


@pytest.fixture(scope="session")
def city_postgres(postgres: PostgresForTests, postgres_template: str) -> str:
    """A PostgreSQL database with the city, to be copied."""
    name = postgres.create(postgres_template)
    clock = SettableClock()
    database = open_database(postgres.url(name), clock=clock, lease_clock=clock, ids=CountingIds())
    load_city(database)
    database.close()
    return name


@pytest.fixture
def city_url(database_kind: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of a database of this test's own with the sample city in it."""
    if database_kind == "sqlite":
        path = tmp_path / "city.db"
        shutil.copyfile(request.getfixturevalue("city_sqlite"), path)
        yield f"sqlite:///{path}"
        return
    server: PostgresForTests = request.getfixturevalue("postgres")
    name = server.create(request.getfixturevalue("city_postgres"))
    yield server.url(name)
    server.drop(name)


@pytest.fixture
def installation(city_url: str, tmp_path: Path) -> Iterator[Installation]:
    """The sample city on this run's database, on Monday 2026-03-02 at 09:00 in the city."""
    with opened(city_url, tmp_path) as inst:
        yield inst
