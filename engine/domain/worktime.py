"""Calendar arithmetic: adding and measuring working time, exactly and fast.

Instants are whole microseconds; durations are whole seconds, measured between the seconds in
which two instants lie, so that parts always sum to the whole. One calendar year of windows is laid
out at a time, with prefix sums, and searched by bisection. It must not know limits or clocks.
"""

from bisect import bisect_left, bisect_right
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

from engine.domain.calendars import Calendar
from engine.domain.errors import CalendarError

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
SECOND = 1_000_000
_MEAN_YEAR = 31_556_952 * SECOND
_DAY = timedelta(days=1)
_MICROSECOND = timedelta(microseconds=1)
_FIRST_YEAR, _LAST_YEAR = 1900, 9000


class Due(NamedTuple):
    """A computed instant; provisional when a year on the way to it is not yet published."""

    at: datetime
    provisional: bool = False
    missing_years: tuple[int, ...] = ()


class _Year(NamedTuple):
    """The working windows of one local year, in microseconds since the epoch."""

    number: int
    begin: int
    end: int
    opens: list[int]
    closes: list[int]
    before: list[int]  #: worked before window i; one more entry than windows
    total: int

    def position(self, us: int) -> int:
        """How much of this year's working time lies before an instant of the year."""
        i = bisect_right(self.opens, us) - 1
        if i < 0:
            return 0
        return self.before[i] + min(us, self.closes[i]) - self.opens[i]


def to_us(instant: datetime) -> int:
    """Whole microseconds since the epoch; a naive instant raises TypeError."""
    return (instant - EPOCH) // _MICROSECOND


def from_us(us: int) -> datetime:
    """The instant; CalendarError beyond the years that can be written."""
    try:
        return EPOCH + us * _MICROSECOND
    except OverflowError as exc:
        raise CalendarError("a computed time lies beyond the year 9999") from exc


def instant_of(local: datetime, zone: ZoneInfo) -> datetime:
    """The first instant at which the clocks of the zone show this naive local time or a later one.

    So a time that the spring change skips is the instant of the change, and a time that the
    autumn change repeats is its first showing.
    """
    first = local.replace(tzinfo=zone).astimezone(UTC)
    if first.astimezone(zone).replace(tzinfo=None) == local:
        return first
    # Skipped. Read with the offset after the change it lies before the change, and vice versa.
    low, high = local.replace(tzinfo=zone, fold=1).astimezone(UTC), first
    while high - low > _MICROSECOND:
        middle = low + (high - low) // 2
        if middle.astimezone(zone).replace(tzinfo=None) < local:
            low = middle
        else:
            high = middle
    return high


