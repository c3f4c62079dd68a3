"""Kills workers at random moments, or lets them die at failpoints, and starts them again."""

import json
import os
import select
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import timedelta
from pathlib import Path
from random import Random
from time import monotonic
from types import TracebackType
from typing import Any, Self

from tests.crash.checker import Checker
from tests.crash.findings import Finding
from tests.crash.plan import Plan
from tests.installations import opened

ROOT = Path(__file__).parents[2]
_KILLED = -9
_EARLY = 0.1
FAILPOINTS = (
    "before_apply:0.001,after_apply_before_commit:0.001,after_commit:0.001,after_claim:0.002"
)
#: Case time for which a timer may be due and unfired: a step of the clock, and how far the second
#: node's clock may be behind the first's.
SLACK = {1: timedelta(hours=2), 2: timedelta(hours=48)}


class Herd:
    """The workers, through the zygote that starts them."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.crash.zygote"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            cwd=ROOT,
        )
        self._buffer = b""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._process.communicate(timeout=30)

    def spawn(self, plan: Plan, env: Mapping[str, str]) -> None:
        self._order({"spawn": plan.slot, "plan": asdict(plan), "env": dict(env)})

    def kill(self, slot: int) -> None:
        self._order({"kill": slot})

    def hear(self, seconds: float) -> dict[str, int]:
        """The next word of a worker, `ready` or `exit`; empty when there is none in time."""
        assert self._process.stdout is not None
        pipe, until = self._process.stdout.fileno(), monotonic() + seconds
        while b"\n" not in self._buffer:
            left = until - monotonic()
            if left <= 0 or not select.select([pipe], [], [], left)[0]:
                return {}
            data = os.read(pipe, 65536)
            if not data:
                raise RuntimeError("the zygote has ended")
            self._buffer += data
        line, _, self._buffer = self._buffer.partition(b"\n")
        said: dict[str, int] = json.loads(line)
        return said

    def _order(self, order: dict[str, Any]) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(order).encode() + b"\n")
        self._process.stdin.flush()


@dataclass(frozen=True, slots=True)
class Run:
    """What a run shall be. A look at all open cases follows every `look_every`-th death.

    `life` is how many seconds a worker has at most before it is killed. A run that only wants to
    see whether anything is found ends with `enough_findings`.
    """

    database: str
    url: str
    folder: Path
    kills: int
    seed: int
    slots: int = 1
    failpoints: str = FAILPOINTS
    bug: str | None = None
    look_every: int = 10
    open_cases: int = 30
    life: float = 0.9
    enough_findings: int | None = None
    seconds: float = 900

    def environment(self, *, deadly: bool) -> dict[str, str]:
        env = {"CASELOOP_TEST_HARNESS": "1"}
        env["CASELOOP_FAILPOINT"] = self.failpoints if deadly else ""
        env["CASELOOP_SEEDED_BUG"] = self.bug or ""
        return env


@dataclass(slots=True)
class Report:
    """What happened and what was found."""

    run: Run
    sigkills: int = 0
    failpoint_deaths: int = 0
    restarts: int = 0
    commands: int = 0
    acknowledged: int = 0
    seconds: float = 0.0
    findings: list[Finding] = field(default_factory=list)

    @property
    def kills(self) -> int:
        return self.sigkills + self.failpoint_deaths

    @property
    def wrong(self) -> int:
        """Findings in the store itself."""
        return sum(finding.kind != "other" for finding in self.findings)

    def count(self, kind: str) -> int:
        return sum(finding.kind == kind for finding in self.findings)


class Supervisor:
    """One run."""

    def __init__(self, run: Run, herd: Herd) -> None:
        self._run, self._herd = run, herd
        self._report = Report(run)
        self._dice = Random(run.seed)
        self._checker = Checker(run.folder, SLACK[min(run.slots, 2)])
        self._live: set[int] = set()
        self._dying: set[int] = set()
        self._finished: set[int] = set()
        self._kill_at: dict[int, float] = {}
        self._until = 0.0

    def run(self) -> Report:
        """Until the kills are done and every case has ended; then the great check."""
        start = monotonic()
        self._until = start + self._run.seconds
        for slot in range(self._run.slots):
            self._spawn(slot)
        self._reign()
        if not self._enough():
            with opened(self._run.url, self._run.folder) as inst:
                self._report.findings += self._checker.check_all(inst)
        self._report.findings = list(dict.fromkeys(self._report.findings))
        self._report.commands = self._checker.commands
        self._report.acknowledged = sum(1 for _ in self._checker.acknowledgements())
        self._report.seconds = monotonic() - start
        return self._report

    def _reign(self) -> None:
        while len(self._finished) < self._run.slots:
            now = monotonic()
            if now > self._until:
                self._find(f"not done after {self._run.seconds:.0f} s")
                break
            next_ = min((self._until, *self._kill_at.values()))
            said = self._herd.hear(max(next_ - now, 0))
            if "ready" in said:
                self._kill_at.setdefault(said["ready"], monotonic() + self._life())
            elif "exit" in said and not self._bury(said["exit"], said["status"]):
                break
            self._strike()
        self._end_all()

    def _life(self) -> float:
        """How many seconds a worker that is ready has left."""
        return self._dice.uniform(0.02, self._run.life)

    def _strike(self) -> None:
        """Kills whose hour has come, as long as there are kills left."""
        for slot, hour in list(self._kill_at.items()):
            if hour > monotonic():
                continue
            del self._kill_at[slot]
            if not self._draining():
                self._dying.add(slot)
                self._herd.kill(slot)

    def _draining(self) -> bool:
        return self._report.kills + len(self._dying) >= self._run.kills

    def _bury(self, slot: int, status: int) -> bool:
        """Takes note of a worker's end and starts the next; False when it may not go on."""
        self._live.discard(slot)
        self._kill_at.pop(slot, None)
        if status == 0:
            self._finished.add(slot)
            return True
        if status != _KILLED:
            self._find(f"worker {slot} ended with {status}; see its log in {self._run.folder}")
            return False
        if slot in self._dying:
            self._dying.discard(slot)
            self._report.sigkills += 1
        else:
            self._report.failpoint_deaths += 1
        if self._report.kills % self._run.look_every == 0:
            self._look()
        if self._enough():
            return False
        self._report.restarts += 1
        self._spawn(slot)
        return True

    def _enough(self) -> bool:
        wanted = self._run.enough_findings
        return wanted is not None and self._report.wrong >= wanted

    def _look(self) -> None:
        """The store as the dead left it, before anybody mends anything."""
        with opened(self._run.url, self._run.folder) as inst:
            self._report.findings += self._checker.check_open(inst)

    def _spawn(self, slot: int) -> None:
        run = self._run
        plan = Plan(run.url, str(run.folder), run.seed, slot, run.open_cases)
        deadly = self._report.kills < run.kills
        if not deadly:
            plan.drain.touch()
        self._herd.spawn(plan, run.environment(deadly=deadly))
        self._live.add(slot)
        if self._dice.random() < _EARLY:  # also while it starts and picks up what was left
            self._kill_at[slot] = monotonic() + self._dice.uniform(0, 0.6)

    def _end_all(self) -> None:
        for slot in self._live:
            self._herd.kill(slot)
        while self._live and (said := self._herd.hear(10)):
            self._live.discard(said.get("exit", -1))

    def _find(self, text: str) -> None:
        self._report.findings.append(Finding("other", self._run.database, text))


def supervise(run: Run) -> Report:
    """Runs and checks; the folder keeps the workers' logs."""
    with Herd() as herd:
        return Supervisor(run, herd).run()
