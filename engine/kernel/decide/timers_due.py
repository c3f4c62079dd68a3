"""Due times of timers that stand on no clock: working durations, and ISO 8601 in natural time."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, NamedTuple, TypeVar

from engine.domain.deadlines import due_at
from engine.domain.errors import ExpressionError, LimitError
from engine.domain.limits import parse_limit
from engine.feel import Expression, compile_expression
from engine.kernel import iso
from engine.kernel.compile.model import After, Element, IsoCycle, IsoDate, IsoDuration
from engine.kernel.decide.scope import evaluate
from engine.kernel.decide.working import Working
from engine.kernel.run import Scope

_LATER = compile_expression("start + step")

T = TypeVar("T")


class Rounds(NamedTuple):
    """From when a timer waits, how often it has fired, and when it was due last."""

    since: datetime
    fired: int = 0
    last_due: datetime | None = None


def natural_due(w: Working, element: Element, scope: Scope) -> datetime | None:
    """The next due time at arming; None when a cycle has no further round."""
    timer = element.timer
    if isinstance(timer, After):
        return _working_due(w, element, timer, scope)
    source = _source(element)
    value = source if isinstance(source, str) else evaluate(w, source, scope)
    return _next(element, value, Rounds(w.at, scope.fired, scope.last_due))


def start_due(start: Element, rounds: Rounds) -> datetime | None:
    """When a timer start event of a process opens its next case; None when it opens no more.

    There is no case yet: an expression reads nothing but `now()`, the instant it waits from.
    ExpressionError when it gives no time.
    """
    if rounds.fired and not isinstance(start.timer, IsoCycle):
        return None
    return _next(start, _start_value(start, rounds.since), rounds)


def rounds_from(start: Element, since: datetime, after: datetime | None = None) -> Rounds:
    """Where a timer start event begins: what lies before `since` is past and opens nothing.

    `after` is the instant of the last round that is done with: none is done twice.
    """
    if isinstance(start.timer, IsoDuration):
        return Rounds(since)
    value = _start_value(start, since)
    first = since if after is None or after < since else after + timedelta(microseconds=1)
    if isinstance(start.timer, IsoDate):
        due = _instant(value, start)
        return Rounds(since, 1, due) if due < first else Rounds(since)
    over = _read(start, lambda text: iso.parse_cycle(text).over_before(first), str(value))
    return Rounds(since, *over)


def _start_value(start: Element, since: datetime) -> Any:
    source = _source(start)
    return source if isinstance(source, str) else source.evaluate({}, now=since)


def _source(element: Element) -> Expression | str:
    if isinstance(element.timer, IsoDuration | IsoDate | IsoCycle):
        return element.timer.value
    raise ExpressionError(f"{element.id} has no timer", element=element.id)


def _next(element: Element, value: Any, rounds: Rounds) -> datetime | None:
    if isinstance(element.timer, IsoDuration):
        return _later(rounds.since, value, element)
    if isinstance(element.timer, IsoDate):
        return _instant(value, element)
    return _next_round(element, str(value), rounds)


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
    if isinstance(every, str):
        return _read(element, lambda text: iso.parse_duration(text).after(start), every)
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
    return _read(element, iso.parse_date, str(value))


def _next_round(element: Element, text: str, rounds: Rounds) -> datetime | None:
    """`R3/PT10M`: three rounds, each from the due time of the one before."""
    return _read(
        element,
        lambda text: iso.parse_cycle(text).due(rounds.since, rounds.fired, rounds.last_due),
        text,
    )


def _read(element: Element, read: Callable[[str], T], text: str) -> T:
    """A text by our one reading of ISO 8601; ExpressionError when it is none."""
    try:
        return read(text)
    except ValueError as exc:
        raise ExpressionError(f"{element.id}: {exc}", element=element.id) from exc
