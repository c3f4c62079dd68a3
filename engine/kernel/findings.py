"""What the gate says about a diagram: a finding names rule, element, line and the way out."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from engine.domain.errors import DefinitionError


class Severity(StrEnum):
    """`error` refuses the diagram; `warning` and `info` only speak."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


@dataclass(frozen=True, slots=True)
class Finding:
    """One remark about one place."""

    rule: str
    severity: Severity
    element: str | None
    line: int
    message: str
    help: str
    file: str = ""

    def to_json(self) -> dict[str, Any]:
        """As `caseloop lint --format json` prints it."""
        return {
            "rule": self.rule,
            "severity": str(self.severity),
            "element": self.element,
            "line": self.line,
            "message": self.message,
            "help": self.help,
        }

    def __str__(self) -> str:
        where = f"{self.file}:{self.line}" if self.file else f"line {self.line}"
        return f"{where}: {self.severity} {self.rule}: {self.message}; {self.help}"


class DiagramError(DefinitionError):
    """The diagram is refused."""

    def __init__(self, findings: Iterable[Finding]) -> None:
        self.findings = tuple(findings)
        errors = [f for f in self.findings if f.severity is Severity.ERROR]
        text = "\n".join(str(f) for f in errors[:20])
        more = f"\n… and {len(errors) - 20} more" if len(errors) > 20 else ""  # noqa: PLR2004 a screenful
        super().__init__(text + more, findings=[f.to_json() for f in self.findings])
