"""What the proof says: one verdict for each process, and findings that carry their path."""

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from engine.kernel.compile.model import Definition, Element
from engine.kernel.findings import Severity

#: Every rule of the proof, in English and Chinese; `docs/explanation/proof.md` explains them.
RULES: dict[str, tuple[str, str]] = {
    "proof/deadlock": (
        "Nothing waits for ever at a join.",
        "汇聚处不得永远等待。",
    ),
    "proof/lost-synchronisation": (
        "No flow is taken twice at once.",
        "同一条流上不得同时有两个令牌。",
    ),
    "proof/no-way-to-end": (
        "From everywhere there is a way to an end.",
        "任何状态都能走到结束。",
    ),
    "proof/dead-node": ("Every element can be reached.", "每个元素都可到达。"),
    "proof/uncaught-error": (
        "An error that is thrown is caught.",
        "抛出的错误须被捕获。",
    ),
    "proof/unknown": (
        "The proof comes to a verdict within its bounds.",
        "证明须在限度内得出结论。",
    ),
    "separation/axis": (
        "Act, lane and role of a task belong to one axis.",
        "任务的行为、泳道和角色属于同一轴。",
    ),
    "separation/missing-act": (
        "What a person does is named, so that separation can count it.",
        "人做的事须写明行为，分离规则才能计数。",
    ),
    "separation/gap": (
        "Nobody gets two acts that exclude each other unseen.",
        "任何人不得不被察觉地做两个互斥的行为。",
    ),
    "separation/nobody": (
        "Somebody may do each task.",
        "每个任务都有人可以做。",
    ),
    "separation/roster": (
        "The staff of each duty grid and shift can bring a case to its end.",
        "每个责任网格和班次的人员都能把案卷办结。",
    ),
    "time/no-limit": ("Every human task has a limit.", "每个人工任务都有时限。"),
    "time/no-reminder": (
        "Somebody is reminded before the limit has passed.",
        "时限到达前须有催办。",
    ),
    "time/no-escalation": (
        "Somebody is told when the limit has passed.",
        "超时后须有督办的人。",
    ),
    "time/past-check": (
        "No way leads past the check to an end with the outcome closed.",
        "不得绕过核查结案。",
    ),
}


class Verdict(StrEnum):
    """Of one process: proven, refuted, or neither within the bounds."""

    SOUND = "sound"
    UNSOUND = "unsound"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class ProofFinding:
    """One fault; `path` are the ids of elements that a shortest run to it enters, in order."""

    rule: str
    severity: Severity
    process: str
    element: str | None
    line: int
    message: str
    help: str
    path: tuple[str, ...] = ()
    file: str = ""

    def to_json(self) -> dict[str, Any]:
        """As a finding of the gate, with process and path."""
        return {
            "rule": self.rule,
            "severity": str(self.severity),
            "process": self.process,
            "element": self.element,
            "line": self.line,
            "message": self.message,
            "help": self.help,
            "path": list(self.path),
            "file": self.file,
        }

    def as_warning(self) -> "ProofFinding":
        """The same, for a process that the house rules do not bind."""
        return replace(self, severity=Severity.WARNING)


@dataclass(frozen=True, slots=True)
class ProcessProof:
    """What was found out about one process."""

    process: str
    file: str
    profile: str | None
    verdict: Verdict
    states: int
    findings: tuple[ProofFinding, ...]
    reason: str | None = None

    def to_json(self) -> dict[str, Any]:
        return {
            "process": self.process,
            "file": self.file,
            "verdict": str(self.verdict),
            "states": self.states,
            "reason": self.reason,
            "findings": [finding.to_json() for finding in self.findings],
        }


def finding_at(
    rule: str,
    definition: Definition,
    element: Element | str | None,
    message: str,
    way_out: str,
    *,
    path: tuple[str, ...] = (),
    severity: Severity = Severity.ERROR,
) -> ProofFinding:
    """A finding of a rule at an element of a definition."""
    known = definition.elements.get(element) if isinstance(element, str) else element
    name = element if isinstance(element, str) else getattr(element, "id", None)
    return ProofFinding(
        rule=rule,
        severity=severity,
        process=definition.process_id,
        element=name,
        line=0 if known is None else known.line,
        message=message,
        help=way_out,
        path=path,
        file=definition.file,
    )
