"""The files of a release beside its diagrams: case schema, decisions, forms, policies.

Each thing stands once in a release. A second one of the same name would win or lose by the order
of the files, so it is refused, and both places are named.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Any

from engine.domain.errors import DecisionError, DefinitionError
from engine.feel import read_decision_model
from engine.kernel.compile.model import Policies
from engine.kernel.compile.reading import NOT_PERSONAL, PERSONAL, personal_among
from engine.kernel.files import holds_values, is_decision
from engine.kernel.findings import Finding
from engine.kernel.policies import read_policies
from engine.kernel.rules.registry import define
from engine.kernel.syntax import syntax_fault
from engine.schema import DocumentSchema

SCHEMA_FILE = "case.schema.json"
_CORRECT = "correct it"

_TWICE = define(
    "file/twice",
    "error",
    "A case schema, a decision, a form or a policy stands once in a release.",
    "案卷模式、决策、表单和策略在发布包中只能各出现一次。",
)
_DECISIONS = define("file/decision", "error", "A decision model can be read.", "决策文件须可读。")
_SCHEMA = define(
    "file/schema",
    "error",
    "The case schema is JSON Schema, and every value it marks personal can be sealed.",
    "案卷模式须为 JSON Schema，其中标记的个人信息均可封存。",
)
_BROKEN = define(
    "file/broken",
    "error",
    "A file of a release whose name says JSON or YAML is that.",
    "发布包中的 JSON、YAML 文件须可解析。",
)
_UNREAD = define(
    "file/unread",
    "warning",
    "A file of a release is a diagram, a decision, the case schema, a form or a policy.",
    "发布包中的文件应为流程图、决策、案卷模式、表单或策略。",
)


@dataclass(slots=True)
class Beside:
    """What was read, and what is wrong in it."""

    findings: list[Finding] = field(default_factory=list)
    schema: bytes | None = None
    #: paths of the case document that no expression may read
    personal: frozenset[tuple[str, ...]] = frozenset()
    decisions: dict[str, Any] = field(default_factory=dict)
    forms: dict[str, bytes] = field(default_factory=dict)
    policies: Policies = field(default_factory=Policies)


def read_beside(files: Mapping[str, bytes]) -> Beside:
    """Reads and judges all of them, in the order of their paths."""
    found = Beside()
    broken = list(_broken(files))
    found.findings += broken
    unreadable = {finding.file for finding in broken}
    _read_schema({n: d for n, d in files.items() if n not in unreadable}, found)
    _read_decisions(files, found)
    _read_forms(files, found)
    named = {n: d for n, d in files.items() if _in_folder(n, "policies") and holds_values(n)}
    found.policies, faults = read_policies(named)
    found.findings += faults
    found.findings += _unread({n: d for n, d in files.items() if n not in unreadable})
    return found


def _broken(files: Mapping[str, bytes]) -> Iterator[Finding]:
    """Files that cannot be read whatever they are for; of policies their reader says it."""
    for name, data in sorted(files.items()):
        if not holds_values(name) or _in_folder(name, "policies"):
            continue
        if (fault := syntax_fault(name, data)) is not None:
            rule = _SCHEMA if PurePosixPath(name).name == SCHEMA_FILE else _BROKEN
            yield rule.finding(None, fault[0], fault[1], _CORRECT, file=name)


def _unread(files: Mapping[str, bytes]) -> Iterator[Finding]:
    """Files that look as if they said something, in a place where nobody reads them."""
    for name in sorted(files):
        known = _in_folder(name, "policies") or _in_folder(name, "forms")
        if holds_values(name) and not known and PurePosixPath(name).name != SCHEMA_FILE:
            message = "nobody reads this file"
            way_out = f"name it {SCHEMA_FILE}, or put it into a folder `policies` or `forms`"
            yield _UNREAD.finding(None, 0, message, way_out, file=name)


def _read_schema(files: Mapping[str, bytes], found: Beside) -> None:
    names = sorted(name for name in files if PurePosixPath(name).name == SCHEMA_FILE)
    for name in names[1:]:
        found.findings.append(_twice(name, "a case schema", names[0]))
    for name in names[:1]:
        found.schema = files[name]
        try:
            schema = DocumentSchema.read(files[name])
        except DefinitionError as exc:
            found.findings += _schema_faults(exc, name)
        else:
            paths = (tuple(step for step in path if step is not None) for path in schema.personal)
            found.personal = frozenset(paths)


def _schema_faults(exc: DefinitionError, name: str) -> Iterator[Finding]:
    for error in exc.context["errors"]:
        message = f"{error['pointer'] or '/'}: {error['message']}"
        yield _SCHEMA.finding(error["pointer"], 0, message, _CORRECT, file=name)


def _read_decisions(files: Mapping[str, bytes], found: Beside) -> None:
    paths: dict[str, str] = {}
    for name, data in sorted(files.items()):
        if not is_decision(name):
            continue
        try:
            model = read_decision_model(data, name=name)
        except DecisionError as exc:
            element, line = exc.context.get("element"), exc.context.get("line") or 0
            finding = _DECISIONS.finding(element, line, exc.message, _CORRECT, file=name)
            found.findings.append(finding)
            continue
        for path in sorted(personal_among(model.variables, found.personal)):
            message = f"it reads the personal field {path!r}"
            finding = PERSONAL.finding(None, 0, message, NOT_PERSONAL, file=name)
            found.findings.append(finding)
        for decision in model.decisions:
            if decision in paths:
                finding = _twice(name, f"a decision {decision!r}", paths[decision], decision)
                found.findings.append(finding)
            else:
                paths[decision] = name
                found.decisions[decision] = model


def _read_forms(files: Mapping[str, bytes], found: Beside) -> None:
    paths: dict[str, str] = {}
    for name, data in sorted(files.items()):
        if not _in_folder(name, "forms"):
            continue
        form = PurePosixPath(name).stem
        if form in paths:
            found.findings.append(_twice(name, f"a form {form!r}", paths[form]))
        paths.setdefault(form, name)
        found.forms[name] = data


def _twice(name: str, what: str, other: str, element: str | None = None) -> Finding:
    message = f"there is {what} in {other} already"
    return _TWICE.finding(element, 0, message, "keep one of them, or rename it", file=name)


def _in_folder(name: str, folder: str) -> bool:
    return folder in PurePosixPath(name).parts[:-1]
