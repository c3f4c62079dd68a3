"""Any file: the gate ends in bounded time with findings or acceptance, what it accepts compiles,
and what compiles runs or stops with an error of the house.

`CASELOOP_FUZZ` is the number of files (`make fuzz`: 10,000). A file that failed is made again by
its number alone: `pytest tests/fuzz --collect-only` names them.
"""

import os
import random
import time
from datetime import datetime
from functools import cache
from pathlib import Path

import pytest

from engine.domain.errors import EngineError, ExecutionError
from engine.kernel.compile.model import Element
from engine.kernel.findings import DiagramError
from engine.kernel.release import check_release, compile_release
from engine.kernel.rules import REGISTRY
from engine.kernel.run import Instance
from engine.kernel.run.host import Scope
from engine.service.linting import lint_files
from tests.conftest import ROOT
from tests.fuzz.mutations import mutated
from tests.kernel.story import Desk
from tests.kernel.test_determinism import DOCUMENT, EVERYTHING

FILES = int(os.environ.get("CASELOOP_FUZZ", "400"))
ROUND = 50
#: Seconds for one file: far above what any takes, far below what a person would call a hang.
PATIENCE = 30.0
STEPS = 25


@cache
def diagrams() -> tuple[bytes, ...]:
    """Diagrams to damage: shipped ones, one that has everything, and those of other tools."""
    other = Path(os.environ.get("CASELOOP_DATA", ROOT.parent / "shared" / "data")) / "bpmn"
    shipped = sorted((ROOT / "processes").rglob("*.bpmn"))
    small = [f for f in sorted(other.rglob("*.bpmn")) if f.stat().st_size < 40_000]
    found = (EVERYTHING, *(f.read_bytes() for f in (*shipped, *small)))
    return tuple(data for data in found if b"encoding=" not in data[:60] or b"UTF-8" in data[:60])


class Host(Desk):
    """A host that says in the words of the house when a value is no time."""

    def due(self, element: Element, scope: Scope) -> datetime | None:
        try:
            return super().due(element, scope)
        except (ValueError, OverflowError, AssertionError) as exc:
            raise ExecutionError(f"no time: {exc}") from exc


@pytest.mark.timeout(900)
@pytest.mark.parametrize("first", range(0, FILES, ROUND))
def test_fuzz_any_file_is_judged(first: int) -> None:
    for number in range(first, min(first + ROUND, FILES)):
        chance = random.Random(number)
        data = mutated(chance, chance.choice(diagrams()))
        before = time.perf_counter()
        try:
            judge(data, chance)
        except Exception as exc:
            raise AssertionError(f"file {number} of the fuzz") from exc
        assert time.perf_counter() - before < PATIENCE, number


def judge(data: bytes, chance: random.Random) -> None:
    """Lints; compiles what is accepted; plays what compiles."""
    as_executable = chance.random() < 0.5
    (verdict,) = lint_files({"any.bpmn": data}, as_executable=as_executable)
    for finding in verdict["findings"]:
        assert finding["rule"] in REGISTRY
        assert finding["severity"] == REGISTRY[finding["rule"]].severity
        assert finding["line"] >= 0
        assert finding["message"].strip()
        assert finding["help"].strip()
    if not verdict["accepted"]:
        assert any(f["severity"] == "error" for f in verdict["findings"])
        with pytest.raises(DiagramError):
            compile_or_refuse(data, as_executable=as_executable)
        return
    release = compile_release({"any.bpmn": data})
    for process in list(release.definitions)[:3]:
        try:
            play(Instance.start(release, process, Host(DOCUMENT)), chance)
        except EngineError:
            continue  # a condition without a true flow, a loop that never rests


def compile_or_refuse(data: bytes, *, as_executable: bool) -> None:
    """What lint refuses is refused by a release; what only `--as-executable` shows is not."""
    compile_release({"any.bpmn": data})
    if as_executable:
        raise DiagramError(check_release({"any.bpmn": data}, as_executable=True).findings)


def play(instance: Instance, chance: random.Random) -> None:
    """A few steps in any order."""
    for _ in range(STEPS):
        waits = instance.waits()
        if instance.finished or not waits:
            return
        wait = chance.choice(waits)
        if wait.kind in ("work_item", "job"):
            instance.complete(wait.token, next(iter(wait.element.outcomes), None))
        elif wait.kind == "message":
            instance.deliver_message(wait.token)
        elif wait.kind == "signal":
            instance.signal(wait.name or "")
        elif wait.kind == "timer":
            instance.fire(wait.token)
