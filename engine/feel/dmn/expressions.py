"""Boxed expressions to the same closures that FEEL texts become."""

from collections.abc import Callable, Sequence
from typing import Any

from engine.feel.budget import NOWHERE, Run
from engine.feel.compiler.access import element_at, element_scope
from engine.feel.compiler.control import walk
from engine.feel.compiler.core import Closure, Scope
from engine.feel.compiler.functions import bound_scope, invoke
from engine.feel.dmn.builder import Builder, fit
from engine.feel.dmn.reading import (
    Element,
    attribute,
    box,
    child,
    children,
    local,
    refusal,
)
from engine.feel.dmn.table import compile_table
from engine.feel.type_system import Type
from engine.feel.values import LIST, NUMBER, Function, NullResult, kind

Compile = Callable[[Builder, Element], Closure]


def compile_box(builder: Builder, element: Element) -> Closure:
    """The closure of a boxed expression, fitted to the type it names."""
    closure = _BOXES[local(element)](builder, element)
    wanted = builder.type_of(element)
    if wanted is None:
        return closure
    what = local(element)
    return lambda scope, run: fit(closure(scope, run), wanted, run, what)


def compile_inside(builder: Builder, element: Element, name: str | None = None) -> Closure:
    """The closure of the expression inside an element, or inside its child `name`."""
    holder = element if name is None else child(element, name)
    inner = None if holder is None else box(holder)
    if inner is None:
        raise refusal(element, f"{name or local(element)!r} holds no expression")
    return compile_box(builder, inner)


def _literal(builder: Builder, element: Element) -> Closure:
    return builder.expression(element)


def _table(builder: Builder, element: Element) -> Closure:
    table = compile_table(builder, element)
    return lambda scope, run: table.evaluate(scope, run).value


def _context(builder: Builder, element: Element) -> Closure:
    entries = [_context_entry(builder, entry) for entry in children(element, "contextEntry")]

    def evaluate(scope: dict[str, Any], run: Run) -> Any:
        inner, result = Scope(scope, {}), {}
        for name, wanted, closure in entries:
            value = fit(closure(inner, run), wanted, run, f"entry {name!r}")
            if name is None:
                return value
            inner[name] = result[name] = value
        return result

    return evaluate


def _context_entry(builder: Builder, entry: Element) -> tuple[str | None, Type | None, Closure]:
    variable = child(entry, "variable")
    name = None if variable is None else attribute(variable, "name")
    return name, builder.type_of(variable), compile_inside(builder, entry)


def _list(builder: Builder, element: Element) -> Closure:
    parts = [compile_box(builder, part) for part in children(element, *_BOXES)]
    return lambda scope, run: [part(scope, run) for part in parts]


def _relation(builder: Builder, element: Element) -> Closure:
    columns = [attribute(column, "name") for column in children(element, "column")]
    rows = [
        [compile_box(builder, cell) for cell in children(row, *_BOXES)]
        for row in children(element, "row")
    ]
    if any(len(row) != len(columns) for row in rows):
        raise refusal(element, "a row of the relation has another number of cells than columns")

    def evaluate(scope: dict[str, Any], run: Run) -> list[dict[str, Any]]:
        return [
            {name: cell(scope, run) for name, cell in zip(columns, row, strict=True)}
            for row in rows
        ]

    return evaluate


def _function(builder: Builder, element: Element) -> Closure:
    names, types, body = function_parts(builder, element)

    def evaluate(scope: dict[str, Any], _run: Run) -> Function:
        return make_function("function", names, types, body, scope)

    return evaluate


def function_parts(
    builder: Builder, element: Element
) -> tuple[tuple[str, ...], tuple[Type | None, ...], Closure]:
    """Names and types of the parameters, and the body, of a function definition."""
    language = attribute(element, "kind") or "FEEL"
    if language != "FEEL":
        return (), (), builder.unusable(element, f"functions of kind {language!r} are not run")
    parameters = list(children(element, "formalParameter"))
    names = tuple(attribute(parameter, "name") for parameter in parameters)
    types = tuple(builder.type_of(parameter) for parameter in parameters)
    return names, types, compile_inside(builder, element)


