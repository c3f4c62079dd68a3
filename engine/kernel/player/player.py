"""The player: one case in memory, decided by the real kernel and the real clock rules.

A virtual clock, no database, no waiting. Scenarios, the designer's Play and the backtest drive
this same object (`play.md`).
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import orjson

from engine.domain.case import CaseState
from engine.domain.clock import to_wire
from engine.domain.commands import Command, FireTimer, OpenCase
from engine.domain.errors import ExecutionError, WrongStateError
from engine.domain.evidence import Json
from engine.domain.facts import FactNeeded, Facts
from engine.domain.ids import uuid7
from engine.domain.people import SYSTEM_TIMER, Actor
from engine.domain.rows import CaseSnapshot, Decision, Notification, OutboxMessage, Sent
from engine.kernel.compile.model import Element
from engine.kernel.decide import World, decide
from engine.kernel.decide.reading import look, set_timers
from engine.kernel.decide.working import Working
from engine.kernel.run import Wait

ReadFact = Callable[[str], Json]

PLAYED_CASE = uuid7(0, b"caseloop..")
_MAX_FIRINGS = 10_000


@dataclass(slots=True)
class Player:
    """Plays commands on one case and remembers everything that came of it."""

    world: World
    read_fact: ReadFact
    now: datetime
    snapshot: CaseSnapshot | None = None
    events: list[dict[str, Any]] = field(default_factory=list)
    entries: list[bytes] = field(default_factory=list)
    notifications: list[Notification] = field(default_factory=list)
    outbox: list[OutboxMessage] = field(default_factory=list)
    #: what left an instance, also to another one of the case; the services do not tell
    sent: list[Sent] = field(default_factory=list)
    #: why the case could not even begin: its first automatic steps failed
    stillborn: ExecutionError | None = None
    #: the timer start event that will open the case, and when
    starts_at: tuple[Element, datetime] | None = None
    #: why the story stopped before its end: too much happened in one stretch of time
    exhausted: str | None = None
    _seen: Working | None = field(default=None, init=False, repr=False)

    def open(
        self, data: dict[str, Any], actor: Actor, process: str, start: str | None = None
    ) -> None:
        """Opens the case, by itself or by the event of this start event."""
        command = OpenCase(
            case_id=PLAYED_CASE,
            release=self.world.model.id,
            process=process,
            data=data,
            start=start,
        )
        self.do(command, actor)

    def do(self, command: Command, actor: Actor) -> None:
        """Decides a command now and takes over its result; a refusal changes nothing."""
        facts = Facts()
        while True:
            try:
                decision = decide(self.world, self.snapshot, command, actor, self.now, facts)
            except FactNeeded as needed:
                for name in needed.keys:
                    facts.add(name, self.read_fact(name))
            else:
                self._take(decision)
                return

    def _take(self, decision: Decision) -> None:
        self.snapshot = decision.snapshot()
        entry = orjson.loads(decision.entry)
        self.entries.append(decision.entry)
        self.events += [{**event, "at": entry["at"]} for event in entry["events"]]
        self.notifications += decision.rows.notifications
        self.outbox += decision.rows.outbox
        self.sent += decision.sent

    @property
    def document(self) -> dict[str, Any]:
        """The case document as it stands; empty before there is a case."""
        if self.snapshot is None:
            return {}
        document: dict[str, Any] = orjson.loads(self.snapshot.document)
        return document

    @property
    def state(self) -> CaseState | None:
        """The case's state; None when it has not begun."""
        return None if self.snapshot is None else self._look().state

    def waits(self) -> list[tuple[int, Wait]]:
        """What the case waits for now: (instance, wait), in the order of the tokens."""
        return [] if self.snapshot is None else list(self._look().places())

    def stuck_at(self) -> list[Element]:
        """The joins of instances that wait for nothing, and were not stopped by an incident."""
        if self.snapshot is None:
            return []
        w = self._look()
        stopped = {incident.instance for incident in w.state.incidents}
        still = [n for n in w.live if n not in stopped and not w.waits(n)]
        return [element for n in still for element in w.live[n].joins_waiting()]

    def next_timer(self) -> tuple[datetime, int, Wait] | None:
        """The timer that is due first, or None when none has a due time."""
        if self.snapshot is None:
            return None
        found = set_timers(self._look())
        timers = [(wait.due, n, wait) for n, wait in found if wait.due is not None]
        return min(timers, key=lambda t: (t[0], t[1], t[2].token), default=None)

    def _look(self) -> Working:
        """The case as it stands; read once for each snapshot."""
        if self._seen is None or self._seen.snapshot is not self.snapshot:
            assert self.snapshot is not None
            self._seen = look(self.world, self.snapshot, self.now)
        return self._seen

    def advance(self, until: datetime) -> None:
        """Moves the clock forward, from due instant to due instant, each timer at its own time."""
        if until < self.now:
            raise WrongStateError(
                f"{to_wire(until)} is over: the clock is at {to_wire(self.now)} and moves forward "
                "only"
            )
        for due, instance, wait in self._due_until(until):
            self.now = max(self.now, due)
            fire = FireTimer(
                case_id=PLAYED_CASE, instance=instance, token=wait.token, due=to_wire(due)
            )
            self.do(fire, SYSTEM_TIMER)
        self.now = until

    def fire_due(self) -> None:
        """Fires what is due by now: what a real clock would not leave lying either."""
        self.advance(self.now)

    def _due_by(self, until: datetime) -> tuple[datetime, int, Wait] | None:
        found = self.next_timer()
        return None if found is None or found[0] > until else found

    def _due_until(self, until: datetime) -> Iterator[tuple[datetime, int, Wait]]:
        for _ in range(_MAX_FIRINGS):
            found = self._due_by(until)
            if found is None:
                return
            yield found
        if self._due_by(until) is None:
            return
        self.exhausted = (
            f"the story stops at {to_wire(self.now)}: {_MAX_FIRINGS} timers have fired "
            f"on the way to {to_wire(until)}"
        )
        raise WrongStateError(self.exhausted)
