"""The frame of the compiler: dispatch by the tree's node, scopes, constants.

A closure takes the scope (a dict of names) and the run; it never raises for bad data but answers
null and leaves a warning. Only budgets, foreign values and violated hit policies raise.
"""

import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from lark import Token, Tree

from engine.feel.budget import NOWHERE, Place, Run
from engine.feel.errors import FeelSyntaxError
from engine.feel.temporal import read_literal
from engine.feel.type_system import Type
from engine.feel.values import NullResult, normal

Closure = Callable[[dict[str, Any], Run], Any]
Node = Tree[Token]
Handler = Callable[["Compiler", Node], Closure]

_HANDLERS: dict[str, Handler] = {}
_MISSING = object()


class Scope(dict[str, Any]):
    """Names of a loop's round, a filter's element or a call, before those around it."""

    __slots__ = ("parent",)

    def __init__(self, parent: dict[str, Any], names: Mapping[str, Any]) -> None:
        super().__init__(names)
        self.parent = parent

    def __missing__(self, name: str) -> Any:
        return self.parent[name]


def find(scope: dict[str, Any], name: str, default: Any = None) -> Any:
    """The name's value in the scope or those around it."""
    try:
        return scope[name]
    except KeyError:
        return default


def handles(*names: str) -> Callable[[Handler], Handler]:
    """Registers a function for nodes of the grammar."""

    def register(handler: Handler) -> Handler:
        for name in names:
            _HANDLERS[name] = handler
        return handler

    return register


class Compiler:
    """Compiles the trees of one text."""

    __slots__ = ("types",)

    def __init__(self, types: Mapping[str, Type] | None = None) -> None:
        self.types = types or {}

    def compile(self, node: Node) -> Closure:
        return _HANDLERS[str(node.data)](self, node)


def nodes(node: Node) -> list[Node]:
    """The children that are nodes."""
    return [child for child in node.children if isinstance(child, Tree)]


def place_of(node: Node) -> Place:
    return NOWHERE if node.meta.empty else (node.meta.line, node.meta.column)


def refuse_deep_trees(node: Node, limit: int = 250) -> None:
    """Left-deep chains make deep closures; beyond the limit a text is refused, not crashed."""
    level: list[Node] = [node]
    for _ in range(limit):
        level = [child for parent in level for child in nodes(parent)]
        if not level:
            return
    line, column = place_of(level[0])
    raise FeelSyntaxError(
        f"the expression is nested more than {limit} deep", line=line, column=column
    )


# -- constants ----------------------------------------------------------------------------------

_ESCAPE = re.compile(r"\\(?:u([0-9a-fA-F]{4})|U([0-9a-fA-F]{6})|(.))", re.DOTALL)
_SHORT_ESCAPES = {"n": "\n", "r": "\r", "t": "\t", '"': '"', "'": "'", "\\": "\\"}


def _unescape(match: re.Match[str]) -> str:
    digits = match[1] or match[2]
    if digits:
        return chr(int(digits, 16)) if int(digits, 16) <= 0x10FFFF else match.group()  # noqa: PLR2004
    return _SHORT_ESCAPES.get(match[3], match.group())


def text_of(token: str, place: Place) -> str:
    """The text between quotation marks."""
    raw = _ESCAPE.sub(_unescape, token[1:-1])
    try:
        return raw.encode("utf-16", "surrogatepass").decode("utf-16")
    except UnicodeDecodeError:
        raise FeelSyntaxError(
            "the text holds half a surrogate pair", line=place[0], column=place[1]
        ) from None


def constant_of(node: Node) -> Any:
    """The value of a literal node, else the `MISSING` mark; see `is_constant`."""
    reader = _CONSTANTS.get(str(node.data))
    return _MISSING if reader is None else reader(node)


def is_constant(value: Any) -> bool:
    return value is not _MISSING


def _number(node: Node) -> Any:
    return normal(Decimal(str(node.children[0])))


def _negative(node: Node) -> Any:
    inner = nodes(node)[0]
    return -_number(inner) if inner.data == "number" else _MISSING


_CONSTANTS: dict[str, Callable[[Node], Any]] = {
    "number": _number,
    "string": lambda node: text_of(str(node.children[0]), place_of(node)),
    "true": lambda _node: True,
    "false": lambda _node: False,
    "null": lambda _node: None,
    "negate": _negative,
    "group": lambda node: constant_of(nodes(node)[0]),
}


def constant(value: Any) -> Closure:
    return lambda _scope, _run: value


@handles("number", "string", "true", "false", "null")
def _literal(_compiler: Compiler, node: Node) -> Closure:
    try:
        return constant(constant_of(node))
    except (NullResult, ArithmeticError):
        line, column = place_of(node)
        raise FeelSyntaxError("the number is out of range", line=line, column=column) from None


@handles("group")
def _group(compiler: Compiler, node: Node) -> Closure:
    return compiler.compile(nodes(node)[0])


@handles("at")
def _at(_compiler: Compiler, node: Node) -> Closure:
    text = text_of(str(node.children[0])[1:].lstrip(), place_of(node))
    try:
        return constant(read_literal(text))
    except NullResult as reason:
        place, message = place_of(node), str(reason)

    def unreadable(_scope: dict[str, Any], run: Run) -> None:
        run.note(place, message)

    return unreadable
