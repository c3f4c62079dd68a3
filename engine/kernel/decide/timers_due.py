"""Due times of timers that stand on no clock: a working duration from the moment of arming."""

from datetime import datetime
from typing import Any

from engine.domain.deadlines import due_at
from engine.domain.errors import ExpressionError, LimitError
from engine.domain.limits import parse_limit
from engine.kernel.compile.model import After, Element
from engine.kernel.decide.scope import evaluate
from engine.kernel.decide.working import Working
from engine.kernel.run import Scope


def working_due(w: Working, element: Element, timer: After, scope: Scope) -> datetime:
    """`amount unit` counted from now on the case's calendar."""
    amount: Any = timer.amount
    if hasattr(amount, "evaluate"):
        amount = evaluate(w, amount, scope)
    try:
        limit = parse_limit(f"{amount}{timer.unit}")
    except LimitError as exc:
        raise ExpressionError(f"{element.id}: {exc}", element=element.id) from exc
    return due_at(w.at, limit, w.world.worktime).at
