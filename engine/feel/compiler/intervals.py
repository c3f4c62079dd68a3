"""Intervals as values: `[1..5]`, `]1..5[`, `(< 10)`."""

from typing import Any

from engine.feel.budget import Run
from engine.feel.compiler.core import Closure, Compiler, Node, handles, nodes, place_of
from engine.feel.values import Range, kind


@handles("range_open", "range_closed")
def _range(compiler: Compiler, node: Node) -> Closure:
    first, last, ending = nodes(node)
    start, end = compiler.compile(first), compiler.compile(last)
    start_included, end_included = node.data == "range_closed", ending.data == "closed"
    place = place_of(node)

    def evaluate(scope: dict[str, Any], run: Run) -> Range | None:
        low, high = start(scope, run), end(scope, run)
        if low is not None and high is not None and kind(low) != kind(high):
            run.note(place, f"an interval from {kind(low)} to {kind(high)}")
            return None
        if low is None and high is None:
            run.note(place, "both ends of the interval are null")
            return None
        return Range(
            low,
            high,
            start_included=start_included and low is not None,
            end_included=end_included and high is not None,
        )

    return evaluate


def _one_sided(sign: str, end: Any) -> Range | None:
    if end is None or sign == "!=":
        return None
    if sign == "=":
        return Range(end, end, start_included=True, end_included=True, one_sided=True)
    if sign[0] == "<":
        return Range(None, end, start_included=False, end_included=sign == "<=", one_sided=True)
    return Range(end, None, start_included=sign == ">=", end_included=False, one_sided=True)


@handles("operator_range")
def _operator_range(compiler: Compiler, node: Node) -> Closure:
    sign, end = str(node.children[0]), compiler.compile(nodes(node)[0])
    place = place_of(node)

    def evaluate(scope: dict[str, Any], run: Run) -> Range | None:
        found = _one_sided(sign, end(scope, run))
        if found is None:
            run.note(place, f"{sign} makes no interval here")
        return found

    return evaluate
