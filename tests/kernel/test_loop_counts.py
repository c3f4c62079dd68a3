"""How many rounds a loop has: a whole number within the limit, or an incident that says what."""

import pytest

from engine.domain.errors import ExpressionError
from tests.kernel.drawing import diagram, flows, process, start, user
from tests.kernel.story import Story


def repeated(inside: str) -> bytes:
    loop = f"<multiInstanceLoopCharacteristics{inside}</multiInstanceLoopCharacteristics>"
    return diagram(process("p", start(), user("vote", loop), flows("start > vote")))


def counted(text: str) -> bytes:
    return repeated(f"><loopCardinality>{read(text)}</loopCardinality>")


def read(text: str) -> str:
    """The gate tells of a constant; what a case says is known only when it comes there."""
    return f"if unknown = null then {text} else 1"


@pytest.mark.parametrize("text", ["2", "4 / 2", "2.0"])
def test_whole_number_is_the_number_of_rounds(text: str) -> None:
    assert Story(counted(text)).open == ["vote", "vote"]


@pytest.mark.parametrize(
    "text",
    ["9" * 5000, "9" * 30, "10 ** 300", "10001", "10000.5"],
    ids=lambda text: f"{text[:8]} {len(text)}",
)
def test_more_rounds_than_the_limit_are_told_shortly(text: str) -> None:
    with pytest.raises(ExpressionError, match="more than 10000") as told:
        Story(counted(text))
    assert len(told.value.message) < 120


@pytest.mark.parametrize(
    "text",
    [
        "-1",
        f"-{'9' * 5000}",
        "1.5",
        "[1, 2]",
        f"[{'9' * 5000}]",
        'duration("P1D")',
        'duration("P12M")',
        "true",
        "null",
        '"2"',
        "{a: 1}",
    ],
    ids=lambda text: f"{text[:8]} {len(text)}",
)
def test_what_is_no_whole_number_is_told_shortly(text: str) -> None:
    with pytest.raises(ExpressionError, match="must be a whole number") as told:
        Story(counted(text))
    assert len(told.value.message) < 200


@pytest.mark.parametrize(
    "text", ["9" * 5000, f"{{a: {'9' * 5000}}}", "3"], ids=["huge", "deep", "small"]
)
def test_collection_that_is_no_list_is_told_shortly(text: str) -> None:
    with pytest.raises(ExpressionError, match="must be a list") as told:
        Story(repeated(f' xmlns:cl="urn:caseloop:bpmn:1" cl:collection="={read(text)}">'))
    assert len(told.value.message) < 300
