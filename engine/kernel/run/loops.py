"""Loops of an activity: one body token, an instance token for each round under it.

The body holds the boundary events and the counters; instances carry their items. Names in a
completion condition are those of BPMN: loopCounter, numberOfInstances, numberOfActiveInstances,
numberOfCompletedInstances, numberOfTerminatedInstances.
"""

import reprlib
from decimal import Decimal
from typing import Any

from engine.domain.errors import ExpressionError
from engine.feel import to_json
from engine.kernel.compile.model import LOOP_LIMIT, Element, Loop
from engine.kernel.run.token import ROOT, STARTED, Token


class Looping:
    """The part of a shape that repeats it."""

    element: Element
    #: whether the element has a loop
    repeats = False
    #: the shape that remembers what was completed, where that can be undone
    memory: Any = None

    def starts_loop(self, token: Token) -> bool:
        return self.repeats and token.items is None

    def is_loop_instance(self, token: Token) -> bool:
        return self.repeats and token.items is not None

    def begin_loop(self, token: Token) -> bool:
        """Makes the body and its first instances; never ready by itself."""
        loop = self._loop()
        todo = self._items_of(loop, token)
        token.loop = {"total": len(todo), "made": 0, "completed": 0}
        if loop.sequential and loop.collection is not None:
            token.loop["todo"] = todo
        if not todo or not self._tested_before(loop, token):
            return self._skip_loop(token)
        token._set_state(STARTED)
        self.arm(token)  # type: ignore[attr-defined]  # the shape this class is mixed into
        for item in todo[:1] if loop.sequential else todo:
            self._begin_instance(token, item)
        return False

    def _skip_loop(self, token: Token) -> bool:
        top = token.workflow.top_workflow
        top.log("entered", token)
        top.log("left", token)
        assert token.loop is not None
        token.loop["done"] = True
        top.resume(token)
        return False

    def end_loop_instance(self, instance: Token) -> None:
        """An instance has completed: the next one, or the end of the loop."""
        body = instance.parent
        loop, state = self._loop(), body.loop
        state["completed"] += 1
        if self.memory is not None:
            state.setdefault("rounds", []).append(instance.items)
        body.data = instance.data
        if self._is_over(loop, body, instance):
            for child in body.children:
                if child is not instance and child.items is not None:
                    child.cancel()
            state["done"] = True
            body.workflow.top_workflow.resume(body)
        elif loop.sequential:
            todo = state.get("todo")
            self._begin_instance(body, None if todo is None else todo[state["made"]])

    def _begin_instance(self, body: Token, item: Any) -> None:
        loop, state = self._loop(), body.loop
        assert state is not None
        state["made"] += 1
        instance = body._add_child(self)
        instance.items = {"loopCounter": state["made"]}
        if loop.item is not None:
            instance.items[loop.item] = item
        instance.task_spec._update(instance)

    def _is_over(self, loop: Loop, body: Token, last: Token) -> bool:
        state = body.loop
        assert state is not None
        if loop.is_standard:
            limit = loop.maximum or LOOP_LIMIT
            return state["completed"] >= limit or not self._again(loop, last, {})
        if loop.until is not None and self._ask(loop.until, last, _counters(body)):
            return True
        return bool(state["completed"] >= state["total"])

    def _items_of(self, loop: Loop, token: Token) -> list[Any]:
        if loop.is_standard:
            return [None]
        if loop.cardinality is not None:
            return [None] * self._count(loop, token)
        assert loop.collection is not None
        items = to_json(self._value(loop.collection, token))
        if not isinstance(items, list):
            raise ExpressionError(
                f"{self.element.id}: the collection of the loop, {loop.collection.text[:60]}, "
                f"must be a list, not {_shown(items)}",
                element=self.element.id,
            )
        self._refuse_many(len(items))
        return items

    def _count(self, loop: Loop, token: Token) -> int:
        assert loop.cardinality is not None
        value = self._value(loop.cardinality, token)
        if isinstance(value, bool) or not isinstance(value, int | Decimal) or value < 0:
            raise self._no_count(value)
        self._refuse_many(value)
        if value != int(value):
            raise self._no_count(value)
        return int(value)

    def _no_count(self, value: Any) -> ExpressionError:
        return ExpressionError(
            f"{self.element.id}: the cardinality of the loop must be a whole number, "
            f"not {_shown(value)}",
            element=self.element.id,
        )

    def _refuse_many(self, rounds: int | Decimal) -> None:
        """How many they are is not told: the number may be as long as a book."""
        if rounds > LOOP_LIMIT:
            raise ExpressionError(
                f"{self.element.id}: the loop has more than {LOOP_LIMIT} rounds",
                element=self.element.id,
            )

    def _tested_before(self, loop: Loop, token: Token) -> bool:
        """A loop that is tested before its first round has counted none."""
        return not loop.test_before or self._again(loop, token, {"loopCounter": 0})

    def _again(self, loop: Loop, token: Token, names: dict[str, Any]) -> bool:
        return loop.condition is None or self._ask(loop.condition, token, names)

    def _ask(self, expression: Any, token: Token, names: dict[str, Any]) -> bool:
        scope = token.workflow.scope_of(token)
        scope.items.update(names)
        return token.workflow.top_workflow.host.evaluate(expression, scope) is True

    def _value(self, expression: Any, token: Token) -> Any:
        top = token.workflow.top_workflow
        return top.host.evaluate(expression, token.workflow.scope_of(token))

    def _loop(self) -> Loop:
        assert self.element.loop is not None
        return self.element.loop


def _counters(body: Token) -> dict[str, Any]:
    state = body.loop
    assert state is not None
    active = sum(1 for c in body.children if c.items is not None) - 1
    return {
        "numberOfInstances": state["total"],
        "numberOfActiveInstances": active,
        "numberOfCompletedInstances": state["completed"],
        "numberOfTerminatedInstances": 0,
        # as Camunda and its heirs call them
        "nrOfInstances": state["total"],
        "nrOfActiveInstances": active,
        "nrOfCompletedInstances": state["completed"],
    }


class _Short(reprlib.Repr):
    """A value in few characters; numbers of any length, which Python itself does not write out."""

    def repr_int(self, value: int, level: int) -> str:
        return self.repr_Decimal(Decimal(value), level)

    def repr_Decimal(self, value: Decimal, _level: int) -> str:  # noqa: N802 called by this name
        text = str(value)
        return text if len(text) <= self.maxlong else f"{text[: self.maxlong]}…"


_SHORT = _Short()


def _shown(value: Any) -> str:
    return "null" if value is None else _SHORT.repr(value)


def body_of(token: Token) -> Token | None:
    """The body of the loop that this token is an instance of."""
    parent = token.parent
    if token.items is None or parent is None or parent.id == ROOT:
        return None
    return parent if isinstance(parent, Token) else None
