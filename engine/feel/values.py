"""The values of FEEL as Python objects: their kinds, equality, order and text.

null None · boolean bool · number int or Decimal · string str · date, time, datetime · durations
timedelta and `YearsMonths` · list · context dict · `Range` · `Function`. Floats are never values.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import (
    ROUND_HALF_EVEN,
    Context,
    Decimal,
    DivisionByZero,
    InvalidOperation,
    Overflow,
)
from typing import Any

from engine.feel.budget import Run
from engine.feel.errors import FeelBudgetError, FeelValueError

#: Decimal128 as the standard wants it. Own context: nobody else's precision is touched.
NUMBERS = Context(
    prec=34,
    rounding=ROUND_HALF_EVEN,
    Emin=-6143,
    Emax=6144,
    traps=[InvalidOperation, DivisionByZero, Overflow],
)
#: Integers beyond this are rounded to 34 digits like every other number.
INT_LIMIT = 10**34
#: Elements that one comparison of lists or contexts may visit.
MAX_COMPARED = 200_000


class NullResult(Exception):  # noqa: N818 - no fault: FEEL's answer here is null, with a reason
    """An operation has no answer; the reason becomes a warning and the value null."""


@dataclass(frozen=True, slots=True, order=True)
class YearsMonths:
    """A years and months duration, in months."""

    months: int


class Function:
    """A function value: a built-in, a FEEL `function(…)`, a business knowledge model."""

    __slots__ = ("call", "name", "parameters", "returns", "types")

    def __init__(
        self,
        name: str,
        parameters: tuple[str, ...],
        call: Callable[[Sequence[Any], Run], Any],
        types: tuple[Any, ...] = (),
        returns: Any = None,
    ) -> None:
        self.name = name
        self.parameters = parameters
        self.call = call
        self.types = types
        self.returns = returns

    def arrange(self, named: Mapping[str, Any]) -> Sequence[Any]:
        """Arguments given by name, in the order of the parameters."""
        if set(named) != set(self.parameters):
            raise NullResult(f"takes {list(self.parameters)}, not {list(named)}")
        return [named[name] for name in self.parameters]


class Range:
    """An interval. A missing end (None) is never included.

    `one_sided` intervals, `< 10`, have no end on that side; in `[null..10)` the end is unknown.
    """

    __slots__ = ("end", "end_included", "one_sided", "start", "start_included")

    def __init__(
        self,
        start: Any,
        end: Any,
        *,
        start_included: bool,
        end_included: bool,
        one_sided: bool = False,
    ) -> None:
        self.one_sided = one_sided
        self.start = start
        self.end = end
        self.start_included = start_included
        self.end_included = end_included

    def contains(self, value: Any) -> bool | None:
        low = self._side(">=" if self.start_included else ">", value, self.start)
        if low is not True:
            return low
        return self._side("<=" if self.end_included else "<", value, self.end)

    def _side(self, sign: str, value: Any, end: Any) -> bool | None:
        if end is None and self.one_sided:
            return True
        return compare(sign, value, end)


NULL, BOOLEAN, NUMBER, STRING = "null", "boolean", "number", "string"
DATE, TIME, DATE_TIME = "date", "time", "date and time"
DAYS_TIME, YEARS_MONTHS = "days and time duration", "years and months duration"
LIST, CONTEXT, RANGE, FUNCTION = "list", "context", "range", "function"

_KINDS: dict[type, str] = {
    type(None): NULL,
    bool: BOOLEAN,
    int: NUMBER,
    Decimal: NUMBER,
    str: STRING,
    date: DATE,
    time: TIME,
    datetime: DATE_TIME,
    timedelta: DAYS_TIME,
    YearsMonths: YEARS_MONTHS,
    list: LIST,
    dict: CONTEXT,
    Range: RANGE,
    Function: FUNCTION,
}
_SUBCLASSES: tuple[tuple[type | tuple[type, ...], str], ...] = (
    (str, STRING),
    (int, NUMBER),
    (Decimal, NUMBER),
    (datetime, DATE_TIME),
    (date, DATE),
    (Mapping, CONTEXT),
    ((list, tuple), LIST),
    (Function, FUNCTION),
)


def kind(value: Any) -> str:
    """The FEEL name of the value's type; FeelValueError for what is no FEEL value."""
    return _KINDS.get(type(value)) or _foreign_kind(value)


def _foreign_kind(value: Any) -> str:
    if isinstance(value, float):
        raise FeelValueError(f"{value!r} is a float; give numbers as integers or Decimal")
    for types, name in _SUBCLASSES:
        if isinstance(value, types):
            return name
    raise FeelValueError(f"{type(value).__name__} is no FEEL value")


