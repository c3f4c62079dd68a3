"""Dates, times and durations: making them, and their place in year and week.

`now()` and `today()` read the instant the caller gave, never the system.
"""

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from engine.feel import temporal
from engine.feel.budget import Run
from engine.feel.builtins.registry import builtin
from engine.feel.values import NullResult, YearsMonths

Number = int | Decimal
_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)


def _whole(number: Number) -> int:
    if int(number) != number:
        raise NullResult(f"{number} is not whole")
    return int(number)


@builtin("date", "from: string")
def _date_of_text(text: str) -> date:
    return temporal.read_date(text)


@builtin("date", "from: date|date and time")
def _date_of(value: date) -> date:
    return date(value.year, value.month, value.day)


@builtin("date", "year: number, month: number, day: number")
def _date_of_parts(year: Number, month: Number, day: Number) -> date:
    return temporal.make_date(_whole(year), _whole(month), _whole(day))


@builtin("time", "from: string")
def _time_of_text(text: str) -> time:
    return temporal.read_time(text)


@builtin("time", "from: time|date and time|date")
def _time_of(value: Any) -> time:
    if isinstance(value, datetime):
        return value.timetz()
    return value if isinstance(value, time) else time(tzinfo=UTC)


@builtin(
    "time",
    "hour: number, minute: number, second: number, offset?: days and time duration",
)
def _time_of_parts(
    hour: Number, minute: Number, second: Number, offset: timedelta | None = None
) -> time:
    micro = int((Decimal(second) % 1) * 1_000_000)
    zone = None if offset is None else temporal.zone_of(offset)
    try:
        return time(_whole(hour), _whole(minute), int(second), micro, zone)
    except ValueError as error:
        raise NullResult("there is no such time") from error


@builtin("date and time", "from: string")
def _instant_of_text(text: str) -> datetime:
    return temporal.read_date_time(text)


@builtin("date and time", "from: date|date and time")
def _instant_of(value: date) -> datetime:
    if isinstance(value, datetime):
        return value
    return datetime(value.year, value.month, value.day, tzinfo=UTC)


@builtin("date and time", "date: date|date and time, time: time")
def _instant_of_parts(day: date, clock: time) -> datetime:
    return temporal.join(day, clock)


@builtin("date and time", "date: date and time, timezone: string")
def _instant_in_zone(value: datetime, zone: str) -> datetime:
    if value.utcoffset() is None:
        return value.replace(tzinfo=temporal.zone_named(zone))
    return value.astimezone(temporal.zone_named(zone))


@builtin("duration", "from: string")
def _duration_of_text(text: str) -> timedelta | YearsMonths:
    return temporal.read_duration(text)


@builtin("duration", "from: days and time duration|years and months duration")
def _duration_of(value: Any) -> Any:
    return value


@builtin("years and months duration", "from: date|date and time, to: date|date and time")
def _months_between(start: date, end: date) -> YearsMonths:
    months = (end.year - start.year) * 12 + end.month - start.month
    if months > 0 and end.day < start.day:
        months -= 1
    elif months < 0 and end.day > start.day:
        months += 1
    return YearsMonths(months)


@builtin("now", with_run=True)
def _now(run: Run) -> datetime:
    if run.now is None:
        raise NullResult("the caller gave no instant")
    return run.now


@builtin("today", with_run=True)
def _today(run: Run) -> date:
    instant: datetime = _now(run)
    return instant.date()


@builtin("day of year", "date: date|date and time")
def _day_of_year(value: date) -> int:
    return value.timetuple().tm_yday


@builtin("day of week", "date: date|date and time")
def _day_of_week(value: date) -> str:
    return _WEEKDAYS[value.weekday()]


@builtin("month of year", "date: date|date and time")
def _month_of_year(value: date) -> str:
    return _MONTHS[value.month - 1]


@builtin("week of year", "date: date|date and time")
def _week_of_year(value: date) -> int:
    return value.isocalendar().week
