"""Function definitions and calls, by position and by name."""

from collections.abc import Callable, Sequence
from typing import Any

from lark import Token, Tree

from engine.feel.budget import Place, Run
from engine.feel.builtins import BUILTINS
from engine.feel.compiler.core import (
    Closure,
    Compiler,
    Node,
    Scope,
    find,
    handles,
    nodes,
    place_of,
)
from engine.feel.errors import FeelSyntaxError
from engine.feel.type_system import ANY, NoCoercion, Type, coerce
from engine.feel.values import Function, NullResult, Range, kind

#: Evaluates a call's arguments for the function it will go to.
Arguments = Callable[[Function, dict[str, Any], Run], Sequence[Any]]


def invoke(function: Function, arguments: Sequence[Any], run: Run, place: Place) -> Any:
    """Calls within the budget; null with a warning where the function has no answer."""
    run.enter()
    try:
        return function.call(arguments, run)
    except NullResult as reason:
        run.note(place, f"{function.name}: {reason}")
        return None
    finally:
        run.leave()


def bound_scope(
    scope: dict[str, Any],
    parameters: tuple[str, ...],
    types: tuple[Type | None, ...],
    arguments: Sequence[Any],
) -> Scope:
    """The scope of a function's body; NullResult when the arguments do not fit."""
    if len(arguments) != len(parameters):
        raise NullResult(f"takes {len(parameters)} arguments, not {len(arguments)}")
    inner = Scope(scope, {})
    for name, wanted, value in zip(parameters, types, arguments, strict=True):
        inner[name] = fitted(value, wanted, name)
    return inner


def fitted(value: Any, wanted: Type | None, name: str) -> Any:
    if wanted is None:
        return value
    try:
        return coerce(value, wanted)
    except NoCoercion:
        raise NullResult(f"{name!r} wants {wanted.name}, not {kind(value)}") from None


@handles("function")
def _definition(compiler: Compiler, node: Node) -> Closure:
    declared, body = node.children
    parameters = nodes(declared) if isinstance(declared, Tree) else []
    names = tuple(str(parameter.children[0]) for parameter in parameters)
    types = tuple(_declared_type(parameter) for parameter in parameters)
    assert isinstance(body, Tree)
    closure = compiler.compile(body)

    def evaluate(scope: dict[str, Any], _run: Run) -> Function:
        def call(arguments: Sequence[Any], run: Run) -> Any:
            return closure(bound_scope(scope, names, types, arguments), run)

        return Function("function", names, call, types, ANY)

    return evaluate


def _declared_type(parameter: Node) -> Type | None:
    token = parameter.children[1]
    found: Any = token.value if isinstance(token, Token) else None
    return found if isinstance(found, Type) else None


@handles("external")
def _external(_compiler: Compiler, node: Node) -> Closure:
    line, column = place_of(node)
    raise FeelSyntaxError(
        "external functions are not run; write the function in FEEL", line=line, column=column
    )


@handles("call")
def _call(compiler: Compiler, node: Node) -> Closure:
    callee, given = node.children
    assert isinstance(callee, Tree)
    find_function = _callee(compiler, callee)
    arguments = _arguments(compiler, given if isinstance(given, Tree) else None)
    place = place_of(node)

    def evaluate(scope: dict[str, Any], run: Run) -> Any:
        function = find_function(scope, run)
        if not isinstance(function, Function):
            if isinstance(function, Range):
                run.note(place, "an interval cannot be called")
            else:
                run.note(place, f"{kind(function)} is no function")
            return None
        try:
            values = arguments(function, scope, run)
        except NullResult as reason:
            run.note(place, f"{function.name}: {reason}")
            return None
        return invoke(function, values, run, place)

    return evaluate


def _callee(compiler: Compiler, node: Node) -> Closure:
    if node.data != "name":
        return compiler.compile(node)
    name = str(node.children[0])
    builtin = BUILTINS.get(name)
    if builtin is None:
        return compiler.compile(node)

    def evaluate(scope: dict[str, Any], _run: Run) -> Any:
        # A field of the data may be called `count`; only a function hides a function.
        own = find(scope, name)
        return own if isinstance(own, Function) else builtin

    return evaluate


def _arguments(compiler: Compiler, node: Node | None) -> Arguments:
    if node is None:
        return lambda _function, _scope, _run: ()
    if node.data == "by_position":
        closures = tuple(compiler.compile(child) for child in nodes(node))
        return lambda _function, scope, run: [closure(scope, run) for closure in closures]
    named = tuple(
        (str(child.children[0]), compiler.compile(nodes(child)[0])) for child in nodes(node)
    )

    def by_name(function: Function, scope: dict[str, Any], run: Run) -> Sequence[Any]:
        return function.arrange({name: closure(scope, run) for name, closure in named})

    return by_name
