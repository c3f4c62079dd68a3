"""Dates, times and durations: reading their ISO texts, and their properties.

Years 1 to 9999, microseconds; beyond that a text is no value. Knows no grammar and no clock.
"""

import re
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from decimal import Decimal
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from engine.feel import values
from engine.feel.values import NullResult, Range, YearsMonths

_ZONE = r"(?P<zone>Z|[+-]\d\d:\d\d(?::\d\d)?|@[\w/+-]+)?"
_DATE = re.compile(r"(-?(?:\d{4}|[1-9]\d{4,8}))-(\d\d)-(\d\d)", re.ASCII)
_TIME = re.compile(rf"(\d\d):(\d\d):(\d\d)(?:\.(\d{{1,12}}))?{_ZONE}", re.ASCII)
_DAYS_TIME = re.compile(
    r"(-)?P(?:(\d+)D)?(?:T(?=[\d.])(?:(\d+)H)?(?:(\d+)M)?(?:(\d+\.?\d*|\.\d+)S)?)?", re.ASCII
)
_YEARS_MONTHS = re.compile(r"(-)?P(?=\d)(?:(\d+)Y)?(?:(\d+)M)?", re.ASCII)
#: Longest duration: timedelta's own limit, about 2.7 million years.
_MAX_DIGITS = 12
_MIDNIGHT_AFTER = "24:00:00"
_MAX_OFFSET = timedelta(hours=18)


@lru_cache(maxsize=256)
def zone_named(name: str) -> tzinfo:
    """A zone of the IANA data base; NullResult when there is none."""
    try:
        return ZoneInfo(name)
    except (ValueError, OSError, KeyError) as error:
        raise NullResult(f"there is no time zone {name!r}") from error


def _zone(text: str | None) -> tzinfo | None:
    if not text:
        return None
    if text == "Z":
        return UTC
    if text[0] == "@":
        return zone_named(text[1:])
    hours, minutes, *seconds = (int(part) for part in text[1:].split(":"))
    size = timedelta(hours=hours, minutes=minutes, seconds=seconds[0] if seconds else 0)
    return zone_of(-size if text[0] == "-" else size)


def zone_of(offset: timedelta) -> tzinfo:
    if abs(offset) > _MAX_OFFSET:
        raise NullResult("an offset is at most 18 hours")
    return timezone(offset) if offset else UTC


def read_date(text: str) -> date:
    match = _DATE.fullmatch(text)
    if match is None:
        raise NullResult(f"{text!r} is no date")
    return make_date(int(match[1]), int(match[2]), int(match[3]))


def make_date(year: int, month: int, day: int) -> date:
    try:
        return date(year, month, day)
    except (ValueError, OverflowError) as error:
        raise NullResult(f"there is no date {year}-{month}-{day}") from error


def read_time(text: str) -> time:
    match = _TIME.fullmatch(text)
    if match is None:
        raise NullResult(f"{text!r} is no time")
    micro = int((match[4] or "0")[:6].ljust(6, "0"))
    try:
        return time(int(match[1]), int(match[2]), int(match[3]), micro, _zone(match["zone"]))
    except ValueError as error:
        raise NullResult(f"there is no time {text!r}") from error


def read_date_time(text: str) -> datetime:
    """`2026-03-02T08:30:00`, or a date alone, which means midnight."""
    day, mark, clock = text.partition("T")
    found = read_date(day)
    if clock.startswith(_MIDNIGHT_AFTER):
        # ISO 8601: the end of a day is the beginning of the next.
        return join(_next_day(found), read_time(clock.replace("24", "00", 1)))
    return join(found, read_time(clock) if mark else time())


def _next_day(day: date) -> date:
    if day == date.max:
        raise NullResult("there is no day after it")
    return day + timedelta(days=1)


def join(day: date, clock: time) -> datetime:
    return datetime.combine(date(day.year, day.month, day.day), clock, tzinfo=clock.tzinfo)


