"""Links: a pair of the same name is a flow; what contradicts it is refused with its reason."""

import pytest

from engine.kernel.findings import Severity
from tests.kernel.drawing import both, catch, diagram, end, flows, process, start, throw, user
from tests.kernel.judging import gate
from tests.kernel.story import Story


def link(name: str | None = "away") -> str:
    return "<linkEventDefinition/>" if name is None else f'<linkEventDefinition name="{name}"/>'


AWAY, HERE = throw("away", link()), catch("here", link())
LINE = (start(), user("ask"), end(), flows("start > ask"))


def said(*parts: str) -> list[tuple[str | None, str]]:
    found = [f for f in gate(*LINE, *parts) if f.severity is Severity.ERROR]
    return [(f.element, f.message.partition(": ")[2]) for f in found if f.rule == "event/link"]


def test_two_throwing_links_lead_to_one() -> None:
    again = throw("again", link())
    line = (start(), both("fork"), flows("start > fork > away", "fork > again", "here > end"))
    story = Story(diagram(process("p", *line, AWAY, again, HERE, end())))
    assert story.ends == ["end", "end"]


@pytest.mark.parametrize(
    ("parts", "element", "message"),
    [
        (
            (AWAY, HERE, flows("ask > away > end", "here > end")),
            "away",
            "a flow leaves the throwing link",
        ),
        (
            (AWAY, HERE, both("fork"), flows("ask > fork > away", "fork > here > end")),
            "here",
            "a flow leads to the catching link",
        ),
        (
            (AWAY, flows("ask > away")),
            "away",
            "0 catching links here have the name 'away'",
        ),
        ((HERE, flows("here > end")), "here", "nothing here throws the link 'away'"),
        (
            (throw("away", link(None)), flows("ask > away")),
            "away",
            "the link has no name",
        ),
        (
            (end("over", link()), flows("ask > over")),
            "over",
            "no endEvent can be a link",
        ),
    ],
)
def test_link_that_is_no_flow_is_refused_with_its_reason(
    parts: tuple[str, ...], element: str, message: str
) -> None:
    assert said(*parts) == [(element, message)]


def test_two_catching_links_of_one_name_are_refused_at_each() -> None:
    twin = catch("there", link()) + flows("ask > away", "here > end", "there > end")
    assert [element for element, _ in said(AWAY, HERE, twin)] == ["away", "here", "there"]