class Worktime:
    """The arithmetic of one calendar version. Build it by `worktime_for`, which keeps it."""

    def __init__(self, calendar: Calendar) -> None:
        self.calendar = calendar
        self._zone = calendar.tzinfo
        # Filled on demand; two threads may lay out the same year, with the same result.
        self._years: dict[int, _Year] = {}
        self._from = self._midnight(calendar.first)
        self._to = self._midnight(calendar.last + _DAY)

    def add(self, instant: datetime, seconds: int) -> Due:
        """The instant by which so many seconds have been worked; nothing added changes nothing.

        Forward it is the earliest such instant (closing time, not the next opening), backward
        the latest one (opening time), so neither waits longer than it must.
        """
        start = to_us(instant)
        return self.due(start, self.advance(start, seconds * SECOND))

    def between(self, a: datetime, b: datetime) -> int:
        """Working seconds from a to b; negative when b lies before a."""
        return self._worked_seconds(to_us(a), to_us(b))

    def is_working(self, instant: datetime) -> bool:
        """Whether work goes on at the instant; closing time itself is no longer working time."""
        us = to_us(instant)
        year = self._year_of(us)
        i = bisect_right(year.opens, us) - 1
        return i >= 0 and us < year.closes[i]

    def next_opening(self, instant: datetime) -> datetime:
        """The instant itself when work goes on then, otherwise the next opening."""
        return from_us(self.advance(to_us(instant), 0, rolls_over=True))

    def advance(self, us: int, amount: int, *, rolls_over: bool = False) -> int:
        """`add` in bare microseconds. Rolling over, closing time becomes the next opening."""
        if amount == 0 and not rolls_over:
            return us
        year = self._year_of(us)
        worked = year.position(us) + amount
        if amount < 0:
            return self._backward(year, worked)
        while worked > year.total or (rolls_over and worked == year.total):
            worked -= year.total
            year = self._year(year.number + 1)
        before = year.before
        found = (bisect_right(before, worked) if rolls_over else bisect_left(before, worked)) - 1
        return year.opens[found] + worked - before[found]

    def _backward(self, year: _Year, worked: int) -> int:
        while worked < 0:
            year = self._year(year.number - 1)
            worked += year.total
        found = bisect_right(year.before, worked) - 1
        return year.opens[found] + worked - year.before[found]

    def span(self, a: int, b: int) -> int:
        """Working microseconds from a to b, both in microseconds since the epoch."""
        if b < a:
            return -self.span(b, a)
        first, last = self._year_of(a), self._year_of(b)
        worked = last.position(b) - first.position(a)
        if first is last:
            return worked
        return worked + sum(self._year(number).total for number in range(first.number, last.number))

    def _worked_seconds(self, a: int, b: int) -> int:
        # Windows open and close on whole minutes: flooring the ends floors the sums alike.
        return self.span(a - a % SECOND, b - b % SECOND) // SECOND

    def due(self, start: int, end: int) -> Due:
        """The end as a deadline: provisional when the way leaves the published range."""
        if self._from <= start <= self._to and self._from <= end <= self._to:
            return Due(from_us(end))
        missing = self._missing(min(start, end), max(start, end))
        return Due(from_us(end), provisional=True, missing_years=missing)

    def _missing(self, low: int, high: int) -> tuple[int, ...]:
        calendar = self.calendar
        first, last = self.local_day(low), self.local_day(high)
        missing: set[int] = set()
        if first < calendar.first:
            missing.update(range(first.year, (calendar.first - _DAY).year + 1))
        if last > calendar.last:
            begin = max(first, calendar.last + _DAY)
            missing.update(range(begin.year, last.year + 1))
        return tuple(sorted(y for y in missing if first.year <= y <= last.year))

    def local_day(self, us: int) -> date:
        return from_us(us).astimezone(self._zone).date()

    def day_bounds(self, day: date) -> tuple[int, int]:
        """The first instant of a local day and of the day after."""
        return self._midnight(day), self._midnight(day + _DAY)

    def windows(self, day: date) -> list[tuple[int, int]]:
        """When work goes on during a local day, in microseconds since the epoch."""
        if not self.calendar.kind(day).is_worked:
            return []
        edges = [
            (self._edge(day, part.start_minute), self._edge(day, part.end_minute))
            for part in self.calendar.parts
        ]
        return [(opens, closes) for opens, closes in edges if opens < closes]

    def _edge(self, day: date, minute: int) -> int:
        local = datetime.combine(day, time()) + timedelta(minutes=minute)
        return to_us(instant_of(local, self._zone))

    def _midnight(self, day: date) -> int:
        return self._edge(day, 0)

    def _year_of(self, us: int) -> _Year:
        year = self._year(1970 + us // _MEAN_YEAR)
        while us < year.begin:
            year = self._year(year.number - 1)
        while us >= year.end:
            year = self._year(year.number + 1)
        return year

    def _year(self, number: int) -> _Year:
        year = self._years.get(number)
        if year is None:
            year = self._years[number] = self._lay_out(number)
        return year

    def _lay_out(self, number: int) -> _Year:
        if not _FIRST_YEAR <= number <= _LAST_YEAR:
            raise CalendarError(
                f"calendar {self.calendar.id!r} does not reach the year {number}; the limit is too "
                "long, or the start is wrong",
                calendar=self.calendar.id,
                year=number,
            )
        opens: list[int] = []
        closes: list[int] = []
        before = [0]
        day, end = date(number, 1, 1), date(number + 1, 1, 1)
        while day < end:
            for window_opens, window_closes in self.windows(day):
                opens.append(window_opens)
                closes.append(window_closes)
                before.append(before[-1] + window_closes - window_opens)
            day += _DAY
        return _Year(
            number=number,
            begin=self._midnight(date(number, 1, 1)),
            end=self._midnight(end),
            opens=opens,
            closes=closes,
            before=before,
            total=before[-1],
        )


@lru_cache(maxsize=32)
def worktime_for(calendar: Calendar) -> Worktime:
    """The arithmetic of a calendar version, laid out once per process.

    The cache finds the version by id and version and then compares the calendars, so two
    calendars that only claim to be the same version never mix.
    """
    return Worktime(calendar)
