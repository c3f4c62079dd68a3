"""The working calendar of China as data, from the published arrangements of `chinesecalendar`.

Only a seed: once stored, the calendar's own table is what counts, and next year's notice is
entered there. It must not know SQL or HTTP.
"""

from collections.abc import Sequence
from datetime import date, timedelta

import chinese_calendar

from engine.domain.calendars import Calendar, DayKind, DayPart
from engine.domain.errors import CalendarError

FIRST_YEAR, LAST_YEAR = 2004, 2026
#: 09:00-12:00 and 13:30-18:00.
OFFICE_HOURS = (DayPart(9 * 60, 12 * 60), DayPart(13 * 60 + 30, 18 * 60))


def published_days(first_year: int = FIRST_YEAR, last_year: int = LAST_YEAR) -> dict[date, DayKind]:
    """Every day of the years; CalendarError names the first year without an arrangement."""
    day, end = date(first_year, 1, 1), date(last_year + 1, 1, 1)
    days: dict[date, DayKind] = {}
    while day < end:
        days[day] = _kind(day)
        day += timedelta(days=1)
    return days


def _kind(day: date) -> DayKind:
    try:
        worked = chinese_calendar.is_workday(day)
    except NotImplementedError as exc:
        raise CalendarError(
            f"no arrangement of working days is known for {day.year}; enter the year's notice, or "
            "ask for years that are published",
            year=day.year,
        ) from exc
    is_weekend = day.isoweekday() > 5  # noqa: PLR2004 Saturday and Sunday
    if worked:
        return DayKind.MAKE_UP if is_weekend else DayKind.WORK
    return DayKind.HOLIDAY if day in chinese_calendar.holidays else DayKind.REST


def china_calendar(
    calendar_id: str = "cn",
    *,
    version: int = 1,
    parts: Sequence[DayPart] = OFFICE_HOURS,
    first_year: int = FIRST_YEAR,
    last_year: int = LAST_YEAR,
) -> Calendar:
    """The calendar of the published years in China's time, with the given parts of the day."""
    return Calendar(
        id=calendar_id,
        version=version,
        zone="Asia/Shanghai",
        parts=tuple(parts),
        days=published_days(first_year, last_year),
        first=date(first_year, 1, 1),
        last=date(last_year, 12, 31),
    )
