"""Gateways. Joins count the tokens on each incoming flow and consume exactly those they join."""

from engine.kernel.run.shape import Exit, Shape
from engine.kernel.run.spiff import (
    EventBasedGateway,
    ExclusiveGateway,
    InclusiveGateway,
    ParallelGateway,
)
from engine.kernel.run.token import ROOT, WAITING, Token
from engine.kernel.run.workflow import Flat


class Exclusive(Shape, ExclusiveGateway):
    """The first flow in document order whose condition is true, else the default flow."""

    def choose(self, token: Token) -> tuple[Exit, ...]:
        if len(self.exits) <= 1 and not self.conditional:
            return self.exits
        for way in self.exits:
            if self.holds(way, token):
                return (way,)
        if self.default_exit is None:
            raise self.no_flow()
        return (self.default_exit,)


class Joining(Shape):
    """A gateway that may wait for further tokens; it is entered when it has them."""

    counts_flows = True

    def _on_cancel(self, token: Token) -> None:
        """A token that still waits for others has not entered the gateway."""
        if token._state != WAITING:
            super()._on_cancel(token)


class Parallel(Joining, ParallelGateway):
    """Waits for one token on each incoming flow; tokens beyond that stay for the next round."""

    def _update_hook(self, token: Token) -> bool:
        if self.incoming > 1:
            token._set_state(WAITING)
            partners = self._partners(token)
            if len(partners) < self.incoming:
                return False
            for partner in partners.values():
                if partner is not token:
                    token.workflow.forget(partner)
        self.enter(token)
        return True

    def _partners(self, token: Token) -> dict[int | None, Token]:
        """The oldest waiting token of each incoming flow."""
        oldest: dict[int | None, Token] = {}
        for other in token.workflow.tokens():
            if other.task_spec is self and other._state == WAITING:
                oldest.setdefault(other.flow, other)
        return oldest

    def _run_hook(self, token: Token) -> bool:
        return True


class Inclusive(Joining, InclusiveGateway):
    """Joins every token that can still come, then takes every flow whose condition is true."""

    #: by element of the scope: the incoming flows of this gateway that a token there can reach
    reach: dict[str, frozenset[int]]

    def _update_hook(self, token: Token) -> bool:
        if self.incoming > 1:
            token._set_state(WAITING)
            return False
        self.enter(token)
        return True

    def _run_hook(self, token: Token) -> bool:
        return True

    def can_fire(self, scope: Flat, waiting: list[Token]) -> bool:
        """No token elsewhere can reach an empty flow unless it can reach a filled one as well.

        What hangs under a token (its boundary events, the events behind an event gateway, the
        rounds of a loop) is no token of its own: the one above reaches what they reach.
        """
        filled = {t.flow for t in waiting}
        for token in scope.tokens():
            if token.task_spec is self or not token.is_free:
                continue
            reach = self.reach.get(token.task_spec.name, frozenset())
            if reach - filled and not reach & filled:
                return False
        return True

    def fire(self, scope: Flat, waiting: list[Token]) -> None:
        """Consumes the oldest token of each filled flow; the newest of them goes on."""
        oldest: dict[int | None, Token] = {}
        for token in waiting:
            oldest.setdefault(token.flow, token)
        joined = sorted(oldest.values(), key=lambda t: t.id)
        for token in joined[:-1]:
            scope.forget(token)
        self.enter(joined[-1])
        scope.top_workflow.resume(joined[-1])


class EventGateway(Shape, EventBasedGateway):
    """Waits for the first of the events behind it."""

    def arrive(self, token: Token) -> bool:
        token._set_state(WAITING)
        for way in self.exits:
            child = token._add_child(way.target)
            way.target.await_event(child)
        return False

    def decided(self, gateway: Token, chosen: Token) -> None:
        """One of the events has come: the others are no longer waited for."""
        workflow = gateway.workflow
        for child in gateway.children:
            if child is not chosen:
                for part in child.children:  # one of several events
                    workflow.forget(part)
                workflow.forget(child)
        self.leave(gateway)
        workflow.forget(gateway)


def gateway_before(token: Token) -> Token | None:
    """The event gateway that this token's event stands behind, while it is undecided."""
    parent = token.parent
    if parent is None or parent.id == ROOT or not isinstance(parent.task_spec, EventGateway):
        return None
    return parent if isinstance(parent, Token) else None
