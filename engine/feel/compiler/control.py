"""`if`, `for`, `some` and `every`; how a loop walks lists and intervals, step by counted step."""

from collections.abc import Callable, Iterable, Iterator
from datetime import date, timedelta
from typing import Any

from engine.feel.budget import Run
from engine.feel.compiler.core import Closure, Compiler, Node, Scope, handles, nodes, place_of
from engine.feel.values import DATE, LIST, NUMBER, NullResult, Range, kind

#: One iterator: its variable, and what it walks over in a scope.
Iteration = tuple[str, Callable[[dict[str, Any], Run], Iterable[Any]]]


@handles("if_")
def _if(compiler: Compiler, node: Node) -> Closure:
    condition, then, otherwise = (compiler.compile(child) for child in nodes(node))
    place = place_of(node)

    def evaluate(scope: dict[str, Any], run: Run) -> Any:
        found = condition(scope, run)
        if found is True:
            return then(scope, run)
        if found is not False:
            run.note(place, f"the condition is {kind(found)}, so `else` is taken")
        return otherwise(scope, run)

    return evaluate


# -- what loops walk over -----------------------------------------------------------------------


def walk(value: Any) -> Iterable[Any]:
    """Elements of a list or interval; any other value is walked as a list of one."""
    if value is None:
        raise NullResult("a loop over null")
    if isinstance(value, Range):
        return _walk_range(value)
    return value if kind(value) == LIST else [value]


def _walk_range(interval: Range) -> Iterator[Any]:
    if interval.start is None or interval.end is None:
        raise NullResult("a loop over an interval without an end")
    for value in steps_between(interval.start, interval.end):
        if interval.contains(value):
            yield value


def steps_between(first: Any, last: Any) -> Iterable[Any]:
    """`first..last`, whole numbers or dates, upwards or downwards."""
    kinds = {kind(first), kind(last)}
    if kinds == {NUMBER}:
        if int(first) != first or int(last) != last:
            raise NullResult("a loop between numbers that are not whole")
        step = 1 if first <= last else -1
        return range(int(first), int(last) + step, step)
    if kinds == {DATE}:
        return _days_between(first, last)
    raise NullResult(f"a loop from {kind(first)} to {kind(last)}")


def _days_between(first: date, last: date) -> Iterator[date]:
    step = 1 if first <= last else -1
    for days in range(abs((last - first).days) + 1):
        yield first + timedelta(days=step * days)


def _iterations(compiler: Compiler, node: Node) -> tuple[Iteration, ...]:
    return tuple(_iteration(compiler, child) for child in nodes(node))


def _iteration(compiler: Compiler, node: Node) -> Iteration:
    name = str(node.children[0])
    bounds = [compiler.compile(child) for child in nodes(node)]
    if len(bounds) == 1:
        source = bounds[0]
        return name, lambda scope, run: walk(source(scope, run))
    first, last = bounds
    return name, lambda scope, run: steps_between(first(scope, run), last(scope, run))


def rounds(iterations: tuple[Iteration, ...], scope: Scope, run: Run) -> Iterator[Scope]:
    """A scope for every combination; the last iterator turns fastest."""
    (name, source), rest = iterations[0], iterations[1:]
    for value in source(scope, run):
        run.step()
        inner = Scope(scope, {name: value})
        if rest:
            yield from rounds(rest, inner, run)
        else:
            yield inner


@handles("for_")
def _for(compiler: Compiler, node: Node) -> Closure:
    iterators, body = nodes(node)
    iterations, result = _iterations(compiler, iterators), compiler.compile(body)
    place = place_of(node)

    def evaluate(scope: dict[str, Any], run: Run) -> list[Any] | None:
        found: list[Any] = []
        outer = Scope(scope, {"partial": found})
        try:
            for inner in rounds(iterations, outer, run):
                value = result(inner, run)
                # `partial` is what came before: a list that holds itself has no end.
                found.append(list(found) if value is found else value)
                run.check_items(len(found))
        except NullResult as reason:
            run.note(place, str(reason))
            return None
        return found

    return evaluate


@handles("some", "every")
def _quantified(compiler: Compiler, node: Node) -> Closure:
    iterators, body = nodes(node)
    iterations, condition = _iterations(compiler, iterators), compiler.compile(body)
    decisive: bool = node.data == "some"
    place = place_of(node)

    def evaluate(scope: dict[str, Any], run: Run) -> bool | None:
        result: bool | None = not decisive
        try:
            for inner in rounds(iterations, Scope(scope, {}), run):
                found = condition(inner, run)
                if type(found) is not bool:
                    result = None
                elif found is decisive:
                    return found
        except NullResult as reason:
            run.note(place, str(reason))
            return None
        return result

    return evaluate
