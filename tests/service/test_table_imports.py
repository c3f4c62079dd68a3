"""Catalog, calendar and grid: versions that never change, refusals that name the place."""

import copy
from typing import Any

import pytest

from engine.domain.calendars import Calendar
from engine.domain.errors import CalendarError, InvalidRequestError
from engine.domain.grid import Point, find_cell, read_cell
from engine.domain.people import Actor
from engine.service import calendars, catalogs, grids, organisation
from engine.service.installation import Installation
from engine.store import UnitOfWork
from engine.store.queries.people import list_cells
from engine.store.queries.releases import (
    find_calendar,
    find_installation,
    list_catalogs,
    read_catalog,
)
from tests.databases import SettableClock
from tests.service.sample_town import organisation_tables, table

CATALOG: dict[str, Any] = {
    "id": "small",
    "name": "Small",
    "classes": [
        {
            "code": "01-01",
            "name": "Cover",
            "conditions": [
                {"number": 1, "text": "gone", "limit": "2 紧急工作时", "trade": "roads"},
                {"number": 2, "text": "loose"},
            ],
        }
    ],
}


def current(inst: Installation) -> tuple[str | None, str | None]:
    with inst.database.reads() as reader:
        found = find_installation(reader)
    assert found is not None
    return found.current_catalog, found.current_calendar


def changed(data: Any, place: str, value: Any) -> Any:
    """A copy of a table with one place changed."""
    made = copy.deepcopy(data)
    *way, last = [int(part) if part.isdecimal() else part for part in place.split("/")]
    target = made
    for part in way:
        target = target[part]
    target[last] = value
    return made


def test_catalog_has_one_row_per_condition(inst: Installation, operator: Actor) -> None:
    answer = catalogs.import_catalog(inst, operator, CATALOG)
    version = answer.data["catalog"]
    assert answer.data["counts"] == {"classes": 1, "conditions": 2}
    assert current(inst)[0] == version
    with inst.database.reads() as reader:
        rows = read_catalog(reader, version)
    assert rows[0] == {
        "class": "01-01",
        "condition": 1,
        "limit": "2 紧急工作时",
        "name": "Cover",
        "number": 1,
        "text": "gone",
        "trade": "roads",
    }
    assert [row["condition"] for row in rows] == [1, 2]


def test_sample_catalog_is_imported_as_it_is(inst: Installation, operator: Actor) -> None:
    answer = catalogs.import_catalog(inst, operator, table("catalog.json"))
    assert answer.data["counts"]["classes"] >= 40


def test_catalog_version_is_named_by_its_content(
    inst: Installation, operator: Actor, case_clock: SettableClock
) -> None:
    first = catalogs.import_catalog(inst, operator, CATALOG)
    again = catalogs.import_catalog(inst, operator, CATALOG)
    assert (again.receipt, again.data) == (first.receipt, first.data)
    case_clock.forward(days=1)
    stricter = changed(CATALOG, "classes/0/conditions/1/limit", "1 工作日")
    second = catalogs.import_catalog(inst, operator, stricter)
    assert second.data["catalog"] != first.data["catalog"]
    back = catalogs.import_catalog(inst, operator, CATALOG)
    assert current(inst)[0] == back.data["catalog"] == first.data["catalog"]
    with inst.database.reads() as reader:
        assert len(list_catalogs(reader)) == 2


@pytest.mark.parametrize(
    ("place", "value", "told"),
    [
        ("id", None, "catalog/id"),
        ("id", 5, "catalog/id"),
        ("colour", "red", "catalog/colour"),
        ("classes", None, "catalog/classes"),
        ("classes/0", "x", "classes/0"),
        ("classes/0/code", [], "classes/0/code"),
        ("classes/0/conditions", [], "classes/0/conditions"),
        ("classes/0/conditions/1/number", 1, "1 twice"),
        ("classes/0/conditions/1/number", "2", "conditions/1/number"),
        ("classes/0/conditions/1/number", True, "conditions/1/number"),
        ("classes/0/conditions/0/text", " ", "conditions/0/text"),
        ("classes/0/conditions/0/limit", "soon", "classes/0/conditions/0/limit"),
        ("classes/0/conditions/0/severity", 5, "classes/0/conditions/0/severity"),
        ("classes/0/conditions/0/severity", "huge", "classes/0/conditions/0/severity"),
        ("classes/0/conditions/0/class", [], "leave them out"),
    ],
)
def test_catalog_names_the_place_that_is_wrong(
    inst: Installation, operator: Actor, place: str, value: Any, told: str
) -> None:
    with pytest.raises(InvalidRequestError) as refused:
        catalogs.import_catalog(inst, operator, changed(CATALOG, place, value))
    assert told in refused.value.message
    assert current(inst) == (None, None)


def test_calendar_is_kept_by_version(inst: Installation, operator: Actor) -> None:
    first = calendars.import_calendar(inst, operator, table("calendar.json"))
    assert current(inst)[1] == first.data["calendar"] == "cn@1"
    assert calendars.import_calendar(inst, operator, table("calendar.json")) == first
    calendars.import_calendar(inst, operator, {**table("calendar.json"), "version": 2})
    assert current(inst)[1] == "cn@2"
    with inst.database.reads() as reader:
        kept = find_calendar(reader, "cn", "1")
    assert kept is not None
    assert Calendar.from_json(kept.content) == Calendar.from_json(table("calendar.json"))


