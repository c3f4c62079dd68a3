"""Who catches what is thrown: errors and escalations by scope, signals everywhere.

An error looks at the boundary events of the activity that threw it, then at the event
sub-processes of the scope, then at the activity around, and so on outwards. At each place a
handler that names the code comes before one that takes every code.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from engine.domain.errors import UncaughtBpmnError
from engine.kernel.run.failing import at_step
from engine.kernel.run.loops import body_of
from engine.kernel.run.token import WAITING, Token
from engine.kernel.run.workflow import CaseWorkflow, Flat


def throw_error(token: Token, code: str | None) -> bool:
    """Hands an error to its handler; False when there is none and nothing was changed."""
    return _hand_over(token, "error", code)


def throw_error_or_fail(token: Token, code: str | None) -> None:
    """The error of an end event."""
    if not throw_error(token, code):
        element = token.task_spec.element
        raise UncaughtBpmnError(
            f"{element.id} throws the error {code!r} and nothing in the diagram catches it",
            element=element.id,
            code=code,
        )


def throw_escalation(token: Token, code: str | None) -> bool:
    """Hands an escalation to its handler; the thrower goes on unless it is interrupted."""
    return _hand_over(token, "escalation", code)


def signal(top: CaseWorkflow, name: str, payload: Mapping[str, Any]) -> int:
    """Reaches every event that waits for the signal now; answers how many."""
    waiting = [
        token
        for scope in top.scopes_inside()
        for token in scope.tokens()
        if token._state == WAITING
        and token.task_spec.wait_kind == "signal"
        and token.task_spec.wait_name() == name
    ]
    reached = 0
    for token in waiting:
        if token.id in token.workflow.tasks and token._state == WAITING:
            with at_step(token.task_spec.element.id):
                top.host.receive(token.task_spec.element, payload)
                token.task_spec.come(token)
            reached += 1
    return reached


def _hand_over(token: Token, kind: str, code: str | None) -> bool:
    came_from: Any = None
    for activity, scope in _places(token):
        host_token = body_of(activity) or activity
        boundary = _boundary(host_token, kind, code)
        if boundary is not None:
            boundary.fire_at(host_token, token)
            return True
        start = None if scope.is_interrupted() else _event_start(scope, kind, code, came_from)
        if start is not None:
            start.open_in(scope, token)
            return True
        came_from = None if scope.host_token is None else scope.host_token.task_spec
    return False


def _places(token: Token) -> Iterator[tuple[Token, Flat]]:
    """The throwing activity with its scope, then each activity around it with its scope."""
    at: Token | None = token
    while at is not None:
        scope = at.workflow
        yield at, scope
        at = scope.host_token


def _boundary(host_token: Token, kind: str, code: str | None) -> Any:
    return _best(host_token.task_spec.thrown_boundaries, kind, code)


def _event_start(scope: Flat, kind: str, code: str | None, came_from: Any) -> Any:
    """An event sub-process does not catch what was thrown inside itself."""
    starts = [s for s in scope.spec.thrown_starts if s.opens is not came_from]
    return _best(starts, kind, code)


def _best(shapes: Any, kind: str, code: str | None) -> Any:
    matching = [s for s in shapes if s.element.event == kind and _code_of(s) in (code, None)]
    named = [s for s in matching if _code_of(s) is not None]
    return next(iter(named or matching), None)


def _code_of(shape: Any) -> str | None:
    element = shape.element
    code: str | None = element.error_code if element.event == "error" else element.escalation_code
    return code
