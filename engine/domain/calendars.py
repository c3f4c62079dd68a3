"""A working calendar as a value: the parts of a day, the published days, a version.

It must not know instants: turning local days into UTC is `worktime.py`. It must not know any
country either: which days are special is data.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from functools import cached_property
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from engine.domain.errors import CalendarError

MINUTES_OF_A_DAY = 24 * 60
MONDAY_TO_FRIDAY = (1, 2, 3, 4, 5)
_LAST_WEEKDAY = 7
#: What is published lies in these years: times beside it must be days that can be written.
_FIRST_YEAR, _LAST_YEAR = 1900, 2999
_MOST_DAYS = 3_700


class DayKind(StrEnum):
    """What a day is: 工作日, 休息日, 节假日 or 调休上班日."""

    WORK = "work"
    REST = "rest"
    HOLIDAY = "holiday"
    MAKE_UP = "make_up"

    @property
    def is_worked(self) -> bool:
        return self in (DayKind.WORK, DayKind.MAKE_UP)


@dataclass(frozen=True, slots=True, order=True)
class DayPart:
    """A stretch of working time; both ends are minutes of the local day, 1440 is midnight."""

    start_minute: int
    end_minute: int

    def __post_init__(self) -> None:
        if not 0 <= self.start_minute < self.end_minute <= MINUTES_OF_A_DAY:
            raise CalendarError(
                f"a part from minute {self.start_minute} to {self.end_minute} does not fit into a "
                "day; write 0 <= start < end <= 1440, and split a night shift at midnight",
                start_minute=self.start_minute,
                end_minute=self.end_minute,
            )


@dataclass(frozen=True)
class Calendar:
    """One version of a working calendar.

    `days` keeps only the days that differ from what their weekday says. `first` to `last` is the
    published range; outside of it the weekdays alone decide, and whatever is computed there is
    provisional.
    """

    id: str
    version: int
    zone: str
    parts: tuple[DayPart, ...]
    days: Mapping[date, DayKind] = field(hash=False, repr=False)
    first: date
    last: date
    #: ISO numbers, Monday is 1.
    weekdays: tuple[int, ...] = MONDAY_TO_FRIDAY
    #: A deadline that falls on closing time is the next opening instead (Boston's rule).
    closing_rolls_over: bool = False

    def __post_init__(self) -> None:
        self._check_head()
        self._check_parts()
        for day, kind in self.days.items():
            if not self.first <= day <= self.last:
                raise CalendarError(
                    f"calendar {self.id!r}: {day} ({kind}) lies outside the published range "
                    f"{self.first} to {self.last}; widen the range first",
                    calendar=self.id,
                    day=day.isoformat(),
                )
        exceptions = {
            day: DayKind(kind)
            for day, kind in sorted(self.days.items())
            if kind != self._by_weekday(day)
        }
        object.__setattr__(self, "days", exceptions)

    def _check_head(self) -> None:
        if not self.id or self.version < 1:
            raise CalendarError("a calendar needs an id and a version from 1 on", calendar=self.id)
        if self.first > self.last:
            raise CalendarError(
                f"calendar {self.id!r}: the published range ends ({self.last}) before it begins "
                f"({self.first})",
                calendar=self.id,
            )
        if self.first.year < _FIRST_YEAR or self.last.year > _LAST_YEAR:
            raise CalendarError(
                f"calendar {self.id!r}: the published range lies between {_FIRST_YEAR} and "
                f"{_LAST_YEAR}",
                calendar=self.id,
            )
        try:
            # `localtime` is another zone on another machine, so a place is asked for
            ZoneInfo(self.zone if "/" in self.zone or self.zone == "UTC" else "")
        except (ZoneInfoNotFoundError, ValueError, OSError) as exc:
            raise CalendarError(
                f"calendar {self.id!r}: {self.zone!r} is no IANA time zone; write one such as "
                "Asia/Shanghai",
                calendar=self.id,
                zone=self.zone,
            ) from exc
        numbers = tuple(sorted(set(self.weekdays)))
        if not numbers or numbers[0] < 1 or numbers[-1] > _LAST_WEEKDAY:
            raise CalendarError(
                f"calendar {self.id!r}: weekdays are numbers 1 (Monday) to 7 (Sunday), one at "
                f"least; found {self.weekdays}",
                calendar=self.id,
            )
        object.__setattr__(self, "weekdays", numbers)

    def _check_parts(self) -> None:
        parts = tuple(sorted(self.parts))
        if not parts:
            raise CalendarError(
                f"calendar {self.id!r} has no working time; give one part of the day at least",
                calendar=self.id,
            )
        for one, other in pairwise(parts):
            if one.end_minute > other.start_minute:
                raise CalendarError(
                    f"calendar {self.id!r}: the parts {_part_text(one)} and {_part_text(other)} "
                    "overlap",
                    calendar=self.id,
                )
        object.__setattr__(self, "parts", parts)

    @cached_property
    def tzinfo(self) -> ZoneInfo:
        return ZoneInfo(self.zone)

    @cached_property
    def day_seconds(self) -> int:
        """The length of a working day: what one 工作日 counts."""
        return 60 * sum(part.end_minute - part.start_minute for part in self.parts)

    def _by_weekday(self, day: date) -> DayKind:
        return DayKind.WORK if day.isoweekday() in self.weekdays else DayKind.REST

    def kind(self, day: date) -> DayKind:
        """What the day is; outside the published range only the weekday is known."""
        return self.days.get(day) or self._by_weekday(day)

    def is_published(self, day: date) -> bool:
        return self.first <= day <= self.last

    def with_days(self, days: Mapping[date, DayKind], *, first: date, last: date) -> "Calendar":
        """The next version: a yearly notice added, the published range widened if need be."""
        return replace(
            self,
            version=self.version + 1,
            days={**self.days, **days},
            first=min(self.first, first),
            last=max(self.last, last),
        )

    def to_json(self) -> dict[str, Any]:
        """Plain JSON; runs of days are written `2026-10-01/2026-10-08` as ISO 8601 does."""
        data: dict[str, Any] = {
            "id": self.id,
            "version": self.version,
            "zone": self.zone,
            "parts": [_part_text(part) for part in self.parts],
            "weekdays": list(self.weekdays),
            "first": self.first.isoformat(),
            "last": self.last.isoformat(),
        }
        if self.closing_rolls_over:
            data["closing_rolls_over"] = True
        for kind in DayKind:
            if runs := list(_runs(day for day, found in self.days.items() if found is kind)):
                data[kind.value] = runs
        return data

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Calendar":
        """Reads `to_json`; CalendarError says what is missing, unknown or unreadable."""
        known = {*_REQUIRED, "weekdays", "closing_rolls_over", *DayKind}
        if unknown := sorted(set(data) - known):
            raise CalendarError(f"a calendar has no {unknown[0]!r}", fields=unknown)
        if missing := [name for name in _REQUIRED if name not in data]:
            raise CalendarError(f"the calendar lacks {missing[0]!r}", fields=missing)
        try:
            return cls(
                id=str(data["id"]),
                version=int(data["version"]),
                zone=str(data["zone"]),
                parts=tuple(_part(text) for text in data["parts"]),
                days={
                    day: kind
                    for kind in DayKind
                    for run in data.get(kind.value, ())
                    for day in _days_of(run)
                },
                first=date.fromisoformat(data["first"]),
                last=date.fromisoformat(data["last"]),
                weekdays=tuple(int(n) for n in data.get("weekdays", MONDAY_TO_FRIDAY)),
                closing_rolls_over=bool(data.get("closing_rolls_over", False)),
            )
        except (TypeError, ValueError, AttributeError) as exc:
            raise CalendarError(f"the calendar {data['id']!r} cannot be read: {exc}") from exc


def check_reach(instant: datetime) -> datetime:
    """The instant, if calendars can reach it; case time stands nowhere else."""
    if not _FIRST_YEAR <= instant.astimezone(UTC).year <= _LAST_YEAR:
        raise CalendarError(
            f"{instant.isoformat()} is out of reach of every calendar: case time lies between "
            f"{_FIRST_YEAR} and {_LAST_YEAR}"
        )
    return instant


_REQUIRED = ("id", "version", "zone", "parts", "first", "last")


def _part_text(part: DayPart) -> str:
    start, end = divmod(part.start_minute, 60), divmod(part.end_minute, 60)
    return f"{start[0]:02}:{start[1]:02}-{end[0]:02}:{end[1]:02}"


def _part(text: str) -> DayPart:
    start, end = text.split("-")
    return DayPart(_minute(start), _minute(end))


def _minute(text: str) -> int:
    hours, minutes = text.split(":")
    return int(hours) * 60 + int(minutes)


def _runs(days: Iterable[date]) -> Iterable[str]:
    run: list[date] = []
    for day in days:
        if run and day != run[-1] + timedelta(days=1):
            yield _run_text(run)
            run = []
        run.append(day)
    if run:
        yield _run_text(run)


def _run_text(run: list[date]) -> str:
    return run[0].isoformat() if len(run) == 1 else f"{run[0].isoformat()}/{run[-1].isoformat()}"


def _days_of(run: str) -> Iterable[date]:
    start, _, end = run.partition("/")
    day, last = date.fromisoformat(start), date.fromisoformat(end or start)
    if day.year < _FIRST_YEAR or last.year > _LAST_YEAR:
        raise CalendarError(f"the run of days {run!r} leaves {_FIRST_YEAR} to {_LAST_YEAR}")
    if last < day:
        raise CalendarError(f"the run of days {run!r} ends before it begins")
    if (last - day).days > _MOST_DAYS:
        raise CalendarError(f"the run of days {run!r} is longer than {_MOST_DAYS} days")
    while day <= last:
        yield day
        day += timedelta(days=1)
