"""Decision tables: inputs, rules, hit policies. A broken hit policy is an error, rules named."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from engine.feel.budget import NOWHERE, Run
from engine.feel.builtins import BUILTINS
from engine.feel.compiler.core import Closure
from engine.feel.compiler.unary_tests import Test
from engine.feel.dmn.builder import Builder
from engine.feel.dmn.reading import Element, attribute, child, children, refusal, text_in
from engine.feel.errors import HitPolicyError
from engine.feel.values import equal

_POLICIES = {
    "UNIQUE": "U",
    "ANY": "A",
    "FIRST": "F",
    "PRIORITY": "P",
    "OUTPUT ORDER": "O",
    "RULE ORDER": "R",
    "COLLECT": "C",
}
_AGGREGATIONS = {"SUM": "+", "MIN": "<", "MAX": ">", "COUNT": "#"}
_FUNCTIONS = {"+": "sum", "<": "min", ">": "max", "#": "count"}


@dataclass(frozen=True, slots=True)
class Input:
    text: str
    value: Closure
    allowed: Test | None


@dataclass(frozen=True, slots=True)
class Output:
    name: str
    #: Allowed values in order of priority.
    priorities: Closure | None
    default: Closure | None


@dataclass(frozen=True, slots=True)
class Rule:
    #: (column, test) of the cells that do not accept everything.
    tests: tuple[tuple[int, Test], ...]
    outputs: tuple[Closure, ...]


@dataclass(frozen=True, slots=True)
class Outcome:
    value: Any
    #: Numbers of the rules behind the value, from 1, in the table's order.
    matched: tuple[int, ...]
    inputs: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Table:
    label: str
    #: U, A, F, P, O, R or C, the last with + < > # behind it.
    hit_policy: str
    inputs: tuple[Input, ...]
    outputs: tuple[Output, ...]
    rules: tuple[Rule, ...]

    def evaluate(self, scope: dict[str, Any], run: Run) -> Outcome:
        values = [column.value(scope, run) for column in self.inputs]
        seen = {column.text: value for column, value in zip(self.inputs, values, strict=True)}
        if not self._allowed(values, scope, run):
            return Outcome(None, (), seen)
        hits = self._hits(values, scope, run)
        if not hits:
            return Outcome(self._default(scope, run), (), seen)
        results = [self._result(self.rules[hit - 1], scope, run) for hit in hits]
        value, matched = _DECIDERS[self.hit_policy[0]](self, hits, results, run, scope)
        return Outcome(value, matched, seen)

    def _allowed(self, values: list[Any], scope: dict[str, Any], run: Run) -> bool:
        for column, value in zip(self.inputs, values, strict=True):
            if column.allowed is not None and column.allowed(scope, run, value) is not True:
                run.note(NOWHERE, f"{self.label}: {column.text!r} has a value that is not allowed")
                return False
        return True

    def _hits(self, values: list[Any], scope: dict[str, Any], run: Run) -> list[int]:
        hits = []
        run.step(len(self.rules))
        for number, rule in enumerate(self.rules, 1):
            for column, test in rule.tests:
                if test(scope, run, values[column]) is not True:
                    break
            else:
                hits.append(number)
                if self.hit_policy == "F":
                    break
        return hits

    def _result(self, rule: Rule, scope: dict[str, Any], run: Run) -> Any:
        cells = [cell(scope, run) for cell in rule.outputs]
        if len(self.outputs) == 1:
            return cells[0]
        return {column.name: cell for column, cell in zip(self.outputs, cells, strict=True)}

    def _default(self, scope: dict[str, Any], run: Run) -> Any:
        if any(column.default for column in self.outputs):
            cells = [
                column.default(scope, run) if column.default else None for column in self.outputs
            ]
            if len(cells) == 1:
                return cells[0]
            return {column.name: cell for column, cell in zip(self.outputs, cells, strict=True)}
        if self.hit_policy == "C#":
            return 0
        if self.hit_policy in ("C", "R", "O"):
            return []
        run.note(NOWHERE, f"{self.label}: no rule matches")
        return None

    def by_priority(
        self, hits: list[int], results: list[Any], scope: dict[str, Any], run: Run
    ) -> list[tuple[int, Any]]:
        orders = [
            column.priorities(scope, run) if column.priorities else [] for column in self.outputs
        ]
        single = len(self.outputs) == 1

        def rank(pair: tuple[int, Any]) -> tuple[int, ...]:
            parts = [pair[1]] if single else [pair[1][column.name] for column in self.outputs]
            return tuple(_rank(part, order) for part, order in zip(parts, orders, strict=True))

        return sorted(zip(hits, results, strict=True), key=rank)


def _rank(value: Any, order: list[Any]) -> int:
    return next((at for at, one in enumerate(order) if equal(one, value) is True), len(order))


Decided = tuple[Any, tuple[int, ...]]
Decider = Callable[[Table, list[int], list[Any], Run, dict[str, Any]], Decided]


def _unique(table: Table, hits: list[int], results: list[Any], _run: Run, _scope: Any) -> Decided:
    if len(hits) > 1:
        raise HitPolicyError(
            f"{table.label}: UNIQUE, but rules {', '.join(map(str, hits))} match", rules=tuple(hits)
        )
    return results[0], (hits[0],)


def _any(table: Table, hits: list[int], results: list[Any], _run: Run, _scope: Any) -> Decided:
    differing = [
        hit for hit, result in zip(hits, results, strict=True) if not equal(result, results[0])
    ]
    if differing:
        raise HitPolicyError(
            f"{table.label}: ANY, but rules {', '.join(map(str, hits))} differ in outputs",
            rules=tuple(hits),
        )
    return results[0], tuple(hits)


def _first(_table: Table, hits: list[int], results: list[Any], _run: Run, _scope: Any) -> Decided:
    return results[0], (hits[0],)


def _priority(table: Table, hits: list[int], results: list[Any], run: Run, scope: Any) -> Decided:
    hit, value = table.by_priority(hits, results, scope, run)[0]
    return value, (hit,)


def _output_order(
    table: Table, hits: list[int], results: list[Any], run: Run, scope: Any
) -> Decided:
    ordered = table.by_priority(hits, results, scope, run)
    return [value for _, value in ordered], tuple(hit for hit, _ in ordered)


def _rule_order(
    _table: Table, hits: list[int], results: list[Any], _run: Run, _scope: Any
) -> Decided:
    return results, tuple(hits)


def _collect(table: Table, hits: list[int], results: list[Any], run: Run, _scope: Any) -> Decided:
    sign = table.hit_policy[1:]
    if not sign:
        return results, tuple(hits)
    function = BUILTINS[_FUNCTIONS[sign]]
    return function.call([results], run), tuple(hits)


_DECIDERS: dict[str, Decider] = {
    "U": _unique,
    "A": _any,
    "F": _first,
    "P": _priority,
    "O": _output_order,
    "R": _rule_order,
    "C": _collect,
}


# -- reading ------------------------------------------------------------------------------------


def compile_table(builder: Builder, element: Element) -> Table:
    inputs = tuple(_input(builder, column) for column in children(element, "input"))
    outputs = tuple(_output(builder, column) for column in children(element, "output"))
    rules = tuple(
        _rule(builder, rule, len(inputs), len(outputs)) for rule in children(element, "rule")
    )
    if not outputs:
        raise refusal(element, "the table has no output")
    policy = _policy(element)
    if policy[1:] and policy != "C#" and len(outputs) > 1:
        raise refusal(element, "an aggregation needs a single output")
    return Table(attribute(element, "id") or "table", policy, inputs, outputs, rules)


def _policy(element: Element) -> str:
    name = attribute(element, "hitPolicy") or "UNIQUE"
    sign = attribute(element, "aggregation")
    if name not in _POLICIES:
        raise refusal(element, f"there is no hit policy {name!r}")
    if sign and (sign not in _AGGREGATIONS or name != "COLLECT"):
        raise refusal(element, f"there is no aggregation {sign!r} for {name}")
    return _POLICIES[name] + (_AGGREGATIONS[sign] if sign else "")


def _input(builder: Builder, column: Element) -> Input:
    expression = child(column, "inputExpression")
    if expression is None:
        raise refusal(column, "the input has no expression")
    allowed = child(column, "inputValues")
    test = builder.tests(allowed) if allowed is not None else None
    return Input(text_in(expression).strip(), builder.expression(expression), test)


def _output(builder: Builder, column: Element) -> Output:
    values, default = child(column, "outputValues"), child(column, "defaultOutputEntry")
    priorities = None
    if values is not None and text_in(values).strip():
        priorities = builder.listed(values)
    return Output(
        attribute(column, "name") or attribute(column, "label"),
        priorities,
        builder.expression(default) if default is not None and text_in(default).strip() else None,
    )


def _rule(builder: Builder, rule: Element, inputs: int, outputs: int) -> Rule:
    cells = list(children(rule, "inputEntry"))
    results = list(children(rule, "outputEntry"))
    if len(cells) != inputs or len(results) != outputs:
        raise refusal(
            rule, f"the rule has {len(cells)} + {len(results)} cells, not {inputs} + {outputs}"
        )
    tests = ((column, builder.tests(cell)) for column, cell in enumerate(cells))
    return Rule(
        tuple((column, test) for column, test in tests if test is not None),
        tuple(builder.cell(result) for result in results),
    )
