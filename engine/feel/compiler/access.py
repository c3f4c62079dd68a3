"""Names, paths, filters, lists and contexts."""

from collections.abc import Callable, Iterator
from typing import Any

from lark import Token

from engine.feel.budget import Place, Run
from engine.feel.builtins import BUILTINS
from engine.feel.compiler.core import (
    Closure,
    Compiler,
    Node,
    Scope,
    constant_of,
    find,
    handles,
    nodes,
    place_of,
    text_of,
)
from engine.feel.temporal import PROPERTIES
from engine.feel.values import CONTEXT, LIST, NUMBER, kind


@handles("name")
def _name(_compiler: Compiler, node: Node) -> Closure:
    name, place = str(node.children[0]), place_of(node)
    parts = name.split(".")

    def evaluate(scope: dict[str, Any], run: Run) -> Any:
        try:
            return scope[name]
        except KeyError:
            # A declared name may hold dots; where it is not bound, they are a path.
            if len(parts) > 1 and (whole := find(scope, parts[0])) is not None:
                return _along(whole, parts[1:], run, place)
            return _absent(name, run, place)

    return evaluate


def _along(value: Any, fields: list[str], run: Run, place: Place) -> Any:
    for field in fields:
        value = read_field(value, field, run, place)
    return value


def _absent(name: str, run: Run, place: Place) -> Any:
    builtin = BUILTINS.get(name)
    if builtin is None:
        run.note(place, f"there is no {name!r}")
    return builtin


# -- paths --------------------------------------------------------------------------------------


@handles("path")
def _path(compiler: Compiler, node: Node) -> Closure:
    inner, place = nodes(node)[0], place_of(node)
    field = next(str(child) for child in node.children if isinstance(child, Token))
    if inner.data == "name":
        return _field_of_name(str(inner.children[0]), field, compiler.compile(inner), place)
    subject = compiler.compile(inner)

    def evaluate(scope: dict[str, Any], run: Run) -> Any:
        value = subject(scope, run)
        if type(value) is dict and field in value:
            return value[field]
        return read_field(value, field, run, place)

    return evaluate


def _field_of_name(name: str, field: str, subject: Closure, place: Place) -> Closure:
    """`case.severity`, the commonest shape, without a call for the name."""

    def evaluate(scope: dict[str, Any], run: Run) -> Any:
        try:
            return scope[name][field]
        except (KeyError, TypeError):
            return read_field(subject(scope, run), field, run, place)

    return evaluate


def read_field(value: Any, field: str, run: Run, place: Place) -> Any:
    """An entry of a context, a property of a temporal value, or that of every element."""
    what = kind(value)
    if what == CONTEXT:
        if field not in value:
            run.note(place, f"the context has no entry {field!r}")
        return value.get(field)
    if what == LIST:
        run.step(len(value))
        return [read_field(element, field, run, place) for element in value]
    reader: Callable[[Any], Any] | None = PROPERTIES.get(what, {}).get(field)
    if reader is not None:
        return reader(value)
    run.note(place, f"{what} has no {field!r}")
    return None


# -- filters ------------------------------------------------------------------------------------


@handles("filter")
def _filter(compiler: Compiler, node: Node) -> Closure:
    subject, condition = nodes(node)
    values, test = compiler.compile(subject), compiler.compile(condition)
    place = place_of(node)
    index = constant_of(condition)
    if type(index) is int:
        return lambda scope, run: element_at(_as_list(values(scope, run)), index, run, place)

    def evaluate(scope: dict[str, Any], run: Run) -> Any:
        found = _as_list(values(scope, run))
        if not found:
            position = test(scope, run)
            return None if position is not None and kind(position) == NUMBER else []
        return _select(found, scope, run)

    def _select(found: list[Any], scope: dict[str, Any], run: Run) -> Any:
        kept = []
        for element in found:
            run.step()
            answer = test(element_scope(scope, element), run)
            if answer is True:
                kept.append(element)
            elif answer is not None and answer is not False and kind(answer) == NUMBER:
                return element_at(found, answer, run, place)
        return kept

    return evaluate


def element_scope(scope: dict[str, Any], element: Any) -> Scope:
    """Inside a filter the element is `item`, and a context's entries are names."""
    if type(element) is not dict:
        return Scope(scope, {"item": element})
    inner = Scope(scope, element)
    inner.setdefault("item", element)
    return inner


def _as_list(value: Any) -> list[Any]:
    if type(value) is list:
        return value
    if value is None:
        return []
    return list(value) if kind(value) == LIST else [value]


def element_at(elements: list[Any], position: Any, run: Run, place: Place) -> Any:
    """Counted from 1, or from the end with a negative position."""
    index = int(position)
    if index == position and 1 <= abs(index) <= len(elements):
        return elements[index - 1 if index > 0 else index]
    run.note(place, f"the list of {len(elements)} has no element {position}")
    return None


# -- lists and contexts -------------------------------------------------------------------------


@handles("list")
def _list(compiler: Compiler, node: Node) -> Closure:
    parts = tuple(compiler.compile(child) for child in nodes(node))
    return lambda scope, run: [part(scope, run) for part in parts]


@handles("context")
def _context(compiler: Compiler, node: Node) -> Closure:
    entries = tuple(_entries(compiler, node))
    place = place_of(node)

    def evaluate(scope: dict[str, Any], run: Run) -> dict[str, Any] | None:
        inner = Scope(scope, {})
        result: dict[str, Any] = {}
        for key, closure in entries:
            if key in result:
                run.note(place, f"the context has two entries {key!r}")
                return None
            inner[key] = result[key] = closure(inner, run)
        return result

    return evaluate


def _entries(compiler: Compiler, node: Node) -> Iterator[tuple[str, Closure]]:
    for entry in nodes(node):
        key = entry.children[0]
        assert isinstance(key, Token)
        name = text_of(str(key), place_of(entry)) if key.type == "STRING" else str(key)
        yield name, compiler.compile(nodes(entry)[0])
