"""Boston as an installation: one district, the posts of the loop, the table of limits.

The limits come from `processes/boston/limits.json` by request type; a type without one is filed
under a condition without limit and runs without a clock.
"""

import json
from collections.abc import Iterable
from importlib.resources import files
from typing import Any

DISTRICT = "025025"
DUTY_GRID = "BOS-1"
CELL = "025025001001001"
DEPARTMENT = "boston_services"
CREW = "boston_crew"
CLASS = "03-11"

_ROLES = (
    ("reporter", "collector", "supervision", "supervision_centre"),
    ("checker", "collector", "supervision", "supervision_centre"),
    ("acceptor", "acceptor", "supervision", "supervision_centre"),
    ("officer", "duty_officer", "supervision", "supervision_centre"),
    ("evaluator", "evaluator", "supervision", "supervision_centre"),
    ("dispatcher", "dispatcher", "command", "command_centre"),
    ("desk", "department", "handling", DEPARTMENT),
    ("crew", "crew", "handling", CREW),
)


def limits_table() -> dict[str, Any]:
    """calendar, and limits by request type."""
    content = files("processes").joinpath("boston", "limits.json").read_bytes()
    table: dict[str, Any] = json.loads(content)
    return table


def condition_numbers(types: Iterable[str]) -> dict[str, int]:
    """Each request type's number of the condition in the catalog."""
    return {name: number for number, name in enumerate(sorted(set(types)), 1)}


def catalog(types: Iterable[str]) -> dict[str, Any]:
    """One class with one condition per request type."""
    limits = limits_table()["limits"]
    conditions = [
        {
            "number": number,
            "text": name,
            "limit": limits.get(name),
            "closing_condition": "resolved",
            "severity": "normal",
        }
        for name, number in condition_numbers(types).items()
    ]
    return {
        "id": "boston-311",
        "name": "Boston 311 request types",
        "valid_from": "2022-01-01",
        "categories": [{"id": "311", "kind": "events", "name": "311"}],
        "classes": [{"code": CLASS, "name": "311 request", "conditions": conditions}],
    }


def organisation() -> dict[str, Any]:
    """Units, one duty grid, and one person for each post of the loop."""
    return {
        "districts": [{"id": DISTRICT, "name": "Boston"}],
        "units": [
            _unit("supervision_centre", "supervision", None),
            _unit("command_centre", "command", None),
            _unit(DEPARTMENT, "department", None),
            _unit(CREW, "crew", DEPARTMENT),
        ],
        "duty_grids": [{"id": DUTY_GRID, "name": "Boston", "district": DISTRICT, "neighbours": []}],
        "people": [_person(*row) for row in _ROLES],
    }


def _unit(name: str, kind: str, parent: str | None) -> dict[str, Any]:
    district = DISTRICT if kind in ("department", "crew") else None
    return {
        "id": name,
        "name": name,
        "kind": kind,
        "parent": parent,
        "district": district,
        "trade": None,
    }


def _person(name: str, role: str, axis: str, unit: str) -> dict[str, Any]:
    post: dict[str, Any] = {
        "id": f"{name}.{role}",
        "role": role,
        "axis": axis,
        "unit": unit,
        "district": DISTRICT,
    }
    if role == "collector":
        post["duty_grid"] = DUTY_GRID
    return {"id": name, "name": name, "posts": [post]}


def grid() -> dict[str, Any]:
    """One cell around the whole city. Coordinates are decimal text, as the API takes them."""
    ring = [
        ["-71.2", "42.2"],
        ["-70.9", "42.2"],
        ["-70.9", "42.5"],
        ["-71.2", "42.5"],
        ["-71.2", "42.2"],
    ]
    return {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "properties": {
                    "cell": CELL,
                    "district": DISTRICT,
                    "duty_grid": DUTY_GRID,
                    "name": "Boston",
                },
                "geometry": {"type": "Polygon", "coordinates": [ring]},
            }
        ],
    }
