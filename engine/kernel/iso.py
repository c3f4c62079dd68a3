"""ISO 8601 durations, instants and repetitions of timers: natural time, computed exactly.

Months and years are counted on the calendar in UTC; an instant needs a zone.
"""

import calendar
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal

_DURATION = re.compile(
    r"P(?:(?P<years>\d+)Y)?(?:(?P<months>\d+)M)?(?:(?P<weeks>\d+)W)?(?:(?P<days>\d+)D)?"
    r"(?:T(?:(?P<hours>\d+)H)?(?:(?P<minutes>\d+)M)?(?:(?P<seconds>\d+(?:[.,]\d{1,6})?)S)?)?"
)
_MONTHS = 12


@dataclass(frozen=True, slots=True)
class Duration:
    """Calendar months and exact time."""

    months: int
    exact: timedelta

    def after(self, start: datetime) -> datetime:
        """The instant this much later; the 31st becomes the last day of a shorter month."""
        total = start.year * _MONTHS + start.month - 1 + self.months
        year, month = divmod(total, _MONTHS)
        day = min(start.day, calendar.monthrange(year, month + 1)[1])
        return start.replace(year=year, month=month + 1, day=day) + self.exact


@dataclass(frozen=True, slots=True)
class Cycle:
    """`R3/PT10M`: how often (None: without end), how long between, from when on."""

    times: int | None
    every: Duration
    start: datetime | None = None

    def due(self, armed_at: datetime, fired: int, last_due: datetime | None) -> datetime | None:
        """When the next round is due after `fired` rounds; None when there is none left."""
        if self.times is not None and fired >= self.times:
            return None
        if fired == 0 and self.start is not None:
            return self.start
        return self.every.after(last_due or armed_at)


def parse_duration(text: str) -> Duration:
    """`P1DT2H`; ValueError for anything else, also for an empty or negative one."""
    match = _DURATION.fullmatch(text.strip())
    if match is None or text.strip().endswith(("P", "T")):
        raise ValueError(f"{text!r} is no duration")
    parts = {name: value or "0" for name, value in match.groupdict().items()}
    exact = timedelta(
        weeks=int(parts["weeks"]),
        days=int(parts["days"]),
        hours=int(parts["hours"]),
        minutes=int(parts["minutes"]),
        microseconds=int(Decimal(parts["seconds"].replace(",", ".")) * 1_000_000),
    )
    return Duration(int(parts["years"]) * _MONTHS + int(parts["months"]), exact)


def parse_date(text: str) -> datetime:
    """An instant with a zone, in UTC; ValueError without a zone."""
    instant = datetime.fromisoformat(text.strip())
    if instant.tzinfo is None:
        raise ValueError(f"{text!r} has no zone; write Z or an offset")
    return instant.astimezone(UTC)


def parse_cycle(text: str) -> Cycle:
    """`R3/PT10M`, `R/P1D`, `R3/2026-03-02T09:00:00Z/PT10M`; ValueError for anything else."""
    parts = text.strip().split("/")
    count = parts[0][1:] if parts[0].startswith("R") else None
    if count is None or len(parts) not in (2, 3) or not (count == "" or count.isdecimal()):
        raise ValueError(f"{text!r} is no repetition")
    start = parse_date(parts[1]) if len(parts) == 3 else None  # noqa: PLR2004 with a start
    every = parse_duration(parts[-1])
    if every.months == 0 and not every.exact:
        raise ValueError(f"{text!r} repeats without pause")
    return Cycle(int(count) if count else None, every, start)
