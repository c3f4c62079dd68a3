"""Programs: the definitions of a release as SpiffWorkflow specifications, ready to be stepped.

Put together once when a release is compiled; read-only and shared by all threads afterwards.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from engine.domain.errors import WrongStateError
from engine.kernel.compile.model import Body, Definition, Element
from engine.kernel.run import activities, events, gateways
from engine.kernel.run.failing import at_step
from engine.kernel.run.reach import reach_of
from engine.kernel.run.shape import Exit
from engine.kernel.run.spiff import BpmnProcessSpec
from engine.kernel.run.token import Token
from engine.kernel.run.workflow import STEP_BUDGET, Flat

_SHAPES: dict[str, Any] = {
    "task": activities.PassingTask,
    "manualTask": activities.PassingTask,
    "userTask": activities.PersonTask,
    "sendTask": activities.MessageTask,
    "scriptTask": activities.AssigningTask,
    "businessRuleTask": activities.DecidingTask,
    "receiveTask": events.AwaitingTask,
    "subProcess": activities.SubProcess,
    "transaction": activities.SubProcess,
    "callActivity": activities.CalledProcess,
    "exclusiveGateway": gateways.Exclusive,
    "parallelGateway": gateways.Parallel,
    "inclusiveGateway": gateways.Inclusive,
    "eventBasedGateway": gateways.EventGateway,
    "startEvent": events.Started,
    "endEvent": events.Ending,
    "intermediateCatchEvent": events.Catching,
    "intermediateThrowEvent": events.Throwing,
    "boundaryEvent": events.Boundary,
}
#: how often every element of a release may be passed without rest
_ROUNDS = 10
_THROWN = frozenset({"error", "escalation", "cancel"})


class ScopeSpec(BpmnProcessSpec):
    """The inside of a process, sub-process or event sub-process."""

    def __init__(self, body_id: str) -> None:
        super().__init__(name=body_id)
        # SpiffWorkflow's own three tasks must not take names that a diagram may use
        self.task_specs.clear()
        self.start.name = "(root)"
        self.inclusive_joins: tuple[Any, ...] = ()
        self.dormant_starts: tuple[Any, ...] = ()
        self.thrown_starts: tuple[Any, ...] = ()
        self.starts: tuple[Any, ...] = ()
        #: where the scope begins when it has no start event: everything that no flow leads to
        self.entries: tuple[Any, ...] = ()
        #: the event sub-process that undoes this scope when it has been completed
        self.undo_start: Any = None

    def begin(self, scope: Flat, source: Token | None, start_event: str | None = None) -> None:
        """Arms the event sub-processes and sets a token on the start event."""
        implicit = not self.starts and start_event is None
        begins = self.entries if implicit else (self._start(start_event),)
        for dormant in self.dormant_starts:
            with at_step(dormant.element.id):
                dormant.await_event(scope.put(dormant))
        tokens = [scope.put(shape, source) for shape in begins]
        for token in tokens:
            token.task_spec._update(token)
        if not tokens:
            scope.close_when_done(source or scope.task_tree)

    def _start(self, wanted: str | None) -> Any:
        if wanted is not None:
            named = next((s for s in self.starts if s.element.id == wanted), None)
            if named is None:
                raise WrongStateError(f"{self.name} has no start event {wanted!r}")
            return named
        plain = [s for s in self.starts if s.element.event is None] or list(self.starts)
        if len(plain) != 1:
            names = ", ".join(s.element.id for s in self.starts)
            raise WrongStateError(f"{self.name} starts in several ways; name one of: {names}")
        return plain[0]


@dataclass(frozen=True, slots=True, eq=False)
class Program:
    """A definition in runnable form."""

    definition: Definition
    main: ScopeSpec
    scopes: Mapping[str, ScopeSpec]
    #: whether something in the release waits for a condition
    conditional: bool = False
    #: how many automatic steps may follow one another: each element some rounds, and never few
    budget: int = STEP_BUDGET


def build_programs(definitions: Mapping[str, Definition]) -> dict[str, Program]:
    """Builds every definition and ties call activities to the processes they call."""
    elements = [element for d in definitions.values() for element in d.elements.values()]
    conditional = any(e.event == "conditional" for element in elements for e in element.events)
    budget = max(STEP_BUDGET, _ROUNDS * len(elements))
    programs = {
        name: _build(d, conditional=conditional, budget=budget) for name, d in definitions.items()
    }
    for program in programs.values():
        for scope in program.scopes.values():
            for shape in scope.task_specs.values():
                if isinstance(shape, activities.CalledProcess):
                    shape.inside = programs[shape.element.called or ""].main
    return programs


def _build(definition: Definition, *, conditional: bool, budget: int) -> Program:
    scopes = {name: ScopeSpec(name) for name in definition.bodies}
    for name, body in definition.bodies.items():
        _fill(scopes[name], body, definition)
        for shape in scopes[name].task_specs.values():
            if isinstance(shape, activities.SubProcess | activities.RunningEventSubProcess):
                shape.inside = scopes[shape.element.id]
    for name, body in definition.bodies.items():
        _arm(scopes[name], body, definition)
    for name in reversed(list(definition.bodies)):
        _let_remember(scopes[name])
    return Program(definition, scopes[definition.process_id], scopes, conditional, budget)


def _fill(scope: ScopeSpec, body: Body, definition: Definition) -> None:
    shapes = {name: _shape(scope, definition.elements[name]) for name in body.elements}
    exits: dict[str, list[Exit]] = {name: [] for name in shapes}
    for flow in body.flows:
        target = shapes[flow.target]
        exits[flow.source].append(Exit(flow.id, target, target.incoming, flow.condition))
        shapes[flow.source].connect(target)
        target.incoming += 1
    for name, shape in shapes.items():
        shape.exits = tuple(exits[name])
        shape.conditional = any(way.condition is not None for way in shape.exits)
        default = shape.element.default
        shape.default_exit = next((e for e in shape.exits if e.flow == default), None)
    _attach(scope, shapes)
    _give_alternatives(scope, shapes)
    scope.starts = tuple(s for s in shapes.values() if isinstance(s, events.Started))
    if not scope.starts:
        scope.entries = tuple(shapes[element.id] for element in definition.entries(body.id))
    joins = [s for s in shapes.values() if isinstance(s, gateways.Inclusive) and s.incoming > 1]
    reach = reach_of(joins, shapes)
    for join in joins:
        join.reach = reach[join.name]
    scope.inclusive_joins = tuple(joins)


def _shape(scope: ScopeSpec, element: Element) -> Any:
    kind: Any = _SHAPES.get(element.kind)
    if element.notify is not None:
        kind = activities.NoticeTask
    elif element.is_job:
        kind = activities.JobTask
    elif element.kind == "intermediateCatchEvent" and element.also:
        kind = events.Multiple
    elif element.kind == "eventSubProcess":
        kind = activities.RunningEventSubProcess
    return kind(scope, element)


def _attach(scope: ScopeSpec, shapes: Mapping[str, Any]) -> None:
    for shape in shapes.values():
        host = shape.element.attached_to
        if host is None:
            continue
        if shape.element.event == "compensate":
            continue
        for boundary in (shape, *_further_boundaries(scope, shape)):
            if boundary.element.event in _THROWN:
                shapes[host].thrown_boundaries += (boundary,)
            else:
                shapes[host].armed_boundaries += (boundary,)


def _further_boundaries(scope: ScopeSpec, shape: Any) -> list[Any]:
    """The boundary event again for each of its further definitions, with the same ways out."""
    found = []
    for number, element in enumerate(shape.element.also, 2):
        name = events.alternative_name(element, number)
        boundary = events.Boundary(scope, element, name)
        boundary.exits, boundary.default_exit = shape.exits, shape.default_exit
        boundary.conditional = shape.conditional
        found.append(boundary)
    return found


def _give_alternatives(scope: ScopeSpec, shapes: Mapping[str, Any]) -> None:
    for shape in shapes.values():
        if isinstance(shape, events.Multiple):
            shape.alternatives = tuple(
                events.Alternative(scope, part, events.alternative_name(part, number))
                for number, part in enumerate(shape.element.events, 1)
            )


def _arm(scope: ScopeSpec, body: Body, definition: Definition) -> None:
    """Gives the scope the starts of the event sub-processes that stand in it."""
    waiting: list[Any] = []
    thrown: list[Any] = []
    for name in body.elements:
        shape = scope.task_specs[name]
        if not isinstance(shape, activities.RunningEventSubProcess):
            continue
        for inner in definition.bodies[name].elements:
            element = definition.elements[inner]
            if element.kind != "startEvent":
                continue
            if element.event == "compensate":
                scope.undo_start = shape
                continue
            for number, event in enumerate(element.events, 1):
                start = events.DormantStart(scope, event, shape, number)
                (thrown if event.event in _THROWN else waiting).append(start)
    scope.dormant_starts, scope.thrown_starts = tuple(waiting), tuple(thrown)


def _let_remember(scope: ScopeSpec) -> None:
    """Gives a memory to what can be undone: by a handler, or because something inside can be."""
    shapes = dict(scope.task_specs)
    handlers = {
        s.element.attached_to: shapes[s.element.handler]
        for s in shapes.values()
        if isinstance(s, events.Boundary) and s.element.event == "compensate"
    }
    for name, shape in shapes.items():
        embedded = isinstance(shape, activities.SubProcess | activities.RunningEventSubProcess)
        inner = shape.inside if embedded else None
        if name in handlers or (inner is not None and _can_undo(inner)):
            shape.memory = activities.Memory(scope, shape, handlers.get(name))


def _can_undo(scope: ScopeSpec) -> bool:
    """Whether something in the scope can be undone once the scope is closed."""
    if scope.undo_start is not None:
        return True
    return any(shape.is_memory for shape in scope.task_specs.values())
