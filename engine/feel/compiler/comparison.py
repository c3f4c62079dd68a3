"""Comparisons, `between`, `in`, `instance of`, `and`, `or`, intervals and unary tests.

The hot paths of conditions: equality with a literal text, order against a literal integer.
"""

import operator
from collections.abc import Callable
from typing import Any

from lark import Token

from engine.feel.budget import Place, Run
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
from engine.feel.type_system import Type, conforms
from engine.feel.values import Range, compare, conjunction, disjunction, equal, kind

#: Tests one value: scope, run, value → true, false or null.
Test = Callable[[dict[str, Any], Run, Any], bool | None]

_INT_ORDER: dict[str, Callable[[int, int], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "=": operator.eq,
    "!=": operator.ne,
}


def _note_operand(value: Any, word: str, run: Run, place: Place) -> None:
    """`x = "a" or "b"` is a common slip; null itself has told its reason already."""
    if value is not None:
        run.note(place, f"{kind(value)} is no operand of `{word}`")


@handles("and_")
def _and(compiler: Compiler, node: Node) -> Closure:
    parts = tuple(compiler.compile(child) for child in nodes(node))
    place = place_of(node)

    def evaluate(scope: dict[str, Any], run: Run) -> bool | None:
        result: bool | None = True
        for part in parts:
            value = part(scope, run)
            if value is False:
                return False
            if value is not True:
                result = None
                _note_operand(value, "and", run, place)
        return result

    return evaluate


@handles("or_")
def _or(compiler: Compiler, node: Node) -> Closure:
    parts = tuple(compiler.compile(child) for child in nodes(node))
    place = place_of(node)

    def evaluate(scope: dict[str, Any], run: Run) -> bool | None:
        result: bool | None = False
        for part in parts:
            value = part(scope, run)
            if value is True:
                return True
            if value is not False:
                result = None
                _note_operand(value, "or", run, place)
        return result

    return evaluate


def noted(sign: str, left: Any, right: Any, run: Run, place: Place) -> bool | None:
    """The comparison, with a warning when it has no answer."""
    result = compare(sign, left, right)
    if result is None and run.warnings is not None:
        run.note(place, f"{kind(left)} {sign} {kind(right)} cannot be compared")
    return result


@handles("compare")
def _compare(compiler: Compiler, node: Node) -> Closure:
    left, right = nodes(node)
    sign = next(str(child) for child in node.children if isinstance(child, Token))
    value = constant_of(right)
    if is_constant(value):
        special = _against_constant(compiler.compile(left), sign, value, place_of(node))
        if special is not None:
            return special
    return _against_anything(compiler.compile(left), sign, compiler.compile(right), place_of(node))


def _against_constant(left: Closure, sign: str, value: Any, place: Place) -> Closure | None:
    wanted = type(value)
    if wanted is not int and not (wanted is str and sign in ("=", "!=")):
        return None
    quick = _INT_ORDER[sign]

    def evaluate(scope: dict[str, Any], run: Run) -> bool | None:
        found = left(scope, run)
        if type(found) is wanted:
            return quick(found, value)
        return noted(sign, found, value, run, place)

    return evaluate


def _against_anything(left: Closure, sign: str, right: Closure, place: Place) -> Closure:
    def evaluate(scope: dict[str, Any], run: Run) -> bool | None:
        return noted(sign, left(scope, run), right(scope, run), run, place)

    return evaluate


@handles("between")
def _between(compiler: Compiler, node: Node) -> Closure:
    value, low, high = (compiler.compile(child) for child in nodes(node))
    place = place_of(node)

    def evaluate(scope: dict[str, Any], run: Run) -> bool | None:
        found = value(scope, run)
        return conjunction(
            noted(">=", found, low(scope, run), run, place),
            noted("<=", found, high(scope, run), run, place),
        )

    return evaluate


@handles("instance")
def _instance(compiler: Compiler, node: Node) -> Closure:
    value = compiler.compile(nodes(node)[0])
    wanted: Any = next(child.value for child in node.children if isinstance(child, Token))
    assert isinstance(wanted, Type)

    def evaluate(scope: dict[str, Any], run: Run) -> bool:
        return conforms(value(scope, run), wanted)

    return evaluate


# -- intervals ----------------------------------------------------------------------------------


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


# -- tests --------------------------------------------------------------------------------------


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
        quick = _INT_ORDER[sign]

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
