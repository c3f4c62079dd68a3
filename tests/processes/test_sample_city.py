"""The sample city holds together: posts, units, grid and catalog refer to each other."""

import json
import re
from collections import Counter
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from engine.domain.calendars import Calendar
from engine.domain.city import AXIS_OF_ROLE
from engine.domain.limits import parse_limit
from engine.domain.people import Post

CITY = Path(__file__).parents[2] / "processes" / "sample_city"
LIMIT = re.compile(r"\d+ ?(工作时|工作日|紧急工作时|自然日)")
CELL = re.compile(r"9901\d{11}")
CONDITIONS = range(1, 9)


def rows(name: str, key: str) -> list[dict[str, Any]]:
    found = json.loads((CITY / name).read_bytes())[key]
    assert isinstance(found, list)
    return found


@pytest.fixture(scope="module")
def posts() -> dict[str, list[Post]]:
    people = rows("people.json", "people")
    return {p["id"]: [Post.from_json(post) for post in p["posts"]] for p in people}


@pytest.fixture(scope="module")
def units() -> dict[str, dict[str, Any]]:
    return {unit["id"]: unit for unit in rows("units.json", "units")}


@pytest.fixture(scope="module")
def duty_grids() -> dict[str, dict[str, Any]]:
    return {grid["id"]: grid for grid in rows("duty_grids.json", "duty_grids")}


def test_the_city_has_the_promised_size(posts: dict[str, list[Post]]) -> None:
    cells = [f["properties"] for f in rows("grid.geojson", "features")]
    assert len(cells) == 60
    assert len({cell["district"] for cell in cells}) == 3
    assert len(posts) == 30
    assert Counter(u["kind"] for u in rows("units.json", "units"))["department"] == 4
    assert len(rows("catalog.json", "classes")) >= 40


def test_every_person_stands_on_one_axis(posts: dict[str, list[Post]]) -> None:
    for person, held in posts.items():
        assert held, person
        assert len({post.axis for post in held}) == 1, person
        assert all(post.axis == AXIS_OF_ROLE[post.role] for post in held), person


def test_posts_name_units_and_duty_grids_that_exist(
    posts: dict[str, list[Post]], units: dict[str, Any], duty_grids: dict[str, Any]
) -> None:
    for post in (post for held in posts.values() for post in held):
        assert post.unit is None or post.unit in units
        if post.role == "collector":
            assert post.duty_grid is not None
            assert duty_grids[post.duty_grid]["district"] == post.district
        if post.role in ("department", "crew"):
            assert post.unit is not None
            assert units[post.unit]["kind"] == post.role


def test_post_ids_are_unique(posts: dict[str, list[Post]]) -> None:
    ids = [post.id for held in posts.values() for post in held]
    assert len(ids) == len(set(ids))


def test_every_department_has_a_desk_and_a_crew(
    posts: dict[str, list[Post]], units: dict[str, dict[str, Any]]
) -> None:
    staffed = {post.unit for held in posts.values() for post in held}
    for unit in units.values():
        if unit["kind"] in ("department", "crew"):
            assert unit["id"] in staffed
        if unit["kind"] == "department":
            assert any(crew["parent"] == unit["id"] for crew in units.values())


def test_exactly_one_duty_grid_has_a_single_collector(
    posts: dict[str, list[Post]], duty_grids: dict[str, dict[str, Any]]
) -> None:
    """So that the rule of the neighbouring duty grid is exercised."""
    count = Counter(post.duty_grid for held in posts.values() for post in held if post.duty_grid)
    assert count.keys() == duty_grids.keys()
    assert [grid for grid, n in count.items() if n == 1] == ["LZ-2"]
    assert duty_grids["LZ-2"]["neighbours"]


def test_cells_belong_to_duty_grids_of_their_district(
    duty_grids: dict[str, dict[str, Any]],
) -> None:
    cells = [feature["properties"] for feature in rows("grid.geojson", "features")]
    assert len({cell["cell"] for cell in cells}) == len(cells)
    for cell in cells:
        assert CELL.fullmatch(cell["cell"])
        assert cell["cell"].startswith(cell["district"])
        assert duty_grids[cell["duty_grid"]]["district"] == cell["district"]


def test_neighbours_are_mutual_and_in_one_district(duty_grids: dict[str, dict[str, Any]]) -> None:
    for name, grid in duty_grids.items():
        for neighbour in grid["neighbours"]:
            assert name in duty_grids[neighbour]["neighbours"]
            assert duty_grids[neighbour]["district"] == grid["district"]


def test_cells_are_closed_rings_that_run_against_the_clock() -> None:
    for feature in rows("grid.geojson", "features"):
        (ring,) = feature["geometry"]["coordinates"]
        assert ring[0] == ring[-1]
        doubled = sum(ax * by - bx * ay for (ax, ay), (bx, by) in pairwise(ring))
        assert doubled > 0


def test_catalog_limits_can_be_read(units: dict[str, dict[str, Any]]) -> None:
    trades = {unit["trade"] for unit in units.values() if unit["kind"] == "department"}
    for entry in rows("catalog.json", "classes"):
        numbers = [condition["number"] for condition in entry["conditions"]]
        assert numbers == list(range(1, len(numbers) + 1))
        assert len(numbers) in CONDITIONS
        for condition in entry["conditions"]:
            assert LIMIT.fullmatch(condition["limit"]), entry["code"]
            parse_limit(condition["limit"])
            assert condition["text"]
            assert condition["closing_condition"]
            assert condition["trade"] in trades
            assert condition["severity"] in ("normal", "high")


def test_catalog_classes_belong_to_a_category() -> None:
    categories = {entry["id"]: entry["kind"] for entry in rows("catalog.json", "categories")}
    codes = [entry["code"] for entry in rows("catalog.json", "classes")]
    assert len(codes) == len(set(codes))
    used = {code.split("-")[0] for code in codes}
    assert used == categories.keys()
    assert set(categories.values()) == {"parts", "events"}


def test_calendar_can_be_read() -> None:
    calendar = Calendar.from_json(json.loads((CITY / "calendar.json").read_bytes()))
    assert (calendar.id, calendar.zone) == ("cn", "Asia/Shanghai")
