"""What the proof of a release costs: each packaged process, everything, its staff.

Seconds are CPU seconds, the median of the rounds. `states` go with them, for they are the same on
every machine.
"""

import statistics
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from engine.kernel.compile.model import CompiledRelease
from engine.kernel.player import read_city
from engine.kernel.proof import ProcessProof, Roster, prove_release, prove_roster, prove_soundness
from engine.kernel.release import compile_release
from engine.service.scenarios import release_files

ROUNDS = 5
PACK = Path(__file__).parents[1] / "processes"
Row = dict[str, Any]


def seconds_of(work: Callable[[], object]) -> list[float]:
    """CPU seconds of each round."""
    spent = []
    for _ in range(ROUNDS):
        begin = time.process_time()
        work()
        spent.append(time.process_time() - begin)
    return spent


def _row(name: str, runs: list[float], unit: str) -> Row:
    return {
        "name": name,
        "value": round(statistics.median(runs), 4),
        "unit": unit,
        "ratio": None,
        "runs": [round(run, 4) for run in runs],
    }


def process_rows(model: CompiledRelease) -> list[Row]:
    """Soundness of each process, and how many states it has."""
    rows = []
    for name, definition in model.definitions.items():
        found: list[ProcessProof] = []
        spent = seconds_of(lambda d=definition, f=found: f.append(prove_soundness(d)))
        verdict = found[-1]
        rows.append(
            _row(
                f"proof_seconds_{name}", spent, f"CPU-s, {verdict.verdict}, {verdict.states} states"
            )
        )
    return rows


def rows() -> list[Row]:
    """All rows of this file."""
    model = compile_release(release_files(PACK))
    folder = PACK / "sample_city"
    city = read_city({file.name: file.read_bytes() for file in folder.iterdir()})
    case = model.definitions["case_disposition"]
    grids = len(city.duty_grids)
    return [
        *process_rows(model),
        _row("proof_seconds_release", seconds_of(lambda: prove_release(model)), "CPU-s, all parts"),
        _row(
            "proof_seconds_roster",
            seconds_of(lambda: prove_roster(case, Roster(city), model.policies.pairs)),
            f"CPU-s, {len(city.people)} people, {grids} duty grids",
        ),
    ]


if __name__ == "__main__":
    for found in rows():
        print(f"{found['name']:34} {found['value']:>10} {found['unit']}")
