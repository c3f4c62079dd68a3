"""Data in the drawing: what is only drawn is warned about where a person finds it."""

import pytest

from engine.kernel.findings import Severity
from tests.kernel.drawing import user
from tests.kernel.judging import gate, with_task


def fed(name: str, text: str) -> str:
    """A user task with an input that is given a text, as jBPM writes it."""
    return user(
        "x",
        f'<ioSpecification><dataInput id="d" name="{name}"/><inputSet><dataInputRefs>d'
        "</dataInputRefs></inputSet><outputSet/></ioSpecification><dataInputAssociation>"
        f"<targetRef>d</targetRef><assignment><from>{text}</from><to>d</to></assignment>"
        "</dataInputAssociation>",
    )


def said(task: str) -> list[tuple[str, Severity, str | None]]:
    return [(f.rule, f.severity, f.element) for f in gate(*with_task(task))]


@pytest.mark.parametrize("name", ["TaskName", "Skippable", "Priority"])
def test_fixed_text_for_a_list_of_tasks_has_no_effect(name: str) -> None:
    assert said(fed(name, "5")) == [("data/drawn-only", Severity.WARNING, "x")] * 2


@pytest.mark.parametrize(("name", "text"), [("TaskName", "#{name}"), ("amount", "5")])
def test_value_that_would_be_given_is_refused_at_the_task(name: str, text: str) -> None:
    assert ("data/mapping", Severity.ERROR, "x") in said(fed(name, text))


def test_data_store_with_its_associations_is_only_drawn() -> None:
    line = (
        '<dataInputAssociation id="reads"><sourceRef>store</sourceRef><targetRef>p_in</targetRef>'
        "</dataInputAssociation>"
    )
    task = user("x", f'<property id="p_in" name="__targetRef_placeholder"/>{line}')
    found = gate(*with_task(task), '<dataStoreReference id="store"/>')
    assert [(f.rule, f.element) for f in found] == [
        ("data/drawn-only", name) for name in ("p_in", "reads", "store")
    ]