def make_function(
    name: str,
    names: tuple[str, ...],
    types: tuple[Type | None, ...],
    body: Closure,
    scope: dict[str, Any],
    returns: Type | None = None,
) -> Function:
    def call(arguments: Sequence[Any], run: Run) -> Any:
        result = body(bound_scope(scope, names, types, arguments), run)
        return fit(result, returns, run, f"the result of {name!r}")

    return Function(name, names, call, types, returns)


def _invocation(builder: Builder, element: Element) -> Closure:
    callee = compile_inside(builder, element)
    bindings = [_binding(builder, binding) for binding in children(element, "binding")]

    def evaluate(scope: dict[str, Any], run: Run) -> Any:
        function = callee(scope, run)
        if not isinstance(function, Function):
            run.note(NOWHERE, f"{kind(function)} cannot be invoked")
            return None
        try:
            given = function.arrange({name: value(scope, run) for name, value in bindings})
        except NullResult as reason:
            run.note(NOWHERE, f"{function.name}: {reason}")
            return None
        return invoke(function, given, run, NOWHERE)

    return evaluate


def _binding(builder: Builder, binding: Element) -> tuple[str, Closure]:
    parameter = child(binding, "parameter")
    if parameter is None:
        raise refusal(binding, "the binding names no parameter")
    return attribute(parameter, "name"), compile_inside(builder, binding)


def _conditional(builder: Builder, element: Element) -> Closure:
    condition, then, otherwise = (
        compile_inside(builder, element, name) for name in ("if", "then", "else")
    )

    def evaluate(scope: dict[str, Any], run: Run) -> Any:
        found = condition(scope, run)
        if found is not None and type(found) is not bool:
            run.note(NOWHERE, f"the condition is {kind(found)}")
            return None
        return then(scope, run) if found else otherwise(scope, run)

    return evaluate


def _filter(builder: Builder, element: Element) -> Closure:
    source, match = (compile_inside(builder, element, name) for name in ("in", "match"))

    def evaluate(scope: dict[str, Any], run: Run) -> Any:
        found = source(scope, run)
        elements = [] if found is None else found if kind(found) == LIST else [found]
        kept = []
        for one in elements:
            run.step()
            answer = match(element_scope(scope, one), run)
            if answer is True:
                kept.append(one)
            elif kind(answer) == NUMBER:
                return element_at(elements, answer, run, NOWHERE)
            elif answer is not None and answer is not False:
                run.note(NOWHERE, f"the match is {kind(answer)}")
                return None
        return kept

    return evaluate


def _rounds(
    builder: Builder, element: Element, name: str
) -> Callable[[dict[str, Any], Run, list[Any]], Any]:
    """Appends the body's value of every round to a list, which the body sees as `partial`."""
    source = compile_inside(builder, element, "in")
    body = compile_inside(builder, element, name)
    variable = attribute(element, "iteratorVariable")

    def collect(scope: dict[str, Any], run: Run, results: list[Any]) -> None:
        for value in walk(source(scope, run)):
            run.step()
            inner = Scope(scope, {variable: value, "partial": list(results)})
            results.append(body(inner, run))
            run.check_items(len(results))

    return collect


def _for(builder: Builder, element: Element) -> Closure:
    collect = _rounds(builder, element, "return")

    def evaluate(scope: dict[str, Any], run: Run) -> list[Any] | None:
        results: list[Any] = []
        try:
            collect(scope, run, results)
        except NullResult as reason:
            run.note(NOWHERE, str(reason))
            return None
        return results

    return evaluate


def _quantified(builder: Builder, element: Element) -> Closure:
    collect = _rounds(builder, element, "satisfies")
    decisive = local(element) == "some"

    def evaluate(scope: dict[str, Any], run: Run) -> bool | None:
        results: list[Any] = []
        try:
            collect(scope, run, results)
        except NullResult as reason:
            run.note(NOWHERE, str(reason))
            return None
        if not all(type(result) is bool for result in results):
            run.note(NOWHERE, "a condition is not boolean")
            return None
        return decisive if decisive in results else not decisive

    return evaluate


_BOXES: dict[str, Compile] = {
    "literalExpression": _literal,
    "decisionTable": _table,
    "context": _context,
    "list": _list,
    "relation": _relation,
    "functionDefinition": _function,
    "invocation": _invocation,
    "conditional": _conditional,
    "filter": _filter,
    "for": _for,
    "some": _quantified,
    "every": _quantified,
}
