"""The texts of time limits (时限) and of points on a clock: what people write, read exactly.

A text that is not a limit and nothing but a limit is refused by name, never guessed. It must not
know calendars: what a limit means in time is `deadlines.py`.
"""

import re
import unicodedata
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum

from engine.domain.errors import LimitError

_CENTURY_SECONDS = 100 * 366 * 86_400


class Unit(StrEnum):
    """How a limit counts; the value is the word people write."""

    WORKING_MINUTE = "工作分钟"
    WORKING_HOUR = "工作时"
    WORKING_DAY = "工作日"
    MINUTE = "分钟"
    URGENT_HOUR = "紧急工作时"
    URGENT_DAY = "紧急工作日"
    NATURAL_DAY = "自然日"
    #: The amount is seconds.
    ISO = "ISO"

    @property
    def counts_working_time(self) -> bool:
        return self in _WORKING

    @property
    def counts_local_days(self) -> bool:
        """紧急工作日 is another name of 自然日: the same local time so many days later."""
        return self in _LOCAL_DAYS


# Tuples: membership compares identities first, which is faster here than hashing a member.
_WORKING = (Unit.WORKING_HOUR, Unit.WORKING_DAY, Unit.WORKING_MINUTE)
_LOCAL_DAYS = (Unit.NATURAL_DAY, Unit.URGENT_DAY)

_SECONDS = {
    Unit.WORKING_MINUTE: 60,
    Unit.WORKING_HOUR: 3600,
    Unit.WORKING_DAY: 86_400,
    Unit.MINUTE: 60,
    Unit.URGENT_HOUR: 3600,
    Unit.URGENT_DAY: 86_400,
    Unit.NATURAL_DAY: 86_400,
    Unit.ISO: 1,
}

# 小时 and 天 mean working time in the adopted standards; 分钟 is continuous there unless it says
# 工作分钟. Bare English "hours" and "days" have no such custom behind them and are refused.
_UNITS = {
    "工作时": Unit.WORKING_HOUR,
    "工作小时": Unit.WORKING_HOUR,
    "小时": Unit.WORKING_HOUR,
    "工作日": Unit.WORKING_DAY,
    "个工作日": Unit.WORKING_DAY,
    "天": Unit.WORKING_DAY,
    "工作分钟": Unit.WORKING_MINUTE,
    "分钟": Unit.MINUTE,
    "紧急工作时": Unit.URGENT_HOUR,
    "紧急工作日": Unit.URGENT_DAY,
    "自然日": Unit.NATURAL_DAY,
    "日历日": Unit.NATURAL_DAY,
    "working minute": Unit.WORKING_MINUTE,
    "working hour": Unit.WORKING_HOUR,
    "business hour": Unit.WORKING_HOUR,
    "working day": Unit.WORKING_DAY,
    "business day": Unit.WORKING_DAY,
    "minute": Unit.MINUTE,
    "urgent hour": Unit.URGENT_HOUR,
    "continuous hour": Unit.URGENT_HOUR,
    "urgent day": Unit.URGENT_DAY,
    "natural day": Unit.NATURAL_DAY,
    "calendar day": Unit.NATURAL_DAY,
}

_LIMIT = re.compile(r"(?P<amount>\d{1,9}(?:\.\d{1,6})?)\s*(?P<unit>[^\d\s.].*)", re.ASCII)
_ISO = re.compile(
    r"P(?!$)(?:(?P<w>\d{1,4})W)?(?:(?P<d>\d{1,6})D)?"
    r"(?:T(?=\d)(?:(?P<h>\d{1,6})H)?(?:(?P<m>\d{1,8})M)?(?:(?P<s>\d{1,10}(?:\.\d{1,6})?)S)?)?",
    re.ASCII,
)
_ISO_SECONDS = {"w": 604_800, "d": 86_400, "h": 3600, "m": 60, "s": 1}
_POINT = re.compile(r"(?P<percent>\d{1,4}(?:\.\d{1,3})?)\s*%", re.ASCII)


