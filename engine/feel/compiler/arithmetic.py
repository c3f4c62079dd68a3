"""`+ - * / **` and the minus sign. Integers take a short way; the rest goes to `operators`."""

from typing import Any

from engine.feel import operators
from engine.feel.budget import Run
from engine.feel.compiler.core import Closure, Compiler, Node, handles, nodes, place_of
from engine.feel.values import INT_LIMIT, NullResult


def _general(operator: str, left: Closure, right: Closure, node: Node) -> Closure:
    place = place_of(node)

    def evaluate(scope: dict[str, Any], run: Run) -> Any:
        try:
            return operators.apply(operator, left(scope, run), right(scope, run))
        except NullResult as reason:
            run.note(place, str(reason))
            return None

    return evaluate


def _sides(compiler: Compiler, node: Node) -> tuple[Closure, Closure]:
    left, right = nodes(node)
    return compiler.compile(left), compiler.compile(right)


@handles("add")
def _add(compiler: Compiler, node: Node) -> Closure:
    left, right = _sides(compiler, node)
    place = place_of(node)

    def evaluate(scope: dict[str, Any], run: Run) -> Any:
        a, b = left(scope, run), right(scope, run)
        if type(a) is int and type(b) is int:
            total = a + b
            if -INT_LIMIT < total < INT_LIMIT:
                return total
        elif type(a) is str and type(b) is str:
            run.check_text(len(a) + len(b))
            return a + b
        try:
            return operators.apply("+", a, b)
        except NullResult as reason:
            run.note(place, str(reason))
            return None

    return evaluate


@handles("subtract", "multiply", "divide", "power")
def _operation(compiler: Compiler, node: Node) -> Closure:
    operator = {"subtract": "-", "multiply": "*", "divide": "/", "power": "**"}[str(node.data)]
    return _general(operator, *_sides(compiler, node), node)


@handles("negate")
def _negate(compiler: Compiler, node: Node) -> Closure:
    inner = compiler.compile(nodes(node)[0])
    place = place_of(node)

    def evaluate(scope: dict[str, Any], run: Run) -> Any:
        try:
            return operators.negate(inner(scope, run))
        except NullResult as reason:
            run.note(place, str(reason))
            return None

    return evaluate
