"""Reads the sample city's files (or any city's in the same form) into a City in memory."""

import json
from collections.abc import Mapping
from typing import Any

from engine.domain.calendars import Calendar
from engine.domain.city import City
from engine.domain.errors import InvalidRequestError
from engine.domain.people import Post


def read_city(files: Mapping[str, bytes]) -> City:
    """`files` maps names such as `people.json`; a missing one leaves that part empty."""
    city = City()
    city.units = {unit["id"]: unit for unit in _rows(files, "units.json", "units")}
    grids = _rows(files, "duty_grids.json", "duty_grids")
    city.duty_grids = {grid["id"]: grid for grid in grids}
    for feature in _rows(files, "grid.geojson", "features"):
        cell = feature["properties"]
        city.cells[cell["cell"]] = {
            "cell": cell["cell"],
            "district": cell["district"],
            "duty_grid": cell["duty_grid"],
            "name": cell.get("name"),
        }
    for person in _rows(files, "people.json", "people"):
        city.people[person["id"]] = [Post.from_json(post) for post in person["posts"]]
    for row in catalog_rows(files):
        city.catalog[f"{row['class']}/{row['condition']}"] = row
    return city


def catalog_rows(files: Mapping[str, bytes]) -> list[dict[str, Any]]:
    """The catalog, one row per condition, with the class's values repeated."""
    rows: list[dict[str, Any]] = []
    for entry in _rows(files, "catalog.json", "classes"):
        shared = {k: v for k, v in entry.items() if k not in ("conditions", "code")}
        rows += [
            {**shared, "class": entry["code"], **condition, "condition": condition["number"]}
            for condition in entry["conditions"]
        ]
    return rows


def read_calendar(files: Mapping[str, bytes], name: str = "calendar.json") -> Calendar:
    return Calendar.from_json(json.loads(files[name]))


def _rows(files: Mapping[str, bytes], name: str, key: str) -> list[dict[str, Any]]:
    if name not in files:
        return []
    try:
        data = json.loads(files[name])
    except ValueError as exc:
        raise InvalidRequestError(f"{name} is not JSON: {exc}") from exc
    rows = data[key] if isinstance(data, dict) else data
    if not isinstance(rows, list):
        raise InvalidRequestError(f"{name}: {key} must be a list")
    return rows
