"""ISO 8601 durations, instants and repetitions of timers: natural time, computed exactly.

The one reading of such texts, at the gate and when a timer is set. Months and years are counted on
the calendar in UTC; an instant needs a zone. What ISO 8601 allows and nobody needs is refused by
name. Every refusal is a ValueError.
"""

import calendar
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from engine.domain.clock import in_utc

_WHOLE = r"\d{1,9}"
_NUMBER = rf"{_WHOLE}(?:[.,]\d{{1,9}})?"
_DURATION = re.compile(
    rf"P(?!$)(?:(?P<years>{_WHOLE})Y)?(?:(?P<months>{_WHOLE})M)?"
    rf"(?:(?P<weeks>{_NUMBER})W)?(?:(?P<days>{_NUMBER})D)?"
    rf"(?:T(?!$)(?:(?P<hours>{_NUMBER})H)?(?:(?P<minutes>{_NUMBER})M)?"
    rf"(?:(?P<seconds>{_NUMBER})S)?)?",
    re.ASCII,
)
#: a fraction anywhere but in the last part
_EARLY_FRACTION = re.compile(r"[.,]\d+[WDHM]T?\d", re.ASCII)
_ORDINAL = re.compile(r"(\d{4})-?(\d{3})(?=T|$)", re.ASCII)
_MIDNIGHT = re.compile(r"T24(?::?00(?::?00(?:[.,]0+)?)?)?(?=$|Z|[+-])", re.ASCII)
_DAY_ONLY = re.compile(r"[\dW-]+", re.ASCII)
_TIMES = re.compile(r"R(\d{0,9})", re.ASCII)
_SECONDS = {"weeks": 604_800, "days": 86_400, "hours": 3600, "minutes": 60, "seconds": 1}
_MONTHS = 12
_LAST_YEAR = 9999
#: Every wait begins later: what leads beyond the last year from here does so from anywhere.
_NOBODY_WAITED_YET = datetime(2000, 1, 1, tzinfo=UTC)
_MOST_SHOWN = 60


@dataclass(frozen=True, slots=True)
class Duration:
    """Calendar months and exact time."""

    months: int
    exact: timedelta

    def after(self, start: datetime) -> datetime:
        """The instant this much later; the 31st becomes the last day of a shorter month."""
        total = start.year * _MONTHS + start.month - 1 + self.months
        year, month = divmod(total, _MONTHS)
        try:
            day = min(start.day, calendar.monthrange(year, month + 1)[1])
            return start.replace(year=year, month=month + 1, day=day) + self.exact
        except (ValueError, OverflowError) as exc:
            raise ValueError(f"it leads beyond the year {_LAST_YEAR}") from exc