def read_duration(text: str) -> timedelta | YearsMonths:
    match = _YEARS_MONTHS.fullmatch(text)
    if match is not None:
        months = _count(match[2]) * 12 + _count(match[3])
        return YearsMonths(-months if match[1] else months)
    match = _DAYS_TIME.fullmatch(text)
    if match is None or not any(match.groups()[1:]):
        raise NullResult(f"{text!r} is no duration")
    size = duration_of(
        _count(match[2]) * 86_400_000_000
        + _count(match[3]) * 3_600_000_000
        + _count(match[4]) * 60_000_000
        + int(Decimal(match[5] or 0) * 1_000_000)
    )
    return -size if match[1] else size


def _count(digits: str | None) -> int:
    if digits and len(digits) > _MAX_DIGITS:
        raise NullResult("the duration is too long")
    return int(digits or 0)


def duration_of(microseconds: int) -> timedelta:
    try:
        return timedelta(microseconds=microseconds)
    except OverflowError as error:
        raise NullResult("the duration is too long") from error


def microseconds(duration: timedelta) -> int:
    return duration // timedelta(microseconds=1)


def read_literal(text: str) -> Any:
    """The value of `@"…"`, whatever temporal kind it is."""
    if text.lstrip("-").startswith("P"):
        return read_duration(text)
    if "T" in text:
        return read_date_time(text)
    return read_date(text) if re.match(r"-?\d{4}", text) else read_time(text)


def offset_of(value: datetime | time) -> timedelta | None:
    return value.utcoffset()


def _zone_name(value: datetime | time) -> str | None:
    zone = value.tzinfo
    return zone.key if isinstance(zone, ZoneInfo) else None


def _sign(duration: timedelta) -> int:
    return -1 if duration < timedelta(0) else 1


def _of_seconds(divisor: int, modulus: int | None = None) -> Callable[[timedelta], int]:
    def read(duration: timedelta) -> int:
        part = abs(duration).seconds // divisor
        return _sign(duration) * (part if modulus is None else part % modulus)

    return read


def _seconds(value: datetime | time) -> int | Decimal:
    if not value.microsecond:
        return value.second
    return (Decimal(value.second) + Decimal(value.microsecond) / 1_000_000).normalize()


def _duration_seconds(duration: timedelta) -> int | Decimal:
    size = abs(duration)
    whole = size.seconds % 60
    if not size.microseconds:
        return _sign(duration) * whole
    return _sign(duration) * (Decimal(whole) + Decimal(size.microseconds) / 1_000_000).normalize()


def _month_parts(duration: YearsMonths) -> tuple[int, int]:
    years, months = divmod(abs(duration.months), 12)
    return (-years, -months) if duration.months < 0 else (years, months)


_DATE_PROPERTIES: dict[str, Callable[[Any], Any]] = {
    "year": lambda value: value.year,
    "month": lambda value: value.month,
    "day": lambda value: value.day,
    "weekday": lambda value: value.isoweekday(),
}
_TIME_PROPERTIES: dict[str, Callable[[Any], Any]] = {
    "hour": lambda value: value.hour,
    "minute": lambda value: value.minute,
    "second": _seconds,
    "time offset": offset_of,
    "timezone": _zone_name,
}
_RANGE_PROPERTIES: dict[str, Callable[[Range], Any]] = {
    "start": lambda value: value.start,
    "end": lambda value: value.end,
    "start included": lambda value: value.start_included,
    "end included": lambda value: value.end_included,
}
#: Properties of values by kind: `due.weekday`, `limit.hours`, `range.start included`.
PROPERTIES: Mapping[str, Mapping[str, Callable[[Any], Any]]] = {
    values.DATE: _DATE_PROPERTIES,
    values.TIME: _TIME_PROPERTIES,
    values.DATE_TIME: _DATE_PROPERTIES | _TIME_PROPERTIES,
    values.DAYS_TIME: {
        "days": lambda value: _sign(value) * abs(value).days,
        "hours": _of_seconds(3600),
        "minutes": _of_seconds(60, 60),
        "seconds": _duration_seconds,
    },
    values.YEARS_MONTHS: {
        "years": lambda value: _month_parts(value)[0],
        "months": lambda value: _month_parts(value)[1],
    },
    values.RANGE: _RANGE_PROPERTIES,
}
