"""Events: starts, catches, throws, ends, boundary events and the starts of event sub-processes."""

from typing import Any

from engine.kernel.compile.model import Element
from engine.kernel.run import throwing
from engine.kernel.run.activities import payload_of, throw_message
from engine.kernel.run.awaiting import Awaits, go_on, rearm
from engine.kernel.run.host import Thrown
from engine.kernel.run.loops import body_of
from engine.kernel.run.shape import Shape
from engine.kernel.run.spiff import (
    EndEvent,
    IntermediateCatchEvent,
    IntermediateThrowEvent,
    ReceiveTask,
    StartEvent,
)
from engine.kernel.run.token import COMPLETED, ROOT, WAITING, Token
from engine.kernel.run.undoing import (
    is_undoing,
    keep_portions,
    scopes_to_undo,
    undo_next,
    undone,
    withdraw_undoing,
)

#: Ends that do more than throw; an end event has one of them at most.
_ENDS_MORE = frozenset({"terminate", "error", "cancel", "compensate"})
_WAIT_KINDS = {"conditional": "condition"}


class Started(Shape, StartEvent):
    """A start event whose event has come."""

    event_definition = None


class Catching(Awaits, Shape, IntermediateCatchEvent):
    """An event that is waited for: message, signal or timer."""

    event_definition = None

    def __init__(self, scope_spec: Any, element: Element, name: str | None = None) -> None:
        Shape.__init__(self, scope_spec, element, name)
        self.wait_kind = _WAIT_KINDS.get(element.event or "", element.event)


class AwaitingTask(Awaits, Shape, ReceiveTask):
    """A receive task."""

    event_definition = None
    wait_kind = "message"


class Boundary(Catching):
    """An event attached to an activity. It waits as a child of the activity's token."""

    def arm_at(self, host_token: Token) -> None:
        self.await_event(host_token._add_child(self))

    def _on_cancel(self, token: Token) -> None:
        """It was entered only if its event has come."""
        if token.parent.id == ROOT:
            Shape._on_cancel(self, token)

    def come(self, token: Token) -> None:
        self.fire_at(token.parent)
        if not self.element.interrupting and token.id in token.workflow.tasks:
            rearm(token)

    def fire_at(self, host_token: Token, source: Token | None = None) -> None:
        """Lets a token out of the boundary; an interrupting event ends the activity."""
        workflow = host_token.workflow
        token = workflow.put(self, source or host_token)
        if self.element.interrupting:
            host_token.cancel()
            if is_undoing(host_token):
                undone(host_token)
        self.enter(token)
        go_on(token)


class DormantStart(Catching):
    """The start of an event sub-process, waiting in the scope around it."""

    is_dormant = True
    #: the event sub-process it opens
    opens: Any = None

    def __init__(self, scope_spec: Any, element: Any, opens: Any, number: int = 1) -> None:
        name = f"{element.id}?" if number == 1 else alternative_name(element, number)
        Catching.__init__(self, scope_spec, element, name=name)
        self.opens = opens

    def come(self, token: Token) -> None:
        workflow = token.workflow
        self.open_in(workflow)
        if not self.element.interrupting and token.id in workflow.tasks:
            rearm(token)

    def open_in(self, workflow: Any, source: Token | None = None) -> None:
        """Starts the event sub-process; an interrupting one ends everything beside it."""
        token = workflow.put(self.opens, source)
        if self.element.interrupting:
            workflow.cancel_tokens(spare=token)
        self.opens._update(token)

    def _on_cancel(self, token: Token) -> None:
        """It was never entered."""


class Multiple(Awaits, Shape, IntermediateCatchEvent):
    """An event in the path with several definitions: waits for the first, or for all of them."""

    event_definition = None
    wait_kind = None
    alternatives: tuple[Any, ...] = ()

    def await_event(self, token: Token) -> None:
        """Begins to wait for each of its events."""
        token._set_state(WAITING)
        for alternative in self.alternatives:
            alternative.await_event(token._add_child(alternative))


class Alternative(Catching):
    """One of the several events that `Multiple` waits for; it waits as a child of its token."""

    def come(self, token: Token) -> None:
        whole, workflow = token.parent, token.workflow
        workflow.forget(token)
        others = whole.children
        if others and self.element.parallel_multiple:
            return
        for other in others:
            workflow.forget(other)
        whole.task_spec.come(whole)

    def _on_cancel(self, token: Token) -> None:
        """The whole event was entered, not this part."""


def alternative_name(element: Element, number: int) -> str:
    """A name for a shape of one of several definitions, which no diagram can use."""
    return f"{element.id}?{number}"


class _MayUndo(Shape):
    """A throw or end that may wait until what it undoes has been undone."""

    changes_data = True

    def _on_cancel(self, token: Token) -> None:
        withdraw_undoing(token)
        super()._on_cancel(token)

    def _undoes(self, token: Token, activity: str | None) -> bool:
        """Undoes one activity after the other; whether one is being undone now."""
        return any(undo_next(scope, activity, token) for scope in scopes_to_undo(token))


class Throwing(_MayUndo, IntermediateThrowEvent):
    """An intermediate event that throws, or nothing at all."""

    event_definition = None

    def act(self, token: Token) -> bool | None:
        if self.element.event == "compensate":
            return None if self._undoes(token, self.element.compensates) else True
        throw(self, token)
        return True


class Ending(_MayUndo, EndEvent):
    """An end event."""

    event_definition = None

    def act(self, token: Token) -> bool | None:
        """Undoes, throws its other events, then ends more than its own token, in this order."""
        last = next((e for e in self.element.events if e.event in _ENDS_MORE), self.element)
        event = last.event
        if event == "cancel":
            keep_portions(token.workflow)
            token.workflow.cancel_tokens(spare=token)
        if event in ("cancel", "compensate") and self._undoes(token, last.compensates):
            return None
        token.workflow.top_workflow.ends.append(self.element.id)
        throw(self, token)
        if token.id not in token.workflow.tasks:
            return True  # what it has thrown has interrupted it
        if event == "terminate":
            token.workflow.cancel_tokens(spare=token)
        elif event == "error":
            self._fail(token, last.error_code)
        elif event == "cancel":
            self._cancel_transaction(token)
        return True

    def _cancel_transaction(self, token: Token) -> None:
        """Everything done in the transaction is undone: it is left, with all rounds of its loop."""
        inside = token.workflow.host_token
        host = body_of(inside) or inside
        boundary = next(b for b in host.task_spec.thrown_boundaries if b.element.event == "cancel")
        self.leave(token)
        token._set_state(COMPLETED)
        boundary.fire_at(host, token)

    def _fail(self, token: Token, code: str | None) -> None:
        """The token ends here, whatever its error does to the scopes around."""
        self.leave(token)
        token._set_state(COMPLETED)
        throwing.throw_error_or_fail(token, code)
        if token.id in token.workflow.tasks:
            token.workflow.forget(token)


def throw(shape: Shape, token: Token) -> None:
    """Throws the shape's events, in their order."""
    for element in shape.element.events:
        _throw(element, shape, token)


def _throw(element: Element, shape: Shape, token: Token) -> None:
    kind, top = element.event, token.workflow.top_workflow
    if kind == "message":
        throw_message(shape, token, element.message)
    elif kind == "signal":
        name = element.signal or ""
        payload = payload_of(shape, token)
        top.thrown.append(Thrown("signal", name, payload))
        throwing.signal(top, name, payload)
    elif kind == "escalation":
        code = element.escalation_code
        if not throwing.throw_escalation(token, code):
            top.thrown.append(Thrown("escalation", code or "", payload_of(shape, token)))