def normal(number: int | Decimal) -> int | Decimal:
    """The number rounded to 34 digits; integral values become int."""
    if type(number) is int and -INT_LIMIT < number < INT_LIMIT:
        return number
    rounded = NUMBERS.plus(Decimal(number))
    if not rounded.is_finite():
        raise NullResult("not a finite number")
    if rounded.adjusted() <= 34 and rounded == rounded.to_integral_value():  # noqa: PLR2004
        return int(rounded)
    return rounded


def equal(left: Any, right: Any) -> bool | None:
    """FEEL's `=`: null when the kinds differ."""
    if left is None or right is None:
        return left is right
    if type(left) is type(right) and type(left) in _PLAIN:
        return bool(left == right)
    return _equal(left, right, [MAX_COMPARED])


_PLAIN = {str, int, bool, Decimal}


def _equal(left: Any, right: Any, fuel: list[int]) -> bool | None:
    fuel[0] -= 1
    if fuel[0] < 0:
        raise FeelBudgetError(f"a comparison of more than {MAX_COMPARED} elements")
    if left is None or right is None:
        return left is right
    what = kind(left)
    if what != kind(right):
        return None
    special = _EQUALITIES.get(what)
    return bool(left == right) if special is None else special(left, right, fuel)


def _equal_lists(left: Any, right: Any, fuel: list[int]) -> bool:
    return len(left) == len(right) and all(
        _equal(a, b, fuel) is True for a, b in zip(left, right, strict=True)
    )


def _equal_contexts(left: Any, right: Any, fuel: list[int]) -> bool:
    return left.keys() == right.keys() and all(
        _equal(left[key], right[key], fuel) is True for key in left
    )


def _equal_ranges(left: Range, right: Range, fuel: list[int]) -> bool:
    return (
        left.one_sided == right.one_sided
        and left.start_included == right.start_included
        and left.end_included == right.end_included
        and _equal(left.start, right.start, fuel) is True
        and _equal(left.end, right.end, fuel) is True
    )


def _equal_instants(left: Any, right: Any, _fuel: list[int]) -> bool:
    if (left.tzinfo is None) != (right.tzinfo is None):
        return False
    return bool(instant(left) == instant(right))


def instant(value: datetime) -> datetime:
    """A datetime that compares and subtracts by instants, not by wall clocks.

    Python compares two datetimes of one zone by their wall clocks, wrong at a change of offset.
    """
    offset = value.utcoffset()
    return value if offset is None else value.replace(tzinfo=None, fold=0) - offset


def comparable_time(value: time) -> tuple[bool, timedelta]:
    """Times with an offset compare by their instant on one day."""
    offset = value.utcoffset()
    seconds = timedelta(
        hours=value.hour,
        minutes=value.minute,
        seconds=value.second,
        microseconds=value.microsecond,
    )
    return (offset is not None, seconds if offset is None else seconds - offset)


def _equal_times(left: time, right: time, _fuel: list[int]) -> bool:
    return comparable_time(left) == comparable_time(right)


_EQUALITIES: dict[str, Callable[[Any, Any, list[int]], bool]] = {
    LIST: _equal_lists,
    CONTEXT: _equal_contexts,
    RANGE: _equal_ranges,
    DATE_TIME: _equal_instants,
    TIME: _equal_times,
    FUNCTION: lambda left, right, _fuel: left is right,
}

_ORDERED = {NUMBER, STRING, DATE, TIME, DATE_TIME, DAYS_TIME, YEARS_MONTHS}
_COMPARISONS: dict[str, Callable[[Any, Any], bool]] = {
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
}


def compare(operator: str, left: Any, right: Any) -> bool | None:
    """`<`, `<=`, `>`, `>=`, `=` or `!=`; null when the two cannot be compared."""
    if operator == "=":
        return equal(left, right)
    if operator == "!=":
        same = equal(left, right)
        return None if same is None else not same
    what = kind(left)
    if what not in _ORDERED or what != kind(right):
        return None
    if what in (DATE_TIME, TIME):
        if (left.tzinfo is None) != (right.tzinfo is None):
            return None
        if what == DATE_TIME:
            left, right = instant(left), instant(right)
        else:
            left, right = comparable_time(left), comparable_time(right)
    return _COMPARISONS[operator](left, right)


def conjunction(left: Any, right: Any) -> bool | None:
    """Three-valued and."""
    if left is False or right is False:
        return False
    return True if left is True and right is True else None


def disjunction(left: Any, right: Any) -> bool | None:
    """Three-valued or."""
    if left is True or right is True:
        return True
    return False if left is False and right is False else None


def negation(value: Any) -> bool | None:
    """Three-valued not."""
    return (not value) if type(value) is bool else None
