"""From one kind to another, and the questions about any value."""

import re
from decimal import Decimal, DecimalException
from typing import Any

from engine.feel import temporal
from engine.feel.budget import NOWHERE, Run
from engine.feel.builtins.registry import builtin
from engine.feel.text import string_of
from engine.feel.values import DATE_TIME, TIME, NullResult, equal, kind, negation, normal

_NUMBER = re.compile(r"-?(?:\d+(?:\.\d+)?|\.\d+)(?:[eE][+-]?\d+)?", re.ASCII)
_GROUPINGS = (" ", ",", ".")
_POINTS = (".", ",")


@builtin("not", "negand: any", with_run=True)
def _not(run: Run, value: Any) -> bool | None:
    if value is not None and type(value) is not bool:
        run.note(NOWHERE, f"not({kind(value)}) is null")
    return negation(value)


@builtin("string", "from: any")
def _string(value: Any) -> str | None:
    return string_of(value)


@builtin("number", "from: number")
def _same(value: Any) -> Any:
    return value


@builtin("number", "from: string")
def _plain_number(text: str) -> int | Decimal:
    if not _NUMBER.fullmatch(text):
        raise NullResult(f"{text!r} is no number")
    try:
        return normal(Decimal(text))
    except DecimalException as error:
        raise NullResult(f"{text!r} is out of range") from error


@builtin("number", "from: string, grouping separator: string|null, decimal separator: string|null")
def _formatted_number(text: str, grouping: str | None, point: str | None) -> int | Decimal:
    if grouping is not None and grouping not in _GROUPINGS:
        raise NullResult("the grouping separator is a blank, a comma or a point")
    if point is not None and (point not in _POINTS or point == grouping):
        raise NullResult("the decimal separator is a point or a comma, not the grouping one")
    if grouping is not None:
        text = text.replace(grouping, "")
    return _plain_number(text.replace(point, ".") if point is not None else text)


@builtin("is", "value1: any, value2: any")
def _is(left: Any, right: Any) -> bool:
    """The same kind, the same value, and for times the same zone."""
    if kind(left) != kind(right) or equal(left, right) is not True:
        return False
    if kind(left) in (DATE_TIME, TIME):
        return _zone_parts(left) == _zone_parts(right)
    return True


def _zone_parts(value: Any) -> tuple[Any, ...]:
    zone = value.tzinfo
    return (getattr(zone, "key", None), temporal.offset_of(value), value.replace(tzinfo=None))


@builtin("is defined", "value: any")
def _is_defined(value: Any) -> bool:
    return value is not None


@builtin("get or else", "value: any, default: any")
def _get_or_else(value: Any, default: Any) -> Any:
    return default if value is None else value
