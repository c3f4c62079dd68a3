"""A compiled FEEL text: what callers hold. Compiles once, evaluates often, caches by text."""

from collections.abc import Collection, Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any

from engine.feel.budget import DEFAULT_BUDGET, Budget, Run, Warning_
from engine.feel.calls import unknown_calls
from engine.feel.compiler import Closure, Compiler, refuse_deep_trees
from engine.feel.compiler.core import Node, nodes
from engine.feel.compiler.unary_tests import Test, any_of, compile_test
from engine.feel.errors import FeelBudgetError, FeelSyntaxError
from engine.feel.grammar import parse
from engine.feel.names import name_set
from engine.feel.proposal import propose, refuse_foreign_words
from engine.feel.type_system import Type
from engine.feel.values import negation
from engine.feel.variables import Variables, variables_of

_CACHE = 8192
_NO_TYPES: Mapping[str, Type] = {}


class Expression:
    """One FEEL text, ready to be evaluated any number of times from any thread."""

    __slots__ = ("_closure", "_variables", "text", "unknown_calls")

    def __init__(
        self,
        text: str,
        closure: Closure,
        variables: Variables,
        unknown_calls: tuple[str, ...] = (),
    ) -> None:
        self.text = text
        #: functions that FEEL does not have and the text does not define: null for ever
        self.unknown_calls = unknown_calls
        self._closure = closure
        self._variables = variables

    @property
    def variables(self) -> frozenset[tuple[str, ...]]:
        """Paths the expression reads, as far as the text tells."""
        return self._variables.all

    @property
    def uncertain(self) -> frozenset[tuple[str, ...]]:
        """Those of `variables` that may as well be entries of a filtered list's elements."""
        return self._variables.uncertain

    def evaluate(
        self,
        context: Mapping[str, Any],
        *,
        now: datetime | None = None,
        budget: Budget | None = None,
        warnings: list[Warning_] | None = None,
    ) -> Any:
        """The value in this context; null with a warning where FEEL knows no answer."""
        scope = context if type(context) is dict else dict(context)
        run = Run(budget or DEFAULT_BUDGET, now, warnings)
        try:
            return self._closure(scope, run)
        except RecursionError:
            raise FeelBudgetError("the expression calls itself too deep") from None

    def __repr__(self) -> str:
        return f"Expression({self.text!r})"


def compile_expression(text: str, *, names: Collection[str] = ()) -> Expression:
    """Compiles a text; one leading `=` is stripped. `names` are names of several words.

    Raises FeelSyntaxError, with the FEEL text proposed where another language was meant.
    """
    return _compiled(text, name_set(names), "expression")


def compile_unary_tests(text: str, *, names: Collection[str] = ()) -> Expression:
    """Compiles the tests of a table's cell; they are evaluated on the context's `?`."""
    return _compiled(text, name_set(names), "unary_tests")


@lru_cache(maxsize=_CACHE)
def _compiled(text: str, names: frozenset[str], start: str) -> Expression:
    stripped = text.strip()
    if start == "unary_tests":
        tests, variables = unary_closure(text, names, _NO_TYPES)
        return Expression(text, lambda scope, run: tests(scope, run, scope.get("?")), variables)
    if stripped.startswith("="):
        text = text.replace("=", " ", 1)
    if text.lstrip()[:1] in ("<", ">", "=", "!"):
        # FEEL reads `< 10` as an interval, and a condition of that would never hold.
        proposal = propose(text, lambda candidate: parse(candidate, names, _NO_TYPES, start))
        raise FeelSyntaxError("the left side of the comparison is missing", proposal=proposal)
    tree = _tree(text, names, _NO_TYPES, "expression")
    closure = Compiler(_NO_TYPES).compile(tree)
    plain = stripped.removeprefix("=").strip()
    return Expression(plain, closure, variables_of(tree), unknown_calls(tree))


def feel_for(text: str) -> str | None:
    """The FEEL text that was probably meant by a text of another language."""
    return propose(text, lambda candidate: parse(candidate, frozenset(), _NO_TYPES, "expression"))


def expression_closure(
    text: str, names: frozenset[str], types: Mapping[str, Type]
) -> tuple[Closure, Variables]:
    """The compiled expression, for decision models, which bring their own types."""
    tree = _tree(text, names, types, "expression")
    return Compiler(types).compile(tree), variables_of(tree)


def unary_closure(
    text: str, names: frozenset[str], types: Mapping[str, Type]
) -> tuple[Test, Variables]:
    """The compiled tests: scope, run, value → true, false or null."""
    if text.strip() in ("-", ""):
        return (lambda _scope, _run, _value: True), Variables()
    tree = _tree(text, names, types, "unary_tests")
    negated = _negated_tests(tree)
    parts = nodes(tree) if negated is None else negated
    compiler = Compiler(types)
    test = any_of(tuple(compile_test(compiler, part) for part in parts))
    if negated is None:
        return test, variables_of(tree)
    return (lambda scope, run, value: negation(test(scope, run, value))), variables_of(tree)


def _negated_tests(tree: Node) -> list[Node] | None:
    """The tests inside `not(…)`, when that is all there is."""
    only = nodes(tree)
    if len(only) != 1 or only[0].data != "call":
        return None
    callee, arguments = nodes(only[0])[0], nodes(only[0])[1:]
    if callee.data != "name" or callee.children[0] != "not" or not arguments:
        return None
    return nodes(arguments[0]) if arguments[0].data == "by_position" else None


def _tree(text: str, names: frozenset[str], types: Mapping[str, Type], start: str) -> Node:
    try:
        tree = parse(text, names, types, start)
        refuse_foreign_words(tree, names)
    except FeelSyntaxError as error:
        proposal = propose(text, lambda candidate: parse(candidate, names, types, start))
        raise FeelSyntaxError(
            error.message, line=error.line, column=error.column, proposal=proposal, text=text
        ) from None
    refuse_deep_trees(tree)
    return tree
