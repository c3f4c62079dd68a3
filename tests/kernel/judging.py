"""What the gate says of a diagram that a test draws."""

import pytest

from engine.kernel.findings import DiagramError, Finding, Severity
from engine.kernel.release import check_files, compile_release
from tests.kernel.drawing import diagram, end, flows, process, start

#: what is drawn, the rule that refuses it, and the element that it names
BadDrawing = tuple[tuple[str, ...], str, str]


def gate(*parts: str, **attributes: str) -> list[Finding]:
    return check_files({"p.bpmn": diagram(process("p", *parts, **attributes))})


def with_task(task: str, name: str = "x") -> tuple[str, ...]:
    return (start(), task, end(), flows(f"start > {name} > end"))


def after(event: str, name: str = "x") -> tuple[str, ...]:
    return (start(), event, flows(f"start > {name}"))


def assert_refused(drawing: BadDrawing) -> None:
    """The gate names rule, element, line and way out, and nobody gets it compiled."""
    parts, rule, element = drawing
    found = [f for f in gate(*parts) if f.severity is Severity.ERROR]
    match = next((f for f in found if f.rule == rule and f.element == element), None)
    assert match is not None, [str(f) for f in found]
    assert match.line >= 1
    assert match.message
    assert match.help
    with pytest.raises(DiagramError):
        compile_release({"p.bpmn": diagram(process("p", *parts))})
