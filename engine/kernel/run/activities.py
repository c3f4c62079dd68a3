"""Tasks, sub-processes and called processes."""

from typing import Any

from engine.feel import to_json
from engine.kernel.compile.model import Assign
from engine.kernel.run.host import Scope, Thrown
from engine.kernel.run.shape import Shape
from engine.kernel.run.spiff import (
    CallActivity,
    EventSubprocess,
    NoneTask,
    ScriptTask,
    SendTask,
    ServiceTask,
    SubWorkflowTask,
    UserTask,
)
from engine.kernel.run.token import READY, STARTED, Token
from engine.kernel.run.workflow import Flat, ScopeWorkflow


class PassingTask(Shape, NoneTask):
    """An abstract or manual task: nothing that the engine could wait for."""


class PersonTask(Shape, UserTask):
    """A user task: a work item until somebody completes it."""

    wait_kind = "work_item"
    is_manual = True
    rest_state = READY


class JobTask(Shape, ServiceTask):
    """A service task: a job until a worker completes it."""

    wait_kind = "job"
    rest_state = STARTED

    def act(self, token: Token) -> None:
        """The worker's answer completes the token."""

    def wait_name(self) -> str | None:
        return self.element.topic


class AssigningTask(Shape, ScriptTask):
    """A script task: assignments in FEEL, in their order."""

    script = ""
    changes_data = True

    def act(self, token: Token) -> bool:
        write_all(self.element.assigns, token, self.scope(token), self.scope(token), self)
        return True


class DecidingTask(Shape, ScriptTask):
    """A business rule task: a decision of the release."""

    script = ""
    changes_data = True

    def act(self, token: Token) -> bool:
        scope, host = self.scope(token), token.workflow.top_workflow.host
        value = host.decide(self.element, scope)
        if self.element.result is not None:
            host.write(self.element.result, value, scope, self.element)
        return True


class NoticeTask(Shape, SendTask):
    """A send task with `cl:notify`: notices in the same transaction."""

    def act(self, token: Token) -> bool:
        token.workflow.top_workflow.host.notify(self.element, self.scope(token))
        return True


class MessageTask(Shape, SendTask):
    """A send task with a message."""

    def act(self, token: Token) -> bool:
        throw_message(self, token, self.element.message)
        return True


class Enclosing(Shape):
    """What all activities with an inside have in common."""

    is_call = False
    #: the specification of the inside, set when the program is put together
    inside: Any = None
    rest_state = STARTED

    def arrive(self, token: Token) -> bool:
        """Opens the inside and starts it; the token waits until the inside is closed."""
        self.wait_started(token)
        scope = self.open_inside(token)
        self.start_inside(scope, token)
        return False

    def act(self, token: Token) -> bool:
        """The inside is closed."""
        return True

    def open_inside(self, token: Token) -> ScopeWorkflow:
        return ScopeWorkflow(self.inside, token, is_process=self.is_call)

    def start_inside(self, scope: ScopeWorkflow, token: Token) -> None:
        scope.spec.begin(scope, source=token)

    def on_inside_closed(self, token: Token, scope: Flat, last: Token) -> None:
        """The path through the inside was this token's path."""
        token.data, token.undo = last.data, scope.remembered


class SubProcess(Enclosing, SubWorkflowTask):
    """An embedded sub-process, or a transaction."""


class Memory(Shape, NoneTask):
    """Stands beside an activity that can be undone, with the name `ACTIVITY~done`."""

    is_dormant = True
    is_memory = True

    def __init__(self, scope_spec: Any, host: Any, handler: Any) -> None:
        Shape.__init__(self, scope_spec, host.element, f"{host.element.id}~done")
        self.host = host
        #: the activity that undoes it; None: what is inside is undone
        self.handler = handler

    def inner_handler(self) -> Any:
        """The compensation event sub-process inside the activity."""
        return getattr(getattr(self.host, "inside", None), "undo_start", None)

    def _on_cancel(self, token: Token) -> None:
        """A memory was never entered."""


class CalledProcess(Enclosing, CallActivity):
    """A call activity: a process of the same release, with local variables of its own."""

    is_call = True
    changes_data = True

    def start_inside(self, scope: ScopeWorkflow, token: Token) -> None:
        outer, inner = self.scope(token), Scope(local=scope.data, path=scope.path)
        write_all(_local(self.element.maps_in), token, outer, inner, self)
        scope.spec.begin(scope, source=None)

    def on_inside_closed(self, token: Token, scope: Flat, last: Token) -> None:
        write_all(self.element.maps_out, token, scope.scope_of(last), self.scope(token), self)


class RunningEventSubProcess(Enclosing, EventSubprocess):
    """An event sub-process after its event has come."""

    def __init__(self, scope_spec: Any, element: Any) -> None:
        Shape.__init__(self, scope_spec, element)
        self.takes_over = element.interrupting


def _local(assigns: tuple[Assign, ...]) -> tuple[Assign, ...]:
    return tuple(Assign(f"local.{a.name.removeprefix('local.')}", a.value) for a in assigns)


def write_all(
    assigns: tuple[Assign, ...], token: Token, read: Scope, write: Scope, shape: Shape
) -> None:
    """Evaluates in one scope and writes into another, one after the other."""
    host = token.workflow.top_workflow.host
    for assign in assigns:
        host.write(assign.name, host.evaluate(assign.value, read), write, shape.element)


def throw_message(shape: Shape, token: Token, message: str | None) -> None:
    """A message leaves the instance; whoever steps it finds the receiver."""
    top = token.workflow.top_workflow
    name = message or shape.element.id
    targets = shape.element.flows_to
    top.thrown.append(Thrown("message", name, payload_of(shape, token), targets))


def payload_of(shape: Shape, token: Token) -> dict[str, Any]:
    host, scope = token.workflow.top_workflow.host, shape.scope(token)
    return {a.name: to_json(host.evaluate(a.value, scope)) for a in shape.element.payload}
