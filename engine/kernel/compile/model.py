"""What a release is after compiling: immutable, shared by all threads, free of XML.

Says what stands in the diagrams; `engine.kernel.run` says how it moves.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from engine.domain.acts import AXIS_OF_ACT
from engine.domain.people import Axis
from engine.domain.separation import FurtherPair
from engine.feel import Expression
from engine.kernel.words import is_done_by_somebody


def _nothing() -> Mapping[str, Any]:
    return MappingProxyType({})


@dataclass(frozen=True, slots=True)
class AtClock:
    """A point of a named clock: `80 %`, `100 %`, `+4 工作时`, `-1 工作日`."""

    clock: str
    point: str


@dataclass(frozen=True, slots=True)
class After:
    """A working duration from the moment the timer is armed."""

    amount: Expression | Decimal
    unit: str


@dataclass(frozen=True, slots=True)
class IsoDuration:
    """An ISO 8601 duration in natural time."""

    value: Expression | str


@dataclass(frozen=True, slots=True)
class IsoDate:
    """An ISO 8601 instant."""

    value: Expression | str


@dataclass(frozen=True, slots=True)
class IsoCycle:
    """An ISO 8601 repetition such as `R3/PT10M`."""

    value: Expression | str


Timer = AtClock | After | IsoDuration | IsoDate | IsoCycle


@dataclass(frozen=True, slots=True)
class Output:
    """A value that completing this element may write to the case document.

    `required` is True, False, or the outcomes for which the value is required. A unit must be
    of the `kind`, and belong to the unit `within`.
    """

    name: str
    type: str = "text"
    required: bool | frozenset[str] = False
    choices: tuple[str, ...] = ()
    within: Expression | None = None
    kind: str | None = None


@dataclass(frozen=True, slots=True)
class Separation:
    """A further pair: who did `from_` may not, or only who did `same` may, do this."""

    from_: str | None = None
    same: str | None = None


@dataclass(frozen=True, slots=True)
class Notify:
    """The notice of a send task. Texts are literal, expressions are evaluated."""

    to: Expression | str
    message: Expression | str | None = None
    level: Expression | str | None = None
    needs_reply: Expression | str | None = None


@dataclass(frozen=True, slots=True)
class Assign:
    """One assignment of a script task, or one value passed into or out of a called process."""

    name: str
    value: Expression


@dataclass(frozen=True, slots=True)
class Correlation:
    """Two values that must be equal: what the case holds, and what a message brings."""

    held: Expression
    brought: Expression


@dataclass(frozen=True, slots=True)
class ClockSpec:
    """A named clock of the process."""

    name: str
    stage: str | None
    limit: Expression | None
    line: int = 0


#: Rounds of a loop that has no maximum of its own.
LOOP_LIMIT = 10_000


@dataclass(frozen=True, slots=True)
class Loop:
    """How often an activity runs: for each item, a number of times, or while a condition holds."""

    sequential: bool
    collection: Expression | None = None
    item: str | None = None
    cardinality: Expression | None = None
    until: Expression | None = None
    condition: Expression | None = None
    test_before: bool = False
    maximum: int | None = None

    @property
    def is_standard(self) -> bool:
        """A standard loop (again while the condition holds), not a multi-instance."""
        return self.collection is None and self.cardinality is None


@dataclass(frozen=True, slots=True, kw_only=True)
class Element:
    """One flow node of a diagram with everything that our words say about it."""

    id: str
    kind: str
    process: str
    name: str | None = None
    line: int = 0
    scope: str = ""
    #: people
    role: Expression | str | None = None
    axis: str | None = None
    roles: tuple[str, ...] = ()
    #: the role that may open, where it depends on what is reported
    opens: Expression | None = None
    act: Expression | str | None = None
    stage: str | None = None
    unit: Expression | None = None
    duty_grid: Expression | None = None
    outcomes: tuple[str, ...] = ()
    reason_required: frozenset[str] = frozenset()
    outputs: tuple[Output, ...] = ()
    starts_clock: tuple[tuple[str, str | None], ...] = ()
    stops_clock: tuple[tuple[str, str | None], ...] = ()
    separation: tuple[Separation, ...] = ()
    form: str | None = None
    #: machines
    topic: str | None = None
    inputs: Mapping[str, Expression] = field(default_factory=_nothing)
    assigns: tuple[Assign, ...] = ()
    decision: str | None = None
    result: str | None = None
    notify: Notify | None = None
    #: called processes
    called: str | None = None
    maps_in: tuple[Assign, ...] = ()
    maps_out: tuple[Assign, ...] = ()
    #: events
    event: str | None = None
    message: str | None = None
    correlation_key: Expression | None = None
    correlations: tuple[Correlation, ...] = ()
    payload: tuple[Assign, ...] = ()
    #: where the message flows from here lead: ids of elements, processes and empty pools
    flows_to: frozenset[str] = frozenset()
    signal: str | None = None
    timer: Timer | None = None
    condition: Expression | None = None
    error_code: str | None = None
    escalation_code: str | None = None
    attached_to: str | None = None
    interrupting: bool = True
    #: an instance of the process begins by waiting here
    instantiates: bool = False
    #: the id of the event sub-process of which one may be open at a time
    single: str | None = None
    outcome: str | None = None
    #: further events of the same element; whether all of them must come
    also: tuple["Element", ...] = ()
    parallel_multiple: bool = False
    #: a compensation event: the activity that undoes what it is attached to; what a throw undoes
    handler: str | None = None
    compensates: str | None = None
    #: an activity that undoes another one, and is reached by no flow
    for_compensation: bool = False
    #: routing
    default: str | None = None
    loop: Loop | None = None

    @property
    def events(self) -> tuple["Element", ...]:
        """The element by each of its event definitions."""
        return (self, *self.also)

    @property
    def is_by_somebody(self) -> bool:
        """Whether somebody completes it, sends its message or signal, or opens a case by it."""
        return is_done_by_somebody(self.kind, {e.event for e in self.events})

    @property
    def is_job(self) -> bool:
        """Whether a worker does it: it waits for an answer, which may be a BPMN error."""
        return self.topic is not None

    @property
    def fixed_act(self) -> str | None:
        """The act that the diagram names; one that is worked out is known when a case opens."""
        return self.act if isinstance(self.act, str) else None

    @property
    def asked_axis(self) -> str | None:
        """The axis that a post must lie on: that of the act, whatever the diagram says.

        Separation is no matter of drawing. Where the diagram says nothing of axes, as one that
        was drawn elsewhere, nothing is asked.
        """
        of_act = AXIS_OF_ACT.get(self.fixed_act or "", Axis.NONE)
        return self.axis if self.axis is None or of_act is Axis.NONE else str(of_act)


@dataclass(frozen=True, slots=True)
class Flow:
    """A sequence flow, in document order."""

    id: str
    source: str
    target: str
    condition: Expression | None = None
    name: str | None = None


@dataclass(frozen=True, slots=True)
class Body:
    """The inside of a process, sub-process or event sub-process."""

    id: str
    elements: tuple[str, ...]
    flows: tuple[Flow, ...]


@dataclass(frozen=True, slots=True)
class Definition:
    """One executable process."""

    process_id: str
    name: str | None
    version: str
    profile: str | None
    clocks: tuple[ClockSpec, ...]
    elements: Mapping[str, Element]
    bodies: Mapping[str, Body]
    file: str = ""

    @property
    def start_events(self) -> tuple[Element, ...]:
        """The start events of the process itself, in document order."""
        mine = (self.elements[name] for name in self.bodies[self.process_id].elements)
        return tuple(e for e in mine if e.kind == "startEvent")

    @property
    def usual_start(self) -> Element:
        """The start event without an event, else the first one.

        A process may also have none; then an element with the id of the process stands for it.
        """
        starts = self.start_events
        plain = (e for e in starts if e.event is None)
        implicit = Element(id=self.process_id, kind="startEvent", process=self.process_id)
        return next(plain, None) or next(iter(starts), implicit)

    def entries(self, body: str) -> tuple[Element, ...]:
        """Where a scope begins: its start events, or everything that no flow leads to."""
        inside = [self.elements[name] for name in self.bodies[body].elements]
        starts = tuple(e for e in inside if e.kind == "startEvent")
        if starts:
            return starts
        targets = {flow.target for flow in self.bodies[body].flows}
        free = (e for e in inside if e.id not in targets and e.attached_to is None)
        return tuple(e for e in free if e.kind != "eventSubProcess" and not e.for_compensation)

    @property
    def openers(self) -> tuple[Element, ...]:
        """What an instance of the process can begin by when its message or signal comes."""
        body, elements = self.bodies[self.process_id], self.elements
        begun = {name for name in body.elements if elements[name].instantiates}
        gates = {name for name in begun if elements[name].kind == "eventBasedGateway"}
        first = (begun - gates) | {flow.target for flow in body.flows if flow.source in gates}
        return (*self.start_events, *(elements[name] for name in body.elements if name in first))

    @property
    def messages(self) -> tuple[str, ...]:
        """The names of the messages that this process can receive."""
        caught = (e.message for e in self.elements.values() if e.event == "message")
        receives = (e.message for e in self.elements.values() if e.kind == "receiveTask")
        return tuple(sorted({m for m in (*caught, *receives) if m is not None}))

    @property
    def called(self) -> tuple[str, ...]:
        """The ids of the processes that this one calls."""
        return tuple(sorted({e.called for e in self.elements.values() if e.called is not None}))


@dataclass(frozen=True, slots=True)
class Policies:
    """What a release says beyond its diagrams; without a file, what the house does of itself."""

    #: pairs of acts that one person may not do on one case, beyond those that always hold
    pairs: tuple[FurtherPair, ...] = ()
    #: 捆绑时限: rework runs towards the same deadline
    rework_keeps_deadline: bool = True


@dataclass(frozen=True, slots=True, eq=False)
class CompiledRelease:
    """Everything that a case pins: definitions by process id, decisions by decision id."""

    id: str
    definitions: Mapping[str, Definition]
    decisions: Mapping[str, Any]
    schema: bytes | None
    policies: Policies
    forms: Mapping[str, bytes]
    #: the definitions in the form in which the stepping layer runs them
    programs: Mapping[str, Any]

    @property
    def main_process(self) -> str | None:
        """The process that declares itself a case's main procedure, or the only one there is."""
        found = self.beginnings
        return next(iter(found)) if len(found) == 1 else None

    @property
    def beginnings(self) -> Mapping[str, Definition]:
        """What a case may begin with: its main procedures, or anything where none says so."""
        cases = {p: d for p, d in self.definitions.items() if d.profile == "case"}
        return cases or self.definitions
