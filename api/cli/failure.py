"""How the command line fails: one line and the way out, never a traceback for a user's mistake.

Exit codes: 0 done, 1 refused or different from what was expected, 2 wrong usage.
"""

import sys
from collections.abc import Mapping
from typing import Any

import click

from engine.domain.errors import EngineError

REFUSED = 1


class Refused(click.ClickException):
    """The engine or the server says no."""

    exit_code = REFUSED

    def __init__(self, message: str, context: Mapping[str, Any] | None = None) -> None:
        super().__init__(message)
        self.context = context or {}

    def show(self, file: Any = None) -> None:
        """The message, then one line per thing that helps."""
        stream = file or sys.stderr
        click.echo(f"caseloop: {self.message}", file=stream)
        for line in way_out(self.context):
            click.echo(f"  {line}", file=stream)


class Guarded(click.Group):
    """A group whose commands may raise the engine's errors."""

    def invoke(self, ctx: click.Context) -> Any:
        """Turns errors that a user can mend into a line."""
        try:
            return super().invoke(ctx)
        except EngineError as exc:
            raise Refused(exc.message, exc.context) from exc
        except OSError as exc:
            where = f"{exc.filename}: " if exc.filename else ""
            raise Refused(f"{where}{exc.strerror or exc}") from exc


def way_out(context: Mapping[str, Any]) -> list[str]:
    """What the context of an error tells beyond its message."""
    errors = [f"{_place(e)}: {e.get('message', '')}" for e in context.get("errors") or ()]
    findings = [finding_line(finding) for finding in context.get("findings") or ()]
    named = ("rule", "earlier_act", "outcomes", "scope")
    rest = [f"{name}: {_flat(context[name])}" for name in named if context.get(name)]
    return errors + findings + rest


def _place(error: Mapping[str, Any]) -> str:
    return str(error.get("pointer") or error.get("parameter") or error.get("header") or "")


def finding_line(finding: Mapping[str, Any]) -> str:
    """A finding as one line: where, how bad, what, and the way out."""
    file, line, element = finding.get("file"), finding.get("line"), finding.get("element")
    place = ":".join(str(part) for part in (file, line) if part is not None)
    what = f"{finding['severity']} {finding['rule']}"
    of = f" {element}" if element else ""
    text = f"{place} {what}{of}: {finding['message']}".strip()
    way = f"; way: {' > '.join(finding['path'])}" if finding.get("path") else ""
    return f"{text}{way} → {finding['help']}" if finding.get("help") else text + way


def _flat(value: Any) -> str:
    if isinstance(value, Mapping):
        return ", ".join(f"{name} {found}" for name, found in value.items())
    if isinstance(value, list | tuple):
        return ", ".join(str(item) for item in value)
    return str(value)
