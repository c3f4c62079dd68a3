"""Comparisons, `between`, `instance of`, `and` and `or`.

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
    constant_of,
    handles,
    is_constant,
    nodes,
    place_of,
)
from engine.feel.type_system import Type, conforms
from engine.feel.values import compare, conjunction, kind

#: Comparisons of two values of one plain Python type.
INT_ORDER: dict[str, Callable[[int, int], bool]] = {
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
    quick = INT_ORDER[sign]

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
