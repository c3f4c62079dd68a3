"""`+ - * / **` and negation over every kind of value. Raises NullResult where FEEL says null."""

import calendar
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal, DecimalException
from typing import Any

from engine.feel import values
from engine.feel.temporal import duration_of, microseconds
from engine.feel.values import (
    DATE,
    DATE_TIME,
    DAYS_TIME,
    NULL,
    NUMBER,
    NUMBERS,
    STRING,
    TIME,
    YEARS_MONTHS,
    NullResult,
    YearsMonths,
    instant,
    kind,
    normal,
)

Operation = Callable[[Any, Any], Any]
_MAX_MONTHS = 12 * 1_000_000_000


def apply(operator: str, left: Any, right: Any) -> Any:
    """The result of one operation; NullResult names why there is none."""
    kinds = (kind(left), kind(right))
    operation = _OPERATIONS[operator].get(kinds)
    if operation is None:
        if NULL in kinds:
            raise NullResult(f"an operand of {operator} is null")
        raise NullResult(f"{kinds[0]} {operator} {kinds[1]} has no meaning")
    try:
        return operation(left, right)
    except (DecimalException, OverflowError, ValueError) as error:
        raise NullResult(f"{kinds[0]} {operator} {kinds[1]} has no representable result") from error


def negate(value: Any) -> Any:
    what = kind(value)
    if what == NUMBER:
        return normal(-value)
    if what == DAYS_TIME:
        return -value
    if what == YEARS_MONTHS:
        return YearsMonths(-value.months)
    raise NullResult(f"- {what} has no meaning")


def _divide(left: int | Decimal, right: int | Decimal) -> int | Decimal:
    if right == 0:
        raise NullResult("division by zero")
    return normal(NUMBERS.divide(left, right))


def _power(left: int | Decimal, right: int | Decimal) -> int | Decimal:
    return normal(NUMBERS.power(Decimal(left), Decimal(right)))


def add_months(value: date, months: int) -> date:
    """The same day of another month, or that month's last day."""
    year, month = divmod(value.year * 12 + value.month - 1 + months, 12)
    if not date.min.year <= year <= date.max.year:
        raise NullResult("the year is outside 1 to 9999")
    last = calendar.monthrange(year, month + 1)[1]
    return value.replace(year=year, month=month + 1, day=min(value.day, last))


def add_duration(value: datetime, duration: timedelta) -> datetime:
    """Counted in instants: a named zone may change its offset on the way."""
    if value.tzinfo is None or value.utcoffset() is None:
        return value + duration
    return (value.astimezone(UTC) + duration).astimezone(value.tzinfo)


def _date_plus(value: date, duration: timedelta) -> date:
    moved = datetime(value.year, value.month, value.day) + duration  # noqa: DTZ001 - a date has no zone
    return moved.date()


def _time_plus(value: Any, duration: timedelta) -> Any:
    return (datetime.combine(date(2000, 1, 5), value) + timedelta(0, duration.seconds)).timetz()


def _as_instant(value: date) -> tuple[bool, datetime]:
    if isinstance(value, datetime):
        return value.utcoffset() is not None, instant(value)
    return True, datetime(value.year, value.month, value.day)  # noqa: DTZ001 - midnight in UTC


def _date_difference(left: date, right: date) -> timedelta:
    (left_zoned, a), (right_zoned, b) = _as_instant(left), _as_instant(right)
    pure = type(left) is date and type(right) is date
    if not pure and left_zoned != right_zoned:
        raise NullResult("only one of the two has a time zone")
    return a - b


def _time_difference(left: Any, right: Any) -> timedelta:
    (left_zoned, a), (right_zoned, b) = values.comparable_time(left), values.comparable_time(right)
    if left_zoned != right_zoned:
        raise NullResult("only one of the two times has an offset")
    return a - b


def _scaled(duration: timedelta, factor: int | Decimal) -> timedelta:
    return duration_of(int(NUMBERS.multiply(microseconds(duration), factor)))


