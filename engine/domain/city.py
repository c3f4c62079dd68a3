"""A city in memory: units, people, posts, grid, catalog — as the sample city's files describe it.

Answers the facts that decisions ask for. The player and the tests use it as it is; the import of
an organisation reads the same files into the database.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from engine.domain.errors import InvalidRequestError
from engine.domain.evidence import Json
from engine.domain.people import Axis, Post

AXIS_OF_ROLE: dict[str, Axis] = {
    "collector": Axis.SUPERVISION,
    "acceptor": Axis.SUPERVISION,
    "duty_officer": Axis.SUPERVISION,
    "evaluator": Axis.SUPERVISION,
    "inspector": Axis.SUPERVISION,
    "dispatcher": Axis.COMMAND,
    "department": Axis.HANDLING,
    "crew": Axis.HANDLING,
    "leader": Axis.NONE,
    "administrator": Axis.NONE,
    "auditor": Axis.NONE,
}


@dataclass(slots=True)
class City:
    """Everything of a city that a case is decided by."""

    people: dict[str, list[Post]] = field(default_factory=dict)
    units: dict[str, dict[str, Any]] = field(default_factory=dict)
    duty_grids: dict[str, dict[str, Any]] = field(default_factory=dict)
    cells: dict[str, dict[str, Any]] = field(default_factory=dict)
    catalog: dict[str, dict[str, Any]] = field(default_factory=dict)  # "class/condition" → row
    counters: dict[str, int] = field(default_factory=dict)

    def read_fact(self, key: str) -> Json:
        """The fact of a key of `facts.KINDS`; a counter moves on when it is read."""
        kind, _, argument = key.partition(":")
        if kind == "posts":
            return [post.to_json() for post in self.people.get(argument, [])]
        if kind == "roster":
            return self._roster(json.loads(argument))
        if kind == "number":
            self.counters[argument] = self.counters.get(argument, 0) + 1
            return self.counters[argument]
        if kind == "attachment":
            return "image/jpeg"  # a story tells of photographs without bringing their bytes
        tables = {
            "catalog": self.catalog,
            "duty_grid": self.duty_grids,
            "grid": self.cells,
            "unit": self.units,
        }
        if kind not in tables:
            raise InvalidRequestError(f"there is no fact {key!r}")
        return tables[kind].get(argument)

    def _roster(self, wanted: Mapping[str, Any]) -> list[Any]:
        return sorted(
            person
            for person, posts in self.people.items()
            if any(self._fits(post, wanted) for post in posts)
        )

    def _fits(self, post: Post, wanted: Mapping[str, Any]) -> bool:
        if post.role != wanted["role"]:
            return False
        district = wanted.get("district")
        if district is not None and post.district not in (None, district):
            return False
        grid = wanted.get("duty_grid")
        if grid is not None and post.duty_grid != grid:
            return False
        unit = wanted.get("unit")
        return unit is None or unit in self.units_above(post.unit)

    def units_above(self, unit: str | None) -> Iterable[str]:
        """The unit itself and every unit above it."""
        seen: list[str] = []
        while unit is not None and unit not in seen:
            seen.append(unit)
            row = self.units.get(unit)
            unit = row.get("parent") if row else None
        return seen
