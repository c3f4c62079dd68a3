"""Which elements and flows of each diagram the scenarios take, as figures and as pictures."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from engine.domain.city import City
from engine.kernel.coverage import Coverage, Tally, draw_coverage, traced
from engine.kernel.decide import World
from engine.kernel.player import Player, Scenario, ScenarioReport
from engine.kernel.source import read_source
from engine.service.scenarios import find_scenarios, pack_of, run_one
from engine.service.stage import Stage

__all__ = ["Coverage", "Covered", "run_with_coverage"]


@dataclass(frozen=True, slots=True)
class Covered:
    """What the stories took of one diagram, and its picture; None where it has no drawing."""

    path: Path
    coverage: Coverage
    picture: bytes | None


def run_with_coverage(
    paths: Iterable[Path], *, pictures: bool = False
) -> tuple[list[ScenarioReport], list[Covered]]:
    """Runs the scenarios; tells of the diagrams at or below the paths, or beside their files."""
    paths = [path.resolve() for path in paths]
    packs: dict[Path, _Counted] = {}
    reports = []
    for scenario in find_scenarios(paths):
        counted = packs.setdefault(pack_of(scenario), _Counted())
        reports.append(run_one(scenario, counted.player))
        counted.count()
    named = [path if path.is_dir() else _folder_of(path) for path in paths]
    covered = [
        _covered(pack / found.file, found, pictures=pictures)
        for pack, counted in sorted(packs.items())
        for found in counted.result()
        if any((pack / found.file).is_relative_to(folder) for folder in named)
    ]
    return reports, covered


def _folder_of(scenario: Path) -> Path:
    """The diagram's folder of a scenario's file."""
    folder = scenario.parent
    return folder.parent if folder.name == "scenarios" else folder


def _covered(path: Path, coverage: Coverage, *, pictures: bool) -> Covered:
    picture = None
    if pictures:
        picture = draw_coverage(read_source(path.name, path.read_bytes()).root, coverage)
    return Covered(path, coverage, picture)


class _Counted:
    """The stories of one pack, played on a release that tells which flows are taken."""

    def __init__(self) -> None:
        self._tally: Tally | None = None
        self._world: World | None = None
        self._player: Player | None = None

    def player(self, stage: Stage, city: City, scenario: Scenario) -> Player:
        if self._tally is None or self._world is None:
            self._tally = Tally(stage.world.model)
            self._world = replace(stage.world, model=traced(stage.world.model))
        self._player = Player(world=self._world, read_fact=city.read_fact, now=scenario.at)
        return self._player

    def count(self) -> None:
        """Takes the story that was played last into account."""
        if self._tally is not None and self._player is not None:
            self._tally.add(self._player)
            self._player = None

    def result(self) -> list[Coverage]:
        return [] if self._tally is None else self._tally.result()
