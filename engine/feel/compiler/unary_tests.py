"""Tests of one value: the cells of decision tables, and what stands behind `in`."""

from collections.abc import Callable
from typing import Any

from engine.feel.budget import Run
from engine.feel.compiler.comparison import INT_ORDER, noted
from engine.feel.compiler.core import (
    Closure,
    Compiler,
    Node,
    Scope,
    constant_of,
    handles,
    is_constant,
    nodes,
    place_of,
)
from engine.feel.values import Range, disjunction, equal

#: Tests one value: scope, run, value → true, false or null.
Test = Callable[[dict[str, Any], Run, Any], bool | None]


def matches(value: Any, candidate: Any, run: Run) -> bool | None:
    """What `value in candidate` means: inside an interval, in a list, or equal."""
    if isinstance(candidate, Range):
        return candidate.contains(value)
    if not isinstance(candidate, list):
        return equal(value, candidate)
    if isinstance(value, list) and equal(value, candidate) is True:
        return True
    run.step(len(candidate))
    result: bool | None = False
    for element in candidate:
        found = matches(value, element, run) if isinstance(element, Range) else None
        result = disjunction(result, equal(value, element) or found or False)
        if result is True:
            return True
    return result


def _asks_the_value(node: Node) -> bool:
    return any(
        inner.data == "name" and str(inner.children[0]) == "?" for inner in node.iter_subtrees()
    )


def compile_test(compiler: Compiler, node: Node) -> Test:
    """One unary test."""
    if node.data == "group" and nodes(node)[0].data == "operator_range":
        node = nodes(node)[0]
    if node.data == "operator_range":
        return _operator_test(compiler, node)
    value = constant_of(node)
    if is_constant(value):
        return _literal_test(value)
    closure = compiler.compile(node)
    if _asks_the_value(node):
        return _question_test(closure)
    return _value_test(closure)


def _literal_test(value: Any) -> Test:
    wanted = type(value)
    if wanted not in (str, int):
        return lambda _scope, _run, tested: equal(tested, value)

    def test(_scope: dict[str, Any], _run: Run, tested: Any) -> bool | None:
        if type(tested) is wanted:
            return tested == value  # type: ignore[no-any-return]  # two texts or two integers
        return equal(tested, value)

    return test


def _operator_test(compiler: Compiler, node: Node) -> Test:
    sign, end = str(node.children[0]), nodes(node)[0]
    place = place_of(node)
    value = constant_of(end)
    if type(value) is int:
        quick = INT_ORDER[sign]

        def against_integer(_scope: dict[str, Any], run: Run, tested: Any) -> bool | None:
            if type(tested) is int:
                return quick(tested, value)
            return noted(sign, tested, value, run, place)

        return against_integer
    closure = compiler.compile(end)
    return lambda scope, run, tested: noted(sign, tested, closure(scope, run), run, place)


def _question_test(closure: Closure) -> Test:
    def test(scope: dict[str, Any], run: Run, tested: Any) -> bool | None:
        found = closure(Scope(scope, {"?": tested}), run)
        return found if type(found) is bool else matches(tested, found, run)

    return test


def _value_test(closure: Closure) -> Test:
    def test(scope: dict[str, Any], run: Run, tested: Any) -> bool | None:
        found = closure(scope, run)
        if found is True and type(tested) is not bool:
            return True
        return matches(tested, found, run)

    return test


def any_of(tests: tuple[Test, ...]) -> Test:
    """True when one test holds."""
    if len(tests) == 1:
        return tests[0]

    def test(scope: dict[str, Any], run: Run, tested: Any) -> bool | None:
        result: bool | None = False
        for one in tests:
            found = one(scope, run, tested)
            if found is True:
                return True
            if found is None:
                result = None
        return result

    return test


@handles("in_")
def _in(compiler: Compiler, node: Node) -> Closure:
    subject, tests = nodes(node)
    value = compiler.compile(subject)
    choices = [constant_of(child) for child in nodes(tests)]
    if len(choices) > 1 and all(type(choice) is str for choice in choices):
        return _in_texts(value, frozenset(choices))
    test = _in_test(compiler, tests)
    return lambda scope, run: test(scope, run, value(scope, run))


def _in_test(compiler: Compiler, tests: Node) -> Test:
    if tests.data == "in_operator":
        return _operator_test(compiler, tests)
    return any_of(tuple(compile_test(compiler, child) for child in nodes(tests)))


def _in_texts(value: Closure, choices: frozenset[str]) -> Closure:
    def evaluate(scope: dict[str, Any], run: Run) -> bool | None:
        found = value(scope, run)
        if type(found) is str:
            return found in choices
        return False if found is None else None

    return evaluate
