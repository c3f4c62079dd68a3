"""A dozen deaths on each database, and the two bugs that must be noticed: the harness in small.

The long form is `make crash KILLS=200`; see docs/reference/durability.md.
"""

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.crash.harness import BUG_FAILPOINTS
from tests.crash.supervisor import Run, supervise
from tests.databases import PostgresForTests

FAILPOINTS = "before_apply:0.003,after_apply_before_commit:0.003,after_commit:0.003"


@pytest.fixture
def sqlite_city(city_sqlite: Path, tmp_path: Path) -> str:
    path = tmp_path / "caseloop.db"
    shutil.copyfile(city_sqlite, path)
    return f"sqlite:///{path}"


@pytest.fixture
def postgres_city(postgres: PostgresForTests, city_postgres: str) -> Iterator[str]:
    name = postgres.create(city_postgres)
    yield postgres.url(name)
    postgres.drop(name)


def _short(database: str, url: str, folder: Path) -> Run:
    return Run(
        database=database,
        url=url,
        folder=folder,
        kills=12,
        seed=5,
        failpoints=FAILPOINTS,
        look_every=4,
        open_cases=5,
        life=0.4,
        seconds=100,
    )


@pytest.mark.slow
def test_crash_leaves_nothing_lost_or_doubled_when_sqlite_process_dies(
    sqlite_city: str, tmp_path: Path
) -> None:
    report = supervise(_short("sqlite", sqlite_city, tmp_path))
    assert report.findings == []
    assert report.kills >= 12
    assert report.acknowledged > 50


@pytest.mark.slow
@pytest.mark.postgres
def test_crash_leaves_nothing_lost_or_doubled_when_postgresql_nodes_die(
    postgres_city: str, tmp_path: Path
) -> None:
    report = supervise(replace(_short("postgresql", postgres_city, tmp_path), slots=2))
    assert report.findings == []
    assert report.kills >= 12
    assert report.acknowledged > 50


@pytest.mark.slow
@pytest.mark.parametrize("bug", sorted(BUG_FAILPOINTS))
def test_crash_check_finds_the_bug_when_the_store_is_wrong_on_purpose(
    bug: str, sqlite_city: str, tmp_path: Path
) -> None:
    report = supervise(
        Run(
            database="sqlite",
            url=sqlite_city,
            folder=tmp_path,
            kills=200,
            seed=5,
            failpoints=BUG_FAILPOINTS[bug],
            bug=bug,
            look_every=1,
            life=3.0,
            enough_findings=1,
            seconds=60,
        )
    )
    assert report.wrong > 0
