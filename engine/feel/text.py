"""FEEL values as text: what `string(…)` and concatenation show. Knows values, no grammar."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from engine.feel import values
from engine.feel.errors import FeelBudgetError
from engine.feel.values import Function, Range, YearsMonths

#: Characters after which a text is given up.
MAX_TEXT = 200_000


def number_text(value: int | Decimal) -> str:
    """Plain digits, never an exponent; no zeros behind the point."""
    if isinstance(value, int):
        return str(value)
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def zone_text(value: datetime | time) -> str:
    """`Z`, `+08:00`, `@Asia/Shanghai` or nothing."""
    zone = value.tzinfo
    if zone is None:
        return ""
    if isinstance(zone, ZoneInfo):
        return f"@{zone.key}"
    offset = zone.utcoffset(None)
    if not offset:
        return "Z"
    sign = "-" if offset < timedelta(0) else "+"
    seconds = abs(offset).seconds
    text = f"{sign}{seconds // 3600:02d}:{seconds // 60 % 60:02d}"
    return f"{text}:{seconds % 60:02d}" if seconds % 60 else text


def _fraction(microseconds: int) -> str:
    return f".{microseconds:06d}".rstrip("0") if microseconds else ""


def time_text(value: datetime | time) -> str:
    clock = f"{value.hour:02d}:{value.minute:02d}:{value.second:02d}"
    return f"{clock}{_fraction(value.microsecond)}{zone_text(value)}"


def date_text(value: date) -> str:
    return f"{value.year:04d}-{value.month:02d}-{value.day:02d}"


def months_text(value: YearsMonths) -> str:
    years, months = divmod(abs(value.months), 12)
    sign = "-" if value.months < 0 else ""
    body = (f"{years}Y" if years else "") + (f"{months}M" if months or not years else "")
    return f"{sign}P{body}"


def duration_text(value: timedelta) -> str:
    size = abs(value)
    hours, rest = divmod(size.seconds, 3600)
    minutes, seconds = divmod(rest, 60)
    clock = (f"{hours}H" if hours else "") + (f"{minutes}M" if minutes else "")
    if seconds or size.microseconds:
        clock += f"{seconds}{_fraction(size.microseconds)}S"
    days = f"{size.days}D" if size.days else ""
    if not days and not clock:
        return "PT0S"
    sign = "-" if value < timedelta(0) else ""
    return f"{sign}P{days}" + (f"T{clock}" if clock else "")


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _range_text(value: Range) -> str:
    left = "[" if value.start_included else "("
    right = "]" if value.end_included else ")"
    start = "" if value.start is None else inner_text(value.start)
    end = "" if value.end is None else inner_text(value.end)
    return f"{left}{start}..{end}{right}"


_TEXTS: dict[str, Callable[[Any], str]] = {
    values.NULL: lambda _value: "null",
    values.BOOLEAN: lambda value: "true" if value else "false",
    values.NUMBER: number_text,
    values.DATE: date_text,
    values.TIME: time_text,
    values.DATE_TIME: lambda value: f"{date_text(value)}T{time_text(value)}",
    values.DAYS_TIME: duration_text,
    values.YEARS_MONTHS: months_text,
    values.RANGE: _range_text,
    values.FUNCTION: lambda value: f"function {value.name}" if isinstance(value, Function) else "",
}


def inner_text(value: Any) -> str:
    """The value as it stands inside a list or a context: strings in quotation marks."""
    parts: list[str] = []
    _write(value, parts, [MAX_TEXT])
    return "".join(parts)


def _emit(text: str, parts: list[str], room: list[int]) -> None:
    room[0] -= len(text) + 1
    if room[0] < 0:
        raise FeelBudgetError(f"a text of more than {MAX_TEXT} characters")
    parts.append(text)


def _write(value: Any, parts: list[str], room: list[int]) -> None:
    what = values.kind(value)
    if what == values.STRING:
        _emit(_quoted(value), parts, room)
    elif what == values.LIST:
        _emit("[", parts, room)
        for number, element in enumerate(value):
            _emit(", " if number else "", parts, room)
            _write(element, parts, room)
        _emit("]", parts, room)
    elif what == values.CONTEXT:
        _emit("{", parts, room)
        for number, (key, element) in enumerate(value.items()):
            _emit((", " if number else "") + _key(key) + ": ", parts, room)
            _write(element, parts, room)
        _emit("}", parts, room)
    else:
        _emit(_TEXTS[what](value), parts, room)


def _key(key: str) -> str:
    return _quoted(key) if any(mark in key for mark in '{}",:') else key


def string_of(value: Any) -> str | None:
    """What `string(value)` answers."""
    if value is None:
        return None
    return str(value) if isinstance(value, str) else inner_text(value)