def _divided(duration: timedelta, divisor: int | Decimal) -> timedelta:
    return duration_of(int(Decimal(_divide(microseconds(duration), divisor))))


def _months(count: int) -> YearsMonths:
    if abs(count) > _MAX_MONTHS:
        raise NullResult("the duration is too long")
    return YearsMonths(count)


def _months_scaled(duration: YearsMonths, factor: int | Decimal) -> YearsMonths:
    return _months(int(NUMBERS.multiply(duration.months, factor)))


def _months_divided(duration: YearsMonths, divisor: int | Decimal) -> YearsMonths:
    return _months(int(_divide(duration.months, divisor)))


def _swap(operation: Operation) -> Operation:
    return lambda left, right: operation(right, left)


_ADD: dict[tuple[str, str], Operation] = {
    (NUMBER, NUMBER): lambda a, b: normal(NUMBERS.add(a, b)),
    (STRING, STRING): lambda a, b: a + b,
    (DAYS_TIME, DAYS_TIME): lambda a, b: a + b,
    (YEARS_MONTHS, YEARS_MONTHS): lambda a, b: _months(a.months + b.months),
    (DATE, YEARS_MONTHS): lambda a, b: add_months(a, b.months),
    (DATE_TIME, YEARS_MONTHS): lambda a, b: add_months(a, b.months),
    (DATE, DAYS_TIME): _date_plus,
    (DATE_TIME, DAYS_TIME): add_duration,
    (TIME, DAYS_TIME): _time_plus,
}
_ADD |= {(b, a): _swap(operation) for (a, b), operation in _ADD.items() if a != b}
_SUBTRACT: dict[tuple[str, str], Operation] = {
    (NUMBER, NUMBER): lambda a, b: normal(NUMBERS.subtract(a, b)),
    (DAYS_TIME, DAYS_TIME): lambda a, b: a - b,
    (YEARS_MONTHS, YEARS_MONTHS): lambda a, b: _months(a.months - b.months),
    (DATE, YEARS_MONTHS): lambda a, b: add_months(a, -b.months),
    (DATE_TIME, YEARS_MONTHS): lambda a, b: add_months(a, -b.months),
    (DATE, DAYS_TIME): lambda a, b: _date_plus(a, -b),
    (DATE_TIME, DAYS_TIME): lambda a, b: add_duration(a, -b),
    (TIME, DAYS_TIME): lambda a, b: _time_plus(a, -b),
    (DATE, DATE): _date_difference,
    (DATE, DATE_TIME): _date_difference,
    (DATE_TIME, DATE): _date_difference,
    (DATE_TIME, DATE_TIME): _date_difference,
    (TIME, TIME): _time_difference,
}
_MULTIPLY: dict[tuple[str, str], Operation] = {
    (NUMBER, NUMBER): lambda a, b: normal(NUMBERS.multiply(a, b)),
    (DAYS_TIME, NUMBER): _scaled,
    (NUMBER, DAYS_TIME): _swap(_scaled),
    (YEARS_MONTHS, NUMBER): _months_scaled,
    (NUMBER, YEARS_MONTHS): _swap(_months_scaled),
}
_DIVIDE: dict[tuple[str, str], Operation] = {
    (NUMBER, NUMBER): _divide,
    (DAYS_TIME, NUMBER): _divided,
    (YEARS_MONTHS, NUMBER): _months_divided,
    (DAYS_TIME, DAYS_TIME): lambda a, b: _divide(microseconds(a), microseconds(b)),
    (YEARS_MONTHS, YEARS_MONTHS): lambda a, b: _divide(a.months, b.months),
}
_OPERATIONS: dict[str, dict[tuple[str, str], Operation]] = {
    "+": _ADD,
    "-": _SUBTRACT,
    "*": _MULTIPLY,
    "/": _DIVIDE,
    "**": {(NUMBER, NUMBER): _power},
}
