"""A case executed again from its journal, and every row that does not follow from it.

Asks nobody: commands, times and facts come from the entries. Beside what the audit's own replay
says, it follows each timer through its life: one that was due and went without firing is lost.
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from engine.audit import CaseRecord
from engine.audit.projection import ExpectedRows
from engine.domain.clock import from_wire, to_wire
from engine.domain.commands import FireTimer, from_record
from engine.domain.errors import EngineError
from engine.domain.facts import FactNeeded, Facts
from engine.domain.people import Actor
from engine.domain.rows import CaseSnapshot, Decision, OutboxMessage, Pins, Timer
from engine.kernel.decide import World, decide
from tests.crash.findings import Finding

Place = tuple[int, int]
WorldOf = Callable[[Pins], World]


@dataclass(slots=True)
class Reexecution:
    """One case. `delivered` are its outbox messages that the outside has."""

    record: CaseRecord
    world_of: WorldOf
    delivered: tuple[OutboxMessage, ...]
    slack: timedelta
    _rows: ExpectedRows = field(default_factory=ExpectedRows)
    _timers: dict[Place, tuple[Timer, datetime]] = field(default_factory=dict)
    _snapshot: CaseSnapshot | None = None

    def findings(self) -> Iterator[Finding]:
        case_id = self.record.case_id
        for stored in self.record.entries:
            entry = json.loads(stored.body)
            try:
                decision = self._decide(entry)
            except (EngineError, FactNeeded) as exc:
                text = f"entry {stored.seq} is not executed again: {exc!r}"
                yield Finding("differs", case_id, text)
                return
            if decision.entry != stored.body:
                yield Finding("differs", case_id, f"entry {stored.seq} comes out otherwise")
                return
            yield from self._follow_timers(entry, decision)
            self._rows.add(decision.rows)
            self._snapshot = decision.snapshot()
        yield from self._end()

    def _decide(self, entry: dict[str, Any]) -> Decision:
        command, actor = entry["command"], entry["actor"]
        pins = Pins(**entry["pins"])
        return decide(
            self.world_of(pins),
            self._snapshot,
            from_record(self.record.case_id, command["kind"], command["args"]),
            Actor(actor["via"], actor["person"], actor["for"], actor["unit"]),
            from_wire(entry["at"]),
            Facts(command["read"]),
            key=command["key"],
        )

    def _follow_timers(self, entry: dict[str, Any], decision: Decision) -> Iterator[Finding]:
        """A timer may go unfired only while it is not due, or has been due for a moment."""
        fired = _fired(entry)
        for place in decision.rows.timers_gone:
            timer, armed = self._timers.pop(place)
            late = decision.at - max(timer.due_at, armed)
            if place != fired and late > self.slack:
                text = f"timer {timer.element} was due {to_wire(timer.due_at)} and never fired"
                yield Finding("lost", timer.case_id, f"{text}, as of {to_wire(decision.at)}")
        for timer in decision.rows.timers:
            self._timers[timer.instance, timer.token] = (timer, decision.at)

    def _end(self) -> Iterator[Finding]:
        stored, last, case_id = self.record.snapshot, self._snapshot, self.record.case_id
        for name in ("seq", "head", "at", "pins", "state", "document"):
            if getattr(stored, name) != getattr(last, name, None):
                yield Finding("differs", case_id, f"the stored {name} is not the last entry's")
        rows = self.record.rows
        waiting = {(m.seq, m.n): m for m in (*self.delivered, *rows.outbox)}
        both = replace(rows, outbox=tuple(waiting.values()))
        for text in self._rows.differences(both):
            yield Finding("differs", case_id, text)


def _fired(entry: dict[str, Any]) -> Place | None:
    command = entry["command"]
    if command["kind"] != FireTimer.kind:
        return None
    return command["args"]["instance"], command["args"]["token"]
