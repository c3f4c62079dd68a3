"""Facts from outside the case, as they are at the command's time."""

import json
from datetime import timedelta
from typing import Any

import pytest

from engine.domain.errors import StoreError
from engine.domain.facts import roster_key
from engine.store import Database
from engine.store.writes.organisation import (
    DutyGridRow,
    GridCellRow,
    PersonRow,
    PostRow,
    UnitRow,
    put_duty_grids,
    put_grid_cells,
    put_people,
    put_units,
)
from engine.store.writes.releases import CatalogRow, put_catalog
from tests.databases import START, CountingIds, SettableClock
from tests.store.small_case import PINS, decision, open_case

DAY = timedelta(days=1)


@pytest.fixture
def city(database: Database) -> Database:
    """Works with a crew below it; Gao, Lin and Chen with their posts; a catalog row."""
    with database.unit_of_work() as work:
        put_units(
            work,
            [
                UnitRow(id="works", name="Works", district="north", kind="department"),
                UnitRow(id="crew_1", name="Crew", parent="works", district="north"),
            ],
        )
        put_people(
            work,
            [PersonRow(id=p, name=p.title()) for p in ("gao", "lin", "chen")],
            [
                PostRow(
                    id="p1", person="gao", role="collector", axis="supervision",
                    district="north", duty_grid="north-a",
                ),
                PostRow(id="p2", person="lin", role="collector", axis="supervision"),
                PostRow(id="p3", person="chen", role="crew", axis="handling", unit="crew_1"),
                PostRow(
                    id="p4", person="lin", role="acceptor", axis="supervision",
                    valid_to=START + DAY,
                ),
            ],
        )  # fmt: skip
        put_duty_grids(work, [DutyGridRow(id="north-a", district="north", neighbours=("b", "c"))])
        put_grid_cells(
            work, [GridCellRow(cell="n-1", name="Cell", district="north", duty_grid="north-a")]
        )
        put_catalog(work, PINS.catalog, [CatalogRow("01-01", 1, {"limit": "4 工作时"})])
        work.commit()
    return database


def fact(database: Database, key: str) -> Any:
    with database.unit_of_work() as work:
        return work.fact(key, PINS)


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        (
            "unit:crew_1",
            {"id": "crew_1", "name": "Crew", "district": "north", "parent": "works"},
        ),
        (
            "grid:n-1",
            {"cell": "n-1", "name": "Cell", "district": "north", "duty_grid": "north-a"},
        ),
        (
            "duty_grid:north-a",
            {"id": "north-a", "district": "north", "neighbours": ["b", "c"]},
        ),
        ("catalog:01-01/1", {"limit": "4 工作时"}),
        ("catalog:01-01/2", None),
        ("unit:none", None),
        ("grid:none", None),
        ("posts:nobody", []),
        (roster_key("collector"), ["gao", "lin"]),
        (roster_key("collector", district="north"), ["gao", "lin"]),
        (roster_key("collector", district="south"), ["lin"]),
        (roster_key("collector", duty_grid="north-a"), ["gao"]),
        (roster_key("crew", unit="works"), ["chen"]),
        (roster_key("crew", unit="crew_1"), ["chen"]),
        (roster_key("crew", unit="parks"), []),
    ],
)
def test_fact_is_read(city: Database, key: str, expected: Any) -> None:
    assert fact(city, key) == expected


def test_posts_are_those_of_the_time(city: Database, case_clock: SettableClock) -> None:
    assert [p["id"] for p in fact(city, "posts:lin")] == ["p2", "p4"]
    case_clock.forward(days=1)
    assert [p["id"] for p in fact(city, "posts:lin")] == ["p2"]


def test_new_row_ends_the_earlier_one(city: Database, case_clock: SettableClock) -> None:
    moved = PostRow(
        id="p3", person="chen", role="crew", axis="handling", unit="works", valid_from=START + DAY
    )
    with city.unit_of_work() as work:
        put_people(work, (), [moved])
        work.commit()
    assert [p["unit"] for p in fact(city, "posts:chen")] == ["crew_1"]
    case_clock.forward(days=1)
    assert [p["unit"] for p in fact(city, "posts:chen")] == ["works"]


def test_import_of_the_same_rows_again_changes_nothing(city: Database) -> None:
    with city.unit_of_work() as work:
        put_units(work, [UnitRow(id="works", name="Works", district="north", kind="department")])
        work.commit()
    assert fact(city, "unit:works")["name"] == "Works"


def test_numbers_of_a_day_and_district_count_up(database: Database, ids: CountingIds) -> None:
    taken = []
    for _ in range(3):
        with database.unit_of_work() as work:
            work.load(None)
            taken.append(work.fact("number:north/2026-03-02", None))
            work.apply(decision(ids.new()))
            work.commit()
    with database.unit_of_work() as work:
        taken.append(work.fact("number:south/2026-03-02", None))
    assert taken == [1, 2, 3, 1]


def test_rolled_back_number_is_given_again(database: Database) -> None:
    numbers = []
    for _ in range(2):
        with database.unit_of_work() as work:
            numbers.append(work.fact("number:north/2026-03-02", None))
    assert numbers == [1, 1]


def test_facts_come_with_the_case_when_they_are_asked_for(city: Database, ids: CountingIds) -> None:
    case_id = open_case(city, ids.new())
    with city.unit_of_work() as work:
        loaded = work.load(case_id, facts=["posts:gao", "unit:works"])
    assert loaded.facts["posts:gao"][0]["role"] == "collector"
    assert loaded.facts["unit:works"]["name"] == "Works"


def test_unknown_fact_is_refused(database: Database) -> None:
    with pytest.raises(StoreError):
        fact(database, "weather:north")


@pytest.mark.parametrize("number", ["", "x", "-1", "1000000000", "9" * 30])
def test_condition_that_no_row_can_have_is_not_found(database: Database, number: str) -> None:
    assert fact(database, f"catalog:01-01/{number}") is None


def test_fact_is_plain_json(city: Database) -> None:
    assert json.loads(json.dumps(fact(city, "posts:gao"))) == fact(city, "posts:gao")
