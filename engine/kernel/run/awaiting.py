"""Waiting for a message, a signal or a timer: what catching events and receive tasks share."""

from typing import Any

from engine.domain.errors import ExpressionError
from engine.feel import to_json
from engine.kernel.compile.model import AtClock, Element, IsoCycle
from engine.kernel.run.gateways import gateway_before
from engine.kernel.run.token import READY, WAITING, Token


class Awaits:
    """The part of a shape that waits for its event; mixed in before `Shape`."""

    element: Element
    wait_kind: str | None

    def arrive(self, token: Token) -> bool:
        self.await_event(token)
        return False

    def await_event(self, token: Token) -> None:
        """Begins to wait."""
        token._set_state(WAITING)
        if self.wait_kind == "timer":
            host = token.workflow.top_workflow.host
            token.due = host.due(self.element, token.workflow.scope_of(token))
            self._refuse_what_never_comes(token)
        elif self.wait_kind == "message":
            token.key = self._key(token)

    def _refuse_what_never_comes(self, token: Token) -> None:
        """A cycle that is over, where nothing else could come: the path would stand still unseen.

        Beside other events (a gateway's, an activity's) it is harmless that one never comes.
        """
        element = self.element
        alone = element.kind == "intermediateCatchEvent" and not element.also
        over = token.due is None and isinstance(element.timer, IsoCycle)
        if alone and over and gateway_before(token) is None:
            raise ExpressionError(
                f"{element.id}: the last round of its cycle was due before it is reached, so it "
                "would wait for ever; write a later end, or a duration",
                element=element.id,
            )

    def wait_name(self) -> str | None:
        """The name of the message or signal."""
        if self.wait_kind == "message":
            return self.element.message or self.element.id
        return self.element.signal if self.wait_kind == "signal" else None

    def come(self, token: Token) -> None:
        """The event has come: behind an event gateway it is entered now, and no other waits."""
        gateway = gateway_before(token)
        if gateway is not None:
            gateway.task_spec.decided(gateway, token)
            self.enter(token)  # type: ignore[attr-defined]  # the shape this class is mixed into
        go_on(token)

    def _on_cancel(self, token: Token) -> None:
        """Behind an undecided event gateway it was never entered."""
        if gateway_before(token) is None:
            super()._on_cancel(token)  # type: ignore[misc]  # the shape this class is mixed into

    def _key(self, token: Token) -> str | None:
        """The correlation key that the awaited message must carry."""
        expression = self.element.correlation_key
        if expression is None:
            return None
        host: Any = token.workflow.top_workflow.host
        return key_text(to_json(host.evaluate(expression, token.workflow.scope_of(token))))


def key_text(value: Any) -> str | None:
    """A correlation key as a sender writes it: `true`, not as Python has it."""
    if value is None or isinstance(value, str):
        return value
    return str(value).lower() if isinstance(value, bool) else str(value)


def go_on(token: Token) -> None:
    """The token may pass its event."""
    token._set_state(READY)
    token.workflow.top_workflow.queue.append(token)


def rearm(token: Token) -> None:
    """What a non-interrupting event does after it came: timers by their kind, others stay.

    A point of a clock waits on without a due time unless the host gives one; a cycle asks for its
    next round; every other timer has fired for good.
    """
    element = token.task_spec.element
    if element.event != "timer":
        return
    token.fired += 1
    if not isinstance(element.timer, AtClock | IsoCycle):
        token.workflow.forget(token)
        return
    host = token.workflow.top_workflow.host
    token.due = host.due(element, token.workflow.scope_of(token))
    if token.due is None and isinstance(element.timer, IsoCycle):
        token.workflow.forget(token)
