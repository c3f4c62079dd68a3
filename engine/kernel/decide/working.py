"""The working copy of a case inside one decision: what is read, what changes, what happened.

Nothing here outlives the decision; nothing reads a clock, a database or randomness.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from engine.domain.case import CaseState
from engine.domain.commands import Command, RecomputeDeadlines
from engine.domain.errors import DefinitionNotFoundError
from engine.domain.evidence import Json, to_plain
from engine.domain.facts import Facts
from engine.domain.journal import Event
from engine.domain.people import Actor, Post
from engine.domain.rows import CaseSnapshot, Notification, OutboxMessage, Pins, Sent
from engine.domain.worktime import Worktime
from engine.kernel.compile.model import CompiledRelease, Element
from engine.kernel.run import SEMANTICS, Instance, Wait
from engine.schema import DocumentSchema


@dataclass(frozen=True, slots=True)
class World:
    """What a case is decided by and pinned to: release, calendar and the versions' names."""

    model: CompiledRelease
    worktime: Worktime
    catalog: str
    calendar: str
    schema: DocumentSchema | None = None
    semantics: int = SEMANTICS
    #: Where a command that changes the calendar leads; nothing else looks at it.
    next_worktime: Worktime | None = None
    #: A step that declares no output may write any field: a diagram drawn elsewhere is tried.
    takes_undeclared: bool = False


def world_of(
    model: CompiledRelease,
    worktime: Worktime,
    *,
    catalog: str,
    calendar: str,
    semantics: int = SEMANTICS,
) -> World:
    """A world with the release's own case schema; DefinitionError when that cannot be read."""
    schema = None if model.schema is None else DocumentSchema.read(model.schema)
    return World(model, worktime, catalog, calendar, schema, semantics)


def world_for(world_of: Callable[[Pins], World], pins: Pins, command: Command) -> World:
    """The world in which a command on a case of these pins is decided.

    A command that changes the calendar is decided in the world it finds, and sees the new one.
    """
    world = world_of(pins)
    if not isinstance(command, RecomputeDeadlines):
        return world
    following = world_of(replace(pins, calendar=command.calendar))
    return replace(world, next_worktime=following.worktime)


@dataclass(slots=True)
class Working:
    """One decision in the making."""

    world: World
    command: Command
    actor: Actor
    at: datetime
    facts: Facts
    state: CaseState
    document: dict[str, Any]
    snapshot: CaseSnapshot | None = None
    post: Post | None = None
    events: list[Event] = field(default_factory=list)
    notifications: list[Notification] = field(default_factory=list)
    outbox: list[OutboxMessage] = field(default_factory=list)
    sent: list[Sent] = field(default_factory=list)
    live: dict[int, Instance] = field(default_factory=dict)
    answer: dict[str, Json] = field(default_factory=dict)
    hops: int = 0
    _waits: dict[int, tuple[Wait, ...]] = field(default_factory=dict)

    def waits(self, n: int) -> tuple[Wait, ...]:
        """What instance `n` waits for; looked up once until it moves (`moved`)."""
        found = self._waits.get(n)
        if found is None:
            instance = self.live[n]
            found = self._waits[n] = () if instance.finished else instance.waits()
        return found

    def moved(self, n: int) -> None:
        """Instance `n` has moved, or one of its timers."""
        self._waits.pop(n, None)

    def places(self) -> Iterator[tuple[int, Wait]]:
        """(instance, wait) of everything that is waited for, in the order of the tokens."""
        return ((n, wait) for n in self.live for wait in self.waits(n))

    @property
    def has_ended(self) -> bool:
        """Whether the main procedure has come to its end; others may still be under way."""
        main = self.live.get(0)
        return self.state.instances[0].state is None if main is None else main.finished

    @property
    def case_id(self) -> str:
        return self.command.case_id

    @property
    def seq(self) -> int:
        """The number of the entry that is being made."""
        return 1 if self.snapshot is None else self.snapshot.seq + 1

    def emit(
        self, kind: str, data: Mapping[str, Any], element: Element | None = None, round_: int = 0
    ) -> None:
        """Adds a fact to the entry. Values become plain JSON here, or the command is refused."""
        plain = to_plain(data, "event")
        assert isinstance(plain, dict)
        where = None if element is None else element_reference(element, round_)
        self.events.append(Event(kind, plain, where))

    def find_element(self, process: str, element_id: str) -> Element:
        definition = self.world.model.definitions.get(process)
        if definition is None or element_id not in definition.elements:
            raise DefinitionNotFoundError(
                f"the release has no element {element_id!r} in process {process!r}",
                process=process,
                element=element_id,
            )
        return definition.elements[element_id]


def element_reference(element: Element, round_: int) -> dict[str, Any]:
    """How an event names the element: id, act, stage, round; what says nothing is left out."""
    fields = {
        "act": element.fixed_act,
        "id": element.id,
        "round": round_ or None,
        "stage": element.stage,
    }
    return {key: value for key, value in fields.items() if value is not None}
