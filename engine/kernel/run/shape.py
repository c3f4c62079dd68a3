"""What every shape of a diagram does: enter, arm what is attached, take flows, leave, withdraw.

A mixin before SpiffWorkflow's own task specs. Nothing is predicted: children are made when a
token moves. Shapes are made when a release is compiled and never change afterwards.
"""

from dataclasses import dataclass
from typing import Any

from engine.domain.errors import NoFlowTakenError
from engine.feel import Expression
from engine.kernel.compile.model import Element
from engine.kernel.run.failing import at_step
from engine.kernel.run.host import Scope
from engine.kernel.run.loops import Looping
from engine.kernel.run.spiff import BpmnSpecMixin
from engine.kernel.run.token import STARTED, WAITING, Token
from engine.kernel.run.undoing import is_undoing, remember, undone


@dataclass(frozen=True, slots=True)
class Exit:
    """One outgoing flow: where it leads, and as which of the target's incoming flows."""

    flow: str
    target: Any
    arrives_as: int
    condition: Expression | None


class Shape(Looping):
    """One element of a diagram, as a SpiffWorkflow task spec."""

    element: Element
    _outputs: list[str]
    exits: tuple[Exit, ...] = ()
    default_exit: Exit | None = None
    #: whether one of the exits has a condition
    conditional = False
    #: boundary events that wait (message, signal, timer), and those that are looked up when thrown
    armed_boundaries: tuple[Any, ...] = ()
    thrown_boundaries: tuple[Any, ...] = ()
    #: an event sub-process that waits for its event; one that has interrupted its scope
    is_dormant = False
    is_memory = False
    takes_over = False
    #: what a token here waits for, as `Wait.kind`
    wait_kind: str | None = None
    #: the state of a token that waits here between two commands
    rest_state = WAITING
    is_manual = False
    #: whether its step may change what conditions read, or end what waits for them
    changes_data = False
    #: a join, which asks by which flow a token has come
    counts_flows = False

    def __init__(self, scope_spec: Any, element: Element, name: str | None = None) -> None:
        self.element = element
        self.repeats = element.loop is not None
        self.incoming = 0
        BpmnSpecMixin.__init__(self, scope_spec, name or element.id, bpmn_name=element.name)
        self.manual = self.is_manual

    # SpiffWorkflow's protocol

    def test(self) -> None:
        """The gate has checked the diagram; SpiffWorkflow would check at every step."""

    def connect(self, taskspec: Any) -> None:
        """Conditions stand on our exits, so every flow is connected in the same way."""
        self._outputs.append(taskspec.name)
        taskspec._connect_notify(self)

    def _predict(self, *_args: Any, **_kwargs: Any) -> None:
        """Nothing is predicted: a forecast grows with the diagram, a token does not."""

    def _update_hook(self, token: Token) -> bool:
        """A token has arrived; True makes it ready to run."""
        with at_step(self.element.id):
            if self.starts_loop(token):
                return self.begin_loop(token)
            self.enter(token)
            return self.arrive(token)

    def _on_ready(self, token: Token) -> None:
        if not self.manual:
            token.workflow.top_workflow.queue.append(token)

    def _run_hook(self, token: Token) -> bool | None:
        if token.loop is not None and token.loop.get("done"):
            return True
        return self.act(token)

    def _on_complete_hook(self, token: Token) -> None:
        self.disarm(token)
        if self.is_loop_instance(token):
            self.leave(token)
            self.end_loop_instance(token)
            return
        if token.loop is None:
            self.leave(token)
        if is_undoing(token):
            undone(token)
            return
        if self.memory is not None:
            remember(self.memory, token)
        self.take_exits(token)

    def _on_cancel(self, token: Token) -> None:
        if token.loop is None:
            token.workflow.top_workflow.log("cancelled", token)

    def _on_error(self, token: Token) -> None:
        """An exception of ours: the command is dropped with this instance."""

    # what a shape decides

    def arrive(self, token: Token) -> bool:
        """Prepares the token; True makes it ready to run."""
        return True

    def act(self, token: Token) -> bool | None:
        """Does the work; True completes, None waits for somebody to complete."""
        return True

    def wait_name(self) -> str | None:
        """The name under which somebody can reach a token that waits here."""
        return None

    # steps that shapes share

    def enter(self, token: Token) -> None:
        token.workflow.top_workflow.log("entered", token)
        self.arm(token)

    def leave(self, token: Token) -> None:
        token.workflow.top_workflow.log("left", token)

    def arm(self, token: Token) -> None:
        """Boundary events start to wait when their activity begins, once for a whole loop."""
        if self.is_loop_instance(token):
            return
        for boundary in self.armed_boundaries:
            boundary.arm_at(token)

    def disarm(self, token: Token) -> None:
        if not self.armed_boundaries:
            return
        for child in token.children:
            if child.task_spec in self.armed_boundaries:
                token.workflow.forget(child)

    def take_exits(self, token: Token) -> None:
        """Sends a token along every flow that is to be taken."""
        for way in self.choose(token):
            child = token._add_child(way.target)
            child.flow = way.arrives_as if way.target.counts_flows else None

    def choose(self, token: Token) -> tuple[Exit, ...]:
        """All flows whose condition holds; the default flow if no condition does."""
        if not self.conditional:
            return self.exits
        taken = tuple(way for way in self.exits if self.holds(way, token))
        conditional = any(way.condition is not None for way in taken)
        if not conditional and self.default_exit is not None:
            return tuple(w for w in self.exits if w is self.default_exit or w in taken)
        if not taken:
            raise self.no_flow()
        return taken

    def holds(self, way: Exit, token: Token) -> bool:
        if way is self.default_exit:
            return False
        if way.condition is None:
            return True
        top = token.workflow.top_workflow
        return top.host.evaluate(way.condition, self.scope(token)) is True

    def no_flow(self) -> NoFlowTakenError:
        return NoFlowTakenError(
            f"{self.element.id}: no outgoing flow has a true condition and there is no default",
            element=self.element.id,
        )

    def scope(self, token: Token) -> Scope:
        found: Scope = token.workflow.scope_of(token)
        return found

    def wait_started(self, token: Token) -> bool:
        """Lets the token wait for somebody to complete it."""
        token._set_state(STARTED)
        return False
