"""What an expression in a diagram can read: the FEEL context of a case.

Bare names are fields of the case document, shadowed by local variables of a called process and by
loop items; `case`, `local`, `outcome`, `clocks`, `indicators` stand beside them.
"""

from collections.abc import Mapping
from typing import Any

from engine.domain.clock import to_wire
from engine.feel import Expression
from engine.kernel.decide.clock_views import clock_views
from engine.kernel.decide.working import Working
from engine.kernel.run import Scope

MAIN_CLOCK = "handling"


def evaluate(w: Working, expression: Expression, scope: Scope | None = None) -> Any:
    """Evaluates at the recorded time of the command."""
    return expression.evaluate(context_of(w, expression, scope), now=w.at)


def context_of(w: Working, expression: Expression, scope: Scope | None) -> dict[str, Any]:
    """The context, with the costly parts only where the expression names them."""
    named = {path[0] for path in expression.variables if path}
    context: dict[str, Any] = dict(w.document)
    context["case"] = w.document
    if scope is not None:
        context.update(scope.local)
        context.update(scope.items)
        context["local"] = scope.local
        # a diagram drawn elsewhere may have a field of that name; a task's own answer comes first
        if scope.outcome is not None or "outcome" not in context:
            context["outcome"] = scope.outcome
    if "clocks" in named:
        context["clocks"] = clock_views(w)
    if "indicators" in named:
        context["indicators"] = indicators(w)
    return context


def indicators(w: Working) -> dict[str, Any]:
    """The case's indicators so far: what evaluation 综合评价 records (`domain.md` §9.2).

    Minutes are natural minutes per stage, by the stages' order of entering; `on_time` is that of
    the handling clock: null when the case has no limit.
    """
    handling: Mapping[str, Any] = clock_views(w).get(MAIN_CLOCK, {})
    seconds = dict(w.state.stage_seconds)
    if w.state.stage is not None and w.state.stage_since is not None:
        spent = int((w.at - w.state.stage_since).total_seconds())
        seconds[w.state.stage] = seconds.get(w.state.stage, 0) + spent
    return {
        "closed_at": None if w.state.closed_at is None else to_wire(w.state.closed_at),
        "on_time": handling.get("on_time"),
        "return_count": w.state.returns,
        "rework_count": w.state.rework,
        "stage_minutes": {stage: value // 60 for stage, value in seconds.items()},
        "total_minutes": int((w.at - w.state.opened_at).total_seconds()) // 60,
    }
