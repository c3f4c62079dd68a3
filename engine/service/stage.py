"""Where stories are tried: a release and a city from files, no database.

The city is the pack's own `sample_city`, or else the packaged one. Who may act where a diagram
declares nothing of ours, and what he may write, is settled here for play and scenarios alike.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from importlib.resources import files as packaged
from pathlib import Path

from engine.domain.city import City
from engine.domain.errors import InvalidRequestError
from engine.domain.worktime import worktime_for
from engine.kernel.compile.model import CompiledRelease
from engine.kernel.decide import World, world_of
from engine.kernel.player import lane_roles, opened_to_all, read_calendar, read_city

CITY = "sample_city"


@dataclass(frozen=True, slots=True)
class Stage:
    """What a story is played on. The city is read anew for each: stories change it."""

    world: World
    city_files: Mapping[str, bytes]
    open_roles: frozenset[str]

    def city(self) -> City:
        """The city as it is before a story."""
        return opened_to_all(read_city(self.city_files), self.open_roles)


def set_stage(
    model: CompiledRelease, files: Mapping[str, bytes], calendar: str, pack: Path | None = None
) -> Stage:
    """The stage of a compiled release; InvalidRequestError when the city has no such calendar."""
    city_files = _city_files(pack)
    city_calendar = read_calendar(city_files)
    if calendar != city_calendar.id:
        raise InvalidRequestError(
            f"there is no calendar {calendar!r}; the city has {city_calendar.id!r}"
        )
    world = world_of(
        model,
        worktime_for(city_calendar),
        catalog=CITY,
        calendar=f"{city_calendar.id}@{city_calendar.version}",
    )
    ours = any(definition.profile == "case" for definition in model.definitions.values())
    return Stage(replace(world, takes_undeclared=not ours), city_files, lane_roles(files))


def _city_files(pack: Path | None) -> dict[str, bytes]:
    own = None if pack is None else pack / CITY
    folder = own if own is not None and own.is_dir() else packaged("processes").joinpath(CITY)
    return {entry.name: entry.read_bytes() for entry in folder.iterdir() if entry.is_file()}
