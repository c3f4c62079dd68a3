"""Trying stories: the scenarios beside diagrams, run in memory with the real kernel.

A pack is the folder that holds the diagrams' folders; its `sample_city`, or else the packaged
one, gives people, grid, catalog and calendar.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

from engine.domain.city import City
from engine.domain.errors import DefinitionError, InvalidRequestError
from engine.kernel.files import DIAGRAMS, holds_values
from engine.kernel.player import Player, Scenario, ScenarioReport, read_scenario, run_scenario
from engine.kernel.release import compile_release
from engine.service.pack import is_released
from engine.service.stage import CITY, Stage, set_stage

__all__ = ["ScenarioReport", "find_scenarios", "release_files", "run_scenarios"]

NewPlayer = Callable[[Stage, City, Scenario], Player]
_FOLDER = "scenarios"


def run_scenarios(paths: Iterable[Path]) -> list[ScenarioReport]:
    """Runs every scenario at or below these paths, in the order of their names."""
    return [run_one(path) for path in find_scenarios(paths)]


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
            if holds_values(file.name) and file.parent.name == _FOLDER
        ]
    return found


def run_one(path: Path, new_player: NewPlayer | None = None) -> ScenarioReport:
    """Runs one scenario; what cannot be read or played is told, never raised.

    `new_player` makes another player for the stage than the usual one.
    """
    pack = pack_of(path)
    name = name_of(path)
    try:
        scenario = read_scenario(path.read_bytes(), name)
        stage = stage_of(pack, scenario.calendar)
        city = stage.city()
        player = None if new_player is None else new_player(stage, city, scenario)
        process = scenario.process or _process_beside(path, stage)
        return run_scenario(replace(scenario, process=process), stage.world, city, player)
    except (InvalidRequestError, DefinitionError) as exc:
        return ScenarioReport(name=name, story=path.stem, problem=str(exc))


def name_of(path: Path) -> str:
    """How a scenario is called in reports: its place in its pack."""
    pack, path = pack_of(path), path.resolve()
    return str(path.relative_to(pack)) if path.is_relative_to(pack) else path.name


def pack_of(path: Path) -> Path:
    """`PACK/process/scenarios/story.yaml` → PACK; a diagram's folder that stands alone is one.

    The folder around counts only when something in it says that it is a pack: a city, policies, or
    a case schema. Anybody's folder may stand in a directory full of other things.
    """
    folder = path.resolve().parent
    if folder.name != _FOLDER:
        return folder
    beside, around = folder.parent, folder.parent.parent
    if any(_diagrams(beside)) and not _is_pack(around):
        return beside
    return around


def _is_pack(folder: Path) -> bool:
    if (folder / CITY).is_dir() or (folder / "policies").is_dir():
        return True
    return any(folder.glob("*/case.schema.json")) or (folder / "case.schema.json").is_file()


def _diagrams(folder: Path) -> Iterator[Path]:
    for suffix in DIAGRAMS:
        yield from sorted(folder.glob(f"*{suffix}"))


def _process_beside(path: Path, stage: Stage) -> str | None:
    """The only executable process of the diagrams beside the scenario."""
    folder = path.resolve().parent
    beside = folder.parent if folder.name == _FOLDER else folder
    names = {file.relative_to(pack_of(path)).as_posix() for file in _diagrams(beside)}
    found = [p for p, d in stage.world.model.definitions.items() if d.file in names]
    return found[0] if len(found) == 1 else None


def release_files(pack: Path) -> dict[str, bytes]:
    """What of a pack's folder belongs to a release: no scenarios, no sample city."""
    return dict(_release_files(pack))


def _release_files(pack: Path) -> Iterator[tuple[str, bytes]]:
    for file in sorted(pack.rglob("*")):
        inner = file.relative_to(pack).as_posix()
        if file.is_file() and is_released(inner):
            yield inner, file.read_bytes()


def stage_of(pack: Path, calendar: str) -> Stage:
    """The stage of a pack, compiled once as long as nothing below it changes."""
    stamp = max((f.stat().st_mtime_ns for f in pack.rglob("*") if f.is_file()), default=0)
    return _stage(pack, calendar, stamp)


@lru_cache(maxsize=8)
def _stage(pack: Path, calendar: str, stamp: int) -> Stage:
    """`stamp` is the newest change below the pack, so that an edited file is read again."""
    del stamp
    files = release_files(pack)
    return set_stage(compile_release(files), files, calendar, pack)