@dataclass(frozen=True, slots=True)
class Limit:
    """An amount of time and the way it is counted."""

    amount: Decimal
    unit: Unit
    #: Whole microseconds, days taken as 24 hours.
    length_us: int = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if not self.amount.is_finite() or self.amount <= 0:
            raise LimitError(f"a limit is longer than nothing; found {self.amount} {self.unit}")
        if self.amount * _SECONDS[self.unit] > _CENTURY_SECONDS:
            raise LimitError(f"{self.amount} {self.unit} is longer than a century")
        if self.unit.counts_local_days and self.amount != self.amount.to_integral_value():
            raise LimitError(
                f"{self.amount} {self.unit}: calendar days are whole; write 紧急工作时 for parts "
                "of a day"
            )
        object.__setattr__(self, "length_us", int(self.amount * _SECONDS[self.unit] * 1_000_000))

    def __str__(self) -> str:
        if self.unit is Unit.ISO:
            return _iso_text(self.amount)
        return f"{_plain(self.amount)} {self.unit.value}"


def parse_limit(text: str) -> Limit:
    """Reads `4小时`, `15 工作日`, `2紧急工作时`, `3 working days` or `PT4H`.

    LimitError names the text when there is anything else in it.
    """
    plain = unicodedata.normalize("NFKC", text).strip()
    if iso := _ISO.fullmatch(plain):
        return _iso(iso, text)
    found = _LIMIT.fullmatch(plain)
    unit = _UNITS.get(_singular(found["unit"])) if found else None
    if found is None or unit is None:
        raise LimitError(
            f"{text!r} is not a time limit; write a number and one of 工作时, 工作日, 工作分钟, "
            "分钟, 紧急工作时, 紧急工作日, 自然日 (working hours, working days, …), or an ISO 8601 "
            "duration such as PT4H",
            text=text,
        )
    return _limit(Decimal(found["amount"]), unit, text)


def _limit(amount: Decimal, unit: Unit, text: str) -> Limit:
    try:
        return Limit(amount, unit)
    except LimitError as exc:
        raise LimitError(f"{text!r} is not a time limit: {exc.message}", text=text) from exc


def _singular(unit: str) -> str:
    """English units in lower case and singular; Chinese ones come back as they are."""
    words = " ".join(unit.lower().split())
    return words.removesuffix("s") if words.isascii() else words


def _iso(found: re.Match[str], text: str) -> Limit:
    parts = [(_ISO_SECONDS[name], amount) for name, amount in found.groupdict().items() if amount]
    seconds = sum((Decimal(amount) * length for length, amount in parts), Decimal(0))
    return _limit(seconds, Unit.ISO, text)


def _iso_text(amount: Decimal) -> str:
    whole = int(amount)
    days, rest = divmod(whole, 86_400)
    hours, rest = divmod(rest, 3600)
    minutes, seconds = divmod(rest, 60)
    text = f"P{days}D" if days else "P"
    clock = f"{hours}H" if hours else ""
    clock += f"{minutes}M" if minutes else ""
    if second := seconds + amount - whole:
        clock += f"{_plain(second)}S"
    return text + (f"T{clock}" if clock else "")


def _plain(amount: Decimal) -> str:
    text = format(amount, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


@dataclass(frozen=True, slots=True)
class Point:
    """A moment of a clock: a share of its limit, or so much before or after the deadline."""

    percent: Decimal | None = None
    offset: Limit | None = None
    after: bool = True

    def __str__(self) -> str:
        if self.percent is not None:
            return f"{_plain(self.percent)} %"
        return f"{'+' if self.after else '-'}{self.offset}"


def parse_point(text: str) -> Point:
    """Reads `80 %`, `100 %`, `+4 工作时` (after the deadline) or `-1 工作日` (before it)."""
    plain = unicodedata.normalize("NFKC", text).strip().replace("−", "-")
    if plain[:1] in ("+", "-"):
        return Point(offset=parse_limit(plain[1:]), after=plain[0] == "+")
    found = _POINT.fullmatch(plain)
    if found is None or not Decimal(found["percent"]):
        raise LimitError(
            f"{text!r} is not a point of a clock; write 80 %, 100 %, +4 工作时 or -1 工作日",
            text=text,
        )
    return Point(percent=Decimal(found["percent"]))
