"""Trying stories: the scenarios beside diagrams, run in memory with the real kernel.

A pack is the folder that holds the diagrams' folders; its `sample_city`, or else the packaged
one, gives people, grid, catalog and calendar.
"""

from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from importlib.resources import files as packaged
from pathlib import Path

from engine.domain.city import City
from engine.domain.errors import DefinitionError, InvalidRequestError
from engine.domain.worktime import worktime_for
from engine.kernel.decide import World, world_of
from engine.kernel.player import (
    ScenarioError,
    ScenarioReport,
    read_calendar,
    read_city,
    read_scenario,
    run_scenario,
)
from engine.kernel.release import compile_release
from engine.service.pack import is_released

CITY = "sample_city"

__all__ = ["ScenarioReport", "find_scenarios", "release_files", "run_scenarios"]


def run_scenarios(paths: Iterable[Path]) -> list[ScenarioReport]:
    """Runs every scenario at or below these paths, in the order of their names."""
    return [_run(path) for path in find_scenarios(paths)]


def find_scenarios(paths: Iterable[Path]) -> list[Path]:
    """The scenario files: a file itself, or all in the `scenarios` folders below a folder."""
    found: list[Path] = []
    for path in paths:
        if path.is_file():
            found.append(path)
            continue
        found += [
            file
            for file in sorted(path.rglob("*"))
            if file.suffix in (".yaml", ".yml", ".json") and file.parent.name == "scenarios"
        ]
    return found


def _run(path: Path) -> ScenarioReport:
    pack = _pack_of(path)
    name = str(path.relative_to(pack)) if path.is_relative_to(pack) else path.name
    try:
        scenario = read_scenario(path.read_bytes(), name)
        world = _world(pack, scenario.calendar)
        return run_scenario(scenario, world, _city(pack))
    except (ScenarioError, DefinitionError) as exc:
        return ScenarioReport(name=name, story=path.stem, problem=str(exc))


def _pack_of(path: Path) -> Path:
    """`PACK/process/scenarios/story.yaml` → PACK."""
    folder = path.resolve().parent
    return folder.parent.parent if folder.name == "scenarios" else folder


def release_files(pack: Path) -> dict[str, bytes]:
    """What of a pack's folder belongs to a release: no scenarios, no sample city."""
    return dict(_release_files(pack))


def _release_files(pack: Path) -> Iterator[tuple[str, bytes]]:
    for file in sorted(pack.rglob("*")):
        inner = file.relative_to(pack).as_posix()
        if file.is_file() and is_released(inner):
            yield inner, file.read_bytes()


def _world(pack: Path, calendar: str) -> World:
    stamp = max((f.stat().st_mtime_ns for f in pack.rglob("*") if f.is_file()), default=0)
    return _compiled(pack, calendar, stamp)


@lru_cache(maxsize=8)
def _compiled(pack: Path, calendar: str, stamp: int) -> World:
    """`stamp` is the newest change below the pack, so that an edited file is read again."""
    del stamp
    model = compile_release(release_files(pack))
    city_calendar = read_calendar(_city_files(pack))
    if calendar != city_calendar.id:
        raise InvalidRequestError(
            f"there is no calendar {calendar!r}; the city has {city_calendar.id!r}"
        )
    return world_of(
        model,
        worktime_for(city_calendar),
        catalog=CITY,
        calendar=f"{city_calendar.id}@{city_calendar.version}",
    )


def _city(pack: Path) -> City:
    return read_city(_city_files(pack))


def _city_files(pack: Path) -> Mapping[str, bytes]:
    own = pack / CITY
    folder = own if own.is_dir() else packaged("processes").joinpath(CITY)
    return {entry.name: entry.read_bytes() for entry in folder.iterdir() if entry.is_file()}
