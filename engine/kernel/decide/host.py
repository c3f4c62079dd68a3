"""What the stepping layer asks of a case while it runs automatic steps."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from engine.domain.errors import DecisionError
from engine.feel import Expression, to_json
from engine.kernel.compile.model import AtClock, Element
from engine.kernel.decide import document
from engine.kernel.decide.clocks import due_of_point
from engine.kernel.decide.correlating import take_over
from engine.kernel.decide.notify import notify
from engine.kernel.decide.scope import context_of, evaluate
from engine.kernel.decide.timers_due import natural_due
from engine.kernel.decide.working import Working
from engine.kernel.run import Scope


class CaseHost:
    """Implements `engine.kernel.run.Host` over the working copy of one decision."""

    def __init__(self, working: Working) -> None:
        self._w = working

    @property
    def now(self) -> datetime:
        return self._w.at

    def evaluate(self, expression: Expression, scope: Scope) -> Any:
        return evaluate(self._w, expression, scope)

    def write(self, name: str, value: Any, scope: Scope, element: Element) -> None:
        """`local.x` writes the local variables of the called process, else the document."""
        if name.startswith("local."):
            scope.local[name.removeprefix("local.")] = to_json(value)
            return
        document.write_feel(self._w, name, value, element)

    def decide(self, element: Element, scope: Scope) -> Any:
        """Takes a decision of the release; inputs and matched rules become an event."""
        model = self._w.world.model
        if element.decision is None or element.decision not in model.decisions:
            raise DecisionError(
                f"{element.id}: the release has no decision {element.decision!r}",
                element=element.id,
            )
        decisions = model.decisions[element.decision]
        context = context_of(self._w, _EVERYTHING, scope)
        result = decisions.decide(element.decision, context, now=self._w.at)
        self._w.emit(
            "decision.taken",
            {
                "decision": element.decision,
                "inputs": to_json(result.inputs),
                "matched": list(result.matched),
                "result": to_json(result.value),
            },
            element,
        )
        return result.value

    def notify(self, element: Element, scope: Scope) -> None:
        notify(self._w, element, scope)

    def receive(self, element: Element, payload: Mapping[str, Any]) -> None:
        take_over(self._w, element, payload)

    def due(self, element: Element, scope: Scope) -> datetime | None:
        if isinstance(element.timer, AtClock):
            return due_of_point(self._w, element.timer)
        return natural_due(self._w, element, scope)


class _Everything:
    """Stands for an expression that may read clocks and indicators."""

    variables = frozenset({("clocks",), ("indicators",)})


_EVERYTHING: Any = _Everything()