@dataclass(frozen=True, slots=True)
class Cycle:
    """`R3/PT10M`: how often (None: without end), how long between, from when on, until when."""

    times: int | None
    every: Duration
    start: datetime | None = None
    end: datetime | None = None

    def due(self, armed_at: datetime, fired: int, last_due: datetime | None) -> datetime | None:
        """When the next round is due after `fired` rounds; None when there is none left."""
        if self.times is not None and fired >= self.times:
            return None
        if last_due is None and self.start is not None:
            return self.start
        due = self.every.after(last_due or armed_at)
        return None if self.end is not None and due > self.end else due

    def over_before(self, instant: datetime) -> tuple[int, datetime | None]:
        """How many rounds from its own start are past by then, and when the last of them was."""
        if self.start is None or self.start >= instant:
            return 0, None
        if self.every.months == 0:  # a second's cycle of a century ago is not walked through
            rounds = -((self.start - instant) // self.every.exact)
            rounds = rounds if self.times is None else min(rounds, self.times)
            return rounds, self.start + (rounds - 1) * self.every.exact
        rounds, last = 1, self.start
        while self.times is None or rounds < self.times:
            after = self.every.after(last)
            if after >= instant:
                break
            rounds, last = rounds + 1, after
        return rounds, last


def parse_duration(text: str) -> Duration:
    """`P1DT2H`, the last part also with a fraction; not negative, not empty."""
    text = text.strip()
    match = _DURATION.fullmatch(text)
    if match is None or _EARLY_FRACTION.search(text):
        raise ValueError(f"{_shown(text)} is no duration{_why_no_duration(text)}")
    parts = {
        name: Decimal((value or "0").replace(",", ".")) for name, value in match.groupdict().items()
    }
    seconds = sum(parts[name] * seconds for name, seconds in _SECONDS.items())
    try:
        exact = timedelta(microseconds=int(seconds * 1_000_000))
    except OverflowError as exc:
        raise ValueError(f"{_shown(text)} is longer than time") from exc
    duration = Duration(int(parts["years"]) * _MONTHS + int(parts["months"]), exact)
    duration.after(_NOBODY_WAITED_YET)
    return duration


#: What ISO 8601 allows, or people write, and is not taken here.
_NO_DURATION = (
    (re.compile(r"\d{10}", re.ASCII), "a number in it has more than 9 digits"),
    (re.compile(r"^[-+]P"), "it has a sign"),
    (re.compile(r"^P\d{4}-?\d\d", re.ASCII), "write it with letters, such as P1Y2M3DT4H"),
    (_EARLY_FRACTION, "only its last part may have a fraction"),
    (re.compile(r"^[^T]*[.,]\d+[YM]", re.ASCII), "years and months cannot have a fraction"),
    (re.compile(r"^p"), "its letters are capitals"),
)


def _why_no_duration(text: str) -> str:
    reasons = (f": {reason}" for pattern, reason in _NO_DURATION if pattern.search(text))
    return next(reasons, "")


def _shown(text: str) -> str:
    return repr(text if len(text) <= _MOST_SHOWN else f"{text[:_MOST_SHOWN]}…")


def parse_date(text: str) -> datetime:
    """An instant with a zone, in UTC."""
    text = text.strip()
    usual, days = _usual(text)
    try:
        instant = datetime.fromisoformat(usual) + timedelta(days=days)
    except (ValueError, OverflowError) as exc:
        raise ValueError(
            f"{_shown(text)} is no instant; write such as 2026-03-02T09:00:00+08:00"
        ) from exc
    if _DAY_ONLY.fullmatch(text):
        raise ValueError(
            f"{_shown(text)} is a day; add the time and the zone, such as T09:00:00+08:00"
        )
    return in_utc(instant, text)


def _usual(text: str) -> tuple[str, int]:
    """Days by their number in the year, and 24:00, as Python reads them: text and days to add."""
    days = 0
    ordinal = _ORDINAL.match(text)
    if ordinal is not None:
        number = int(ordinal[2])
        if 1 <= number <= 365 + calendar.isleap(int(ordinal[1])):
            text, days = f"{ordinal[1]}-01-01{text[ordinal.end() :]}", number - 1
    if _MIDNIGHT.search(text):
        text, days = _MIDNIGHT.sub("T00:00", text), days + 1
    return text, days


def parse_cycle(text: str) -> Cycle:
    """`R3/PT10M`, `R/P1D`, with an instant before the duration (start) or behind it (end).

    Two instants are the first round's begin and end.
    """
    text = text.strip()
    first, *parts = text.split("/")
    count = _TIMES.fullmatch(first)
    if count is None or len(parts) not in (1, 2):
        raise ValueError(f"{_shown(text)} is no repetition; write such as R3/PT10M or R/P1D")
    times = int(count[1]) if count[1] else None
    if times == 0:
        raise ValueError(f"{_shown(text)} repeats not even once")
    instants = [parse_date(part) for part in parts if not part.startswith("P")]
    durations = [parse_duration(part) for part in parts if part.startswith("P")]
    if len(instants) == 2:  # noqa: PLR2004 from, until
        durations = [Duration(0, instants[1] - instants[0])]
    if len(durations) != 1:
        raise ValueError(f"{_shown(text)} is no repetition: it needs one duration")
    [every] = durations
    if every.months == 0 and every.exact <= timedelta(0):
        raise ValueError(f"{_shown(text)} repeats without pause")
    ends = len(instants) == 1 and parts[0].startswith("P")
    start, end = (None, instants[0]) if ends else (next(iter(instants), None), None)
    return Cycle(times, every, start, end)
