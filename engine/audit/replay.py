"""Replay: a case executed again from its journal, in memory, compared after every entry.

Re-execution asks nobody and looks up nothing. Commands, times and the facts that were read come
from the entries; release and calendar are those that the case pins. What it gives must be the
stored entry byte for byte, and in the end the stored state, document and rows.
"""

from collections.abc import Callable
from typing import Any

from engine.audit.chain import read_entry
from engine.audit.difference import parted
from engine.audit.projection import ExpectedRows
from engine.audit.record import CaseRecord
from engine.audit.verdict import Problem, Verdict
from engine.domain.clock import from_wire
from engine.domain.commands import Command, ResolveIncident, from_record
from engine.domain.errors import EngineError
from engine.domain.facts import FactNeeded, Facts
from engine.domain.people import Actor
from engine.domain.rows import CaseSnapshot, Decision, Pins
from engine.kernel.decide import World, decide, world_for
from engine.store.queries.journal import StoredEntry

WorldOf = Callable[[Pins], World]

#: Commands by which somebody gives by hand what the diagram would have brought about.
OVERRIDES: frozenset[str] = frozenset({ResolveIncident.kind})


class Diverged(Exception):  # noqa: N818 a finding, not an error
    """Re-execution came to something else."""


def replay_record(record: CaseRecord, world_of: WorldOf) -> Verdict:
    """`conforms`, `diverges` at the first entry that came otherwise, or `override` at one."""
    run = _Run(record, world_of)
    problem = run.first_problem()
    count = len(record.entries)
    if problem is not None:
        return Verdict(record.case_id, "diverges", count, problem.seq, problem.text)
    if run.override is not None:
        return Verdict(record.case_id, "override", count, run.override.seq, run.override.text)
    return Verdict(record.case_id, "conforms", count)


class _Run:
    """One re-execution."""

    def __init__(self, record: CaseRecord, world_of: WorldOf) -> None:
        self._record = record
        self._world_of = world_of
        self._snapshot: CaseSnapshot | None = None
        self._rows = ExpectedRows()
        self.override: Problem | None = None

    def first_problem(self) -> Problem | None:
        for number, stored in enumerate(self._record.entries, 1):
            try:
                self._step(number, stored)
            except Diverged as exc:
                return Problem(number, str(exc))
        return self._end()

    def _step(self, number: int, stored: StoredEntry) -> None:
        if stored.seq != number:
            raise Diverged(f"there is no entry {number}; the next one is {stored.seq}")
        try:
            entry = read_entry(stored.body)
        except ValueError as exc:
            raise Diverged(str(exc)) from exc
        decision = _decided(self._world_of, self._snapshot, self._record.case_id, entry)
        if decision.entry != stored.body:
            raise Diverged(parted(decision.entry, stored.body))
        if decision.entry_hash != stored.hash:
            raise Diverged(f"its hash: expected {decision.entry_hash}, found {stored.hash}")
        if decision.at != stored.at:
            raise Diverged(f"its instant: expected {decision.at}, found {stored.at}")
        if decision.district != stored.district:
            raise Diverged(f"its district: expected {decision.district}, found {stored.district}")
        self._note_override(number, entry)
        self._rows.add(decision.rows)
        self._snapshot = decision.snapshot()

    def _note_override(self, number: int, entry: dict[str, Any]) -> None:
        command = entry["command"]
        if self.override is None and command["kind"] in OVERRIDES:
            who = entry["actor"]["person"] or entry["actor"]["via"]
            reason = command["args"].get("reason")
            self.override = Problem(number, f"{command['kind']} by {who}: {reason}")

    def _end(self) -> Problem | None:
        """The stored state, document and rows against those of the last decision."""
        stored, last = self._record.snapshot, self._snapshot
        if last is None:
            return Problem(1, "the journal has no entry")
        if stored.seq != last.seq:
            text = f"the state is that of entry {stored.seq}, the journal ends at {last.seq}"
            return Problem(min(stored.seq, last.seq) + 1, text)
        for name in ("state", "document"):
            expected, found = getattr(last, name), getattr(stored, name)
            if expected != found:
                return Problem(last.seq, f"the stored {name}: {parted(expected, found)}")
        for name in ("head", "at", "pins"):
            expected, found = getattr(last, name), getattr(stored, name)
            if expected != found:
                text = f"the stored {name}: expected {expected}, found {found}"
                return Problem(last.seq, text)
        wrong = next(self._rows.differences(self._record.rows), None)
        return None if wrong is None else Problem(last.seq, wrong)


def _decided(
    world_of: WorldOf, snapshot: CaseSnapshot | None, case_id: str, entry: dict[str, Any]
) -> Decision:
    """The decision of a recorded command, with the facts that were recorded."""
    try:
        command = _command(case_id, entry["command"])
        pins = _pins(entry) if snapshot is None else snapshot.pins
        return decide(
            world_for(world_of, pins, command),
            snapshot,
            command,
            _actor(entry["actor"]),
            from_wire(entry["at"]),
            Facts(entry["command"]["read"]),
            key=entry["command"]["key"],
        )
    except FactNeeded as exc:
        raise Diverged(f"re-execution needs the fact {exc.keys[0]}, which was not read") from exc
    except EngineError as exc:
        raise Diverged(f"re-execution refuses the command: {exc.code}: {exc}") from exc
    except (KeyError, TypeError, ValueError, AttributeError) as exc:
        raise Diverged(f"the entry does not hold a command that can be executed: {exc!r}") from exc


def _pins(entry: dict[str, Any]) -> Pins:
    return Pins(**entry["pins"])


def _command(case_id: str, record: dict[str, Any]) -> Command:
    return from_record(case_id, record["kind"], record["args"])


def _actor(record: dict[str, Any]) -> Actor:
    """The actor as the entry has him; the post is found again among the recorded facts."""
    return Actor(
        via=record["via"],
        person=record["person"],
        principal=record["for"],
        unit=record["unit"],
    )