def test_published_calendar_is_not_changed(inst: Installation, operator: Actor) -> None:
    calendars.import_calendar(inst, operator, table("calendar.json"))
    other = {**table("calendar.json"), "parts": ["09:00-17:00"]}
    with pytest.raises(CalendarError, match="raise its version"):
        calendars.import_calendar(inst, operator, other)


@pytest.mark.parametrize(
    "data", [None, [], "x", {}, {"id": "x"}, {**table("calendar.json"), "zone": "Moon"}]
)
def test_calendar_that_is_none_is_refused(inst: Installation, operator: Actor, data: Any) -> None:
    with pytest.raises(InvalidRequestError):
        calendars.import_calendar(inst, operator, data)


def square(*corners: Any) -> dict[str, Any]:
    """A city of one cell without a duty grid."""
    ring = [list(corner) for corner in (*corners, corners[0])]
    return {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "properties": {"cell": "c-1", "district": "north"},
                "geometry": {"type": "Polygon", "coordinates": [ring]},
            }
        ],
    }


CORNERS = (("110.5", "35"), ("110.6", "35"), ("110.6", "35.1"), ("110.5", "35.1"))


def test_coordinates_become_integers(inst: Installation, operator: Actor) -> None:
    grids.import_grid(inst, operator, square(*CORNERS))
    with inst.database.reads() as reader:
        [view] = list_cells(reader, now=inst.now())
    assert view.geometry["coordinates"][0][2] == [1_106_000_000, 351_000_000]
    cell = read_cell(view.cell, view.geometry)
    assert find_cell([cell], Point(1_105_500_000, 350_500_000)) == cell


def test_sample_grid_is_imported_once(
    inst: Installation, operator: Actor, case_clock: SettableClock
) -> None:
    organisation.import_organisation(inst, operator, organisation_tables())
    first = grids.import_grid(inst, operator, table("grid.geojson"))
    assert first.data["counts"] == {"cells": 60, "duty_grids": 0}
    case_clock.forward(days=1)
    again = grids.import_grid(inst, operator, table("grid.geojson"))
    assert again.data["counts"] == {"cells": 0, "duty_grids": 0}
    assert again.receipt == first.receipt


def test_duty_grids_may_come_with_the_cells(inst: Installation, operator: Actor) -> None:
    data = square(*CORNERS)
    data["features"][0]["properties"]["duty_grid"] = "n-1"
    with pytest.raises(InvalidRequestError, match="n-1"):
        grids.import_grid(inst, operator, data)
    data["duty_grids"] = [{"id": "n-1", "district": "north", "neighbours": []}]
    assert grids.import_grid(inst, operator, data).data["counts"]["duty_grids"] == 1


@pytest.mark.parametrize(
    ("place", "value", "told"),
    [
        ("type", "Feature", "FeatureCollection"),
        ("features/0/properties", None, "features/0/properties"),
        ("features/0/properties/cell", "", "features/0/properties/cell"),
        ("features/0/properties/district", None, "district"),
        ("features/0/geometry", 5, "features/0/geometry"),
        ("features/0/geometry/type", "Point", "features/0/geometry"),
        ("features/0/geometry/type", ["Polygon"], "features/0/geometry"),
        ("features/0/geometry/coordinates", None, "features/0/geometry"),
        ("features/0/geometry/coordinates/0/1", 5, "features/0/geometry"),
        ("features/0/geometry/coordinates/0/1/0", "x", "coordinates/0/1/0"),
        ("features/0/geometry/coordinates/0/1/0", "NaN", "coordinates/0/1/0"),
        ("features/0/geometry/coordinates/0/1/0", "181", "180 degrees"),
        ("features/0/geometry/coordinates/0/1/0", "1e999999", "number of degrees"),
        ("features/0/geometry/coordinates/0/1/0", True, "coordinates/0/1/0"),
    ],
)
def test_grid_names_the_place_that_is_wrong(
    inst: Installation, operator: Actor, place: str, value: Any, told: str
) -> None:
    with pytest.raises(InvalidRequestError) as refused:
        grids.import_grid(inst, operator, changed(square(*CORNERS), place, value))
    assert told in refused.value.message


def test_cell_that_stands_twice_is_refused(inst: Installation, operator: Actor) -> None:
    data = square(*CORNERS)
    data["features"] *= 2
    with pytest.raises(InvalidRequestError, match="twice"):
        grids.import_grid(inst, operator, data)


def test_fact_of_a_cell_is_what_was_imported(inst: Installation, operator: Actor) -> None:
    organisation.import_organisation(inst, operator, organisation_tables())
    grids.import_grid(inst, operator, table("grid.geojson"))

    def fact(work: UnitOfWork) -> Any:
        return work.fact("grid:990101001001001", None)

    with inst.database.unit_of_work() as work:
        assert fact(work)["duty_grid"] == "YQ-1"
