"""Constants: an expression that reads nothing has one value for ever, and its place must use it.

A condition that is no truth never holds, and a loop or a timer of another kind of value stops the
case when it comes to it: both can be told before.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from engine.feel import Budget, Expression, FeelError, YearsMonths
from engine.kernel import iso
from engine.kernel.compile.model import LOOP_LIMIT
from engine.kernel.compile.reading import Reading
from engine.kernel.rules.registry import define
from engine.kernel.words import Node

_CONSTANT = define(
    "expression/constant",
    "error",
    "An expression that reads nothing has a value that its place can use.",
    "不读取任何数据的表达式，其值须适用于所在位置。",
)
#: What needs more than this is no constant that somebody wrote by mistake.
_LITTLE = Budget(steps=1_000, depth=10, text=2_000, items=1_000)
_CLOCK = re.compile(r"\b(?:now|today)\b")
_MOST_SHOWN = 60


@dataclass(frozen=True, slots=True)
class Use:
    """What a place can do with a value."""

    wanted: str
    fits: Callable[[Any], bool]


def _counts(value: Any) -> bool:
    whole = isinstance(value, int | Decimal) and not isinstance(value, bool)
    return whole and 0 <= value <= LOOP_LIMIT and value == int(value)


def _is_time(parse: Callable[[str], object], *kinds: type) -> Callable[[Any], bool]:
    """A value of one of these kinds, or a text that ISO 8601 reads so."""

    def fits(value: Any) -> bool:
        if not isinstance(value, str):
            return isinstance(value, kinds)
        try:
            parse(value)
        except ValueError:
            return False
        return True

    return fits


CONDITION = Use("true or false", lambda value: isinstance(value, bool))
COUNT = Use(f"a whole number up to {LOOP_LIMIT}", _counts)
LIST = Use("a list", lambda value: isinstance(value, list))
TIMES = {
    "timeDuration": Use(
        'a duration such as "PT1H"', _is_time(iso.parse_duration, timedelta, YearsMonths)
    ),
    "timeDate": Use(
        'an instant such as "2026-03-02T09:00:00+08:00"', _is_time(iso.parse_date, datetime)
    ),
    "timeCycle": Use('a repetition such as "R3/PT10M"', _is_time(iso.parse_cycle)),
}


def used_as(
    use: Use, node: Node, expression: Expression | None, what: str, reading: Reading
) -> Expression | None:
    """The same expression; a finding where its one value is of no use."""
    if expression is None or not _reads_nothing(expression):
        return expression
    try:
        value = expression.evaluate({}, budget=_LITTLE)
    except FeelError:
        return expression
    if not use.fits(value):
        shown = expression.text[:_MOST_SHOWN]
        message = f"{what} is {shown!r} for ever, and that is not {use.wanted}"
        reading.findings.append(_CONSTANT.at(node, message, f"write what gives {use.wanted}"))
    return expression


def _reads_nothing(expression: Expression) -> bool:
    """Functions that FEEL does not have are refused already."""
    reads = expression.variables or expression.unknown_calls
    return not reads and _CLOCK.search(expression.text) is None
