"""Runs the DMN compatibility kit: reads its test files, compares results, counts cases.

A case passes when each of its result nodes has the expected value. Where the kit marks a result as
an error, an error of ours stands for the null it expects; a model that cannot be read never does.
"""

import re
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from lxml import etree

from engine.domain.errors import EngineError
from engine.feel import DecisionModel, DecisionModelError, read_decision_model
from engine.feel.dmn.reading import attribute, child, children
from engine.feel.temporal import read_literal
from engine.feel.values import NullResult, equal, kind, normal

NIL = "{http://www.w3.org/2001/XMLSchema-instance}nil"
TYPE = "{http://www.w3.org/2001/XMLSchema-instance}type"
NOW = datetime(2026, 3, 2, 8, 30, tzinfo=UTC)
NUMERIC = {"decimal", "double", "integer", "float", "int", "long"}
Element = Any


@dataclass
class Report:
    passed: int = 0
    total: int = 0
    #: "directory case": what went wrong.
    failures: dict[str, str] = field(default_factory=dict)

    @property
    def share(self) -> float:
        return self.passed / self.total if self.total else 0.0

    def __str__(self) -> str:
        return f"{self.passed}/{self.total} = {100 * self.share:.1f} %"


def run_level(folder: Path, only: str = "") -> Report:
    report = Report()
    for path in sorted(folder.glob(f"*{only}*/*-test-*.xml")):
        _run_file(path, report)
    return report


def _run_file(path: Path, report: Report) -> None:
    root = etree.parse(path).getroot()
    model_name = child(root, "modelName")
    assert model_name is not None
    source = path.parent / (model_name.text or "").strip()
    refusal = ""
    model = None
    try:
        model = read_decision_model(source.read_bytes(), name=source.name, strict=False)
    except DecisionModelError as error:
        refusal = f"model refused: {error}"
    for case in children(root, "testCase"):
        report.total += 1
        problem = refusal if model is None else _run_case(model, case)
        if problem:
            report.failures[f"{path.parent.name} {attribute(case, 'id')}"] = problem
        else:
            report.passed += 1


def _run_case(model: DecisionModel, case: Element) -> str:
    inputs = dict(_inputs(case))
    problems = (_run_node(model, case, node, inputs) for node in children(case, "resultNode"))
    return "; ".join(filter(None, problems))


def _inputs(case: Element) -> Iterator[tuple[str, Any]]:
    for node in children(case, "inputNode"):
        name, value = attribute(node, "name"), _value(node)
        yield name, value


def _run_node(model: DecisionModel, case: Element, node: Element, inputs: Mapping[str, Any]) -> str:
    holder = child(node, "expected")
    expected = None if holder is None else _value(holder)
    try:
        found = _ask(model, case, node, inputs)
    except EngineError as error:
        unread = isinstance(error, DecisionModelError)
        if node.get("errorResult") == "true" and not unread:
            return ""
        return f"{type(error).__name__}: {error}"
    except NullResult:
        found = None
    return "" if same(found, expected) else f"{_short(found)} instead of {_short(expected)}"


def _short(value: Any) -> str:
    return repr(value)[:150]


def _ask(model: DecisionModel, case: Element, node: Element, inputs: Mapping[str, Any]) -> Any:
    if case.get("type") in ("bkm", "decisionService") and case.get("invocableName"):
        found = model.invoke(model.id_of(attribute(case, "invocableName")), inputs, now=NOW)
        name = attribute(node, "name")
        return found[name] if isinstance(found, dict) and name in found else found
    return model.decide(model.id_of(attribute(node, "name")), inputs, now=NOW).value


# -- values -------------------------------------------------------------------------------------


def _value(element: Element) -> Any:
    found, components = child(element, "list"), list(children(element, "component"))
    if found is not None:
        return None if found.get(NIL) == "true" else [_value(i) for i in children(found, "item")]
    if components:
        return {attribute(part, "name"): _value(part) for part in components}
    value = child(element, "value")
    if value is None or value.get(NIL) == "true":
        return None
    return _typed((value.get(TYPE) or "xsd:string").rpartition(":")[2], value.text or "")


def _typed(name: str, text: str) -> Any:
    if name == "string":
        return text
    if name == "boolean":
        return text.strip() in ("true", "1")
    if name in NUMERIC:
        return normal(Decimal(text.strip()))
    try:
        found = read_literal(text.strip())
    except NullResult:
        return f"unreadable {text}"
    if name == "dateTime" and kind(found) == "date":
        return datetime(found.year, found.month, found.day)  # noqa: DTZ001 - as the kit writes it
    return found


def same(found: Any, expected: Any) -> bool:
    if found is None or expected is None:
        return found is expected
    kinds = (kind(found), kind(expected))
    if kinds == ("number", "number"):
        distance = abs(Decimal(found) - Decimal(expected))
        return distance <= Decimal("1e-8") * max(Decimal(1), abs(Decimal(expected)))
    if kinds == ("list", "list"):
        return len(found) == len(expected) and all(map(same, found, expected))
    if kinds == ("context", "context"):
        ours, theirs = _keys(found), _keys(expected)
        return ours.keys() == theirs.keys() and all(same(ours[key], theirs[key]) for key in ours)
    return equal(found, expected) is True


def _keys(context: Mapping[str, Any]) -> dict[str, Any]:
    return {re.sub(r"\W", "_", key): value for key, value in context.items()}


if __name__ == "__main__":
    result = run_level(Path(sys.argv[1]), sys.argv[2] if len(sys.argv) > 2 else "")
    for where, problem in result.failures.items():
        sys.stdout.write(f"{where}: {problem}\n")
    sys.stdout.write(f"{result}\n")
