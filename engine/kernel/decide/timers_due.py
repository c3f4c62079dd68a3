"""Due times of timers that stand on no clock: working durations, and ISO 8601 in natural time."""

import re
from datetime import datetime
from typing import Any

from engine.domain.clock import from_wire
from engine.domain.deadlines import due_at
from engine.domain.errors import ExpressionError, LimitError
from engine.domain.limits import parse_limit
from engine.feel import Expression, compile_expression
from engine.kernel.compile.model import After, Element, IsoCycle, IsoDate, IsoDuration
from engine.kernel.decide.scope import evaluate
from engine.kernel.decide.working import Working
from engine.kernel.run import Scope

_CYCLE = re.compile(r"R(?P<times>\d*)/(?:(?P<start>[^P][^/]*)/)?(?P<every>P.+)")
_LATER = compile_expression("start + (if step instance of string then duration(step) else step)")


def natural_due(w: Working, element: Element, scope: Scope) -> datetime | None:
    """The next due time at arming; None when a cycle has no further round."""
    timer = element.timer
    if isinstance(timer, After):
        return _working_due(w, element, timer, scope)
    if isinstance(timer, IsoDuration):
        return _later(w.at, _value(w, timer.value, scope), element)
    if isinstance(timer, IsoDate):
        return _instant(_value(w, timer.value, scope), element)
    if isinstance(timer, IsoCycle):
        return _next_round(w, element, str(_value(w, timer.value, scope)), scope)
    raise ExpressionError(f"{element.id} has no timer", element=element.id)


def _value(w: Working, source: Expression | str, scope: Scope) -> Any:
    return source if isinstance(source, str) else evaluate(w, source, scope)


def _working_due(w: Working, element: Element, timer: After, scope: Scope) -> datetime:
    amount: Any = timer.amount
    if isinstance(amount, Expression):
        amount = evaluate(w, amount, scope)
    try:
        limit = parse_limit(f"{amount}{timer.unit}")
    except LimitError as exc:
        raise ExpressionError(f"{element.id}: {exc}", element=element.id) from exc
    return due_at(w.at, limit, w.world.worktime).at


def _later(start: datetime, every: Any, element: Element) -> datetime:
    due = _LATER.evaluate({"start": start, "step": every})
    if not isinstance(due, datetime):
        raise ExpressionError(
            f"{element.id}: {every!r} is no duration; write one such as PT4H or P3D",
            element=element.id,
        )
    return due


def _instant(value: Any, element: Element) -> datetime:
    if isinstance(value, datetime) and value.tzinfo is not None:
        return value
    try:
        return from_wire(str(value))
    except ValueError as exc:
        raise ExpressionError(
            f"{element.id}: {value!r} is no instant with a zone", element=element.id
        ) from exc


def _next_round(w: Working, element: Element, text: str, scope: Scope) -> datetime | None:
    """`R3/PT10M`: three rounds, each from the due time of the one before."""
    found = _CYCLE.fullmatch(text)
    if found is None:
        raise ExpressionError(
            f"{element.id}: {text!r} is no repetition; write one such as R3/PT10M",
            element=element.id,
        )
    if found["times"] and scope.fired >= int(found["times"]):
        return None
    if scope.last_due is not None:
        return _later(scope.last_due, found["every"], element)
    if found["start"]:
        return _instant(found["start"], element)
    return _later(w.at, found["every"], element)
