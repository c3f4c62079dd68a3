"""A constant that its place cannot use is refused before a case comes to it."""

import pytest

from engine.kernel.findings import Severity
from tests.kernel.drawing import catch, condition, cycle, flows, start, timer, user, xor
from tests.kernel.judging import gate, with_task

_MULTI = "<multiInstanceLoopCharacteristics{}>{}</multiInstanceLoopCharacteristics>"
_TIMES = "<loopCardinality>{}</loopCardinality>"
_UNTIL = _TIMES.format(2) + "<completionCondition>{}</completionCondition>"
_WHILE = (
    "<standardLoopCharacteristics><loopCondition>{}</loopCondition></standardLoopCharacteristics>"
)
_DATE = "<timerEventDefinition><timeDate>{}</timeDate></timerEventDefinition>"


def refused(*parts: str) -> list[tuple[str, str | None]]:
    return [(f.rule, f.element) for f in gate(*parts) if f.severity is Severity.ERROR]


def chosen(text: str) -> tuple[str, ...]:
    ways = flows(f"start > g ? {text} > a", "g > b")
    return (start(), xor("g", default="g_to_b"), user("a"), user("b"), ways)


def looped(inside: str, attributes: str = "") -> tuple[str, ...]:
    return with_task(user("x", _MULTI.format(attributes, inside)))


def waits(event: str) -> tuple[str, ...]:
    return with_task(catch("x", event))


@pytest.mark.parametrize("text", ["1", '"level = 1"', "null", "[1]"])
def test_flow_condition_that_never_holds(text: str) -> None:
    assert refused(*chosen(text)) == [("expression/constant", "g_to_a")]


@pytest.mark.parametrize(
    "parts",
    [
        looped(_TIMES.format("-1")),
        looped(_TIMES.format("2.5")),
        looped(_TIMES.format('"three"')),
        looped(_TIMES.format("true")),
        looped(_TIMES.format("10001")),
        looped(_UNTIL.format('"done"')),
        looped("", ' cl:collection="=3"'),
        with_task(user("x", _WHILE.format("1"))),
        waits(condition("1")),
        waits(timer("=5")),
        waits(timer('="an hour"')),
        waits(timer('=duration("an hour")')),
        waits(_DATE.format('="tomorrow"')),
        waits(cycle('="PT1H"')),
    ],
)
def test_what_would_stop_the_case(parts: tuple[str, ...]) -> None:
    assert refused(*parts) == [("expression/constant", "x")]


@pytest.mark.parametrize(
    "parts",
    [
        chosen("true"),
        chosen('today() in [date("2026-01-01")..date("2030-01-01")]'),
        chosen("level"),
        looped(_TIMES.format("0")),
        looped(_TIMES.format("rounds")),
        looped(_UNTIL.format("loopCounter > 1")),
        looped("", ' cl:collection="=[1, 2]"'),
        waits(timer('=duration("PT1H")')),
        waits(timer('="P1D"')),
        waits(_DATE.format('=date and time("2026-03-02T09:00:00Z")')),
        waits(_DATE.format("=now()")),
        waits(cycle('="R3/PT1H"')),
    ],
)
def test_what_can_be_used(parts: tuple[str, ...]) -> None:
    assert refused(*parts) == []
