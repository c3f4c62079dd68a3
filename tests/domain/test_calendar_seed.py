import json
from datetime import date, timedelta

import holidays
import pytest

from engine.domain.calendars import Calendar, DayKind
from engine.domain.errors import CalendarError
from engine.domain.worktime import Worktime
from engine.service.calendar_seed import china_calendar, published_days


def test_seed_agrees_with_another_source_on_every_day_of_twelve_years() -> None:
    other = holidays.country_holidays("CN", years=range(2014, 2028))
    days = published_days(2015, 2026)
    assert len(days) == 12 * 365 + 3
    assert not [day for day, kind in days.items() if kind.is_worked != other.is_working_day(day)]


def test_calendar_says_what_the_list_of_days_says() -> None:
    calendar = china_calendar()
    assert {day: calendar.kind(day) for day in published_days()} == published_days()


def test_calendar_seed_agrees_with_the_notices_written_by_hand(office: Worktime) -> None:
    calendar = china_calendar(first_year=2025)
    day = calendar.first
    while day <= calendar.last:
        assert calendar.kind(day) == office.calendar.kind(day)
        day += timedelta(days=1)


def test_working_weekends_are_made_up_days() -> None:
    days = published_days(2026, 2026)
    assert days[date(2026, 2, 14)] is DayKind.MAKE_UP
    assert days[date(2026, 10, 1)] is DayKind.HOLIDAY
    assert days[date(2026, 10, 17)] is DayKind.REST
    assert sum(kind.is_worked for kind in days.values()) == 248


def test_seeded_calendar_travels_as_small_json() -> None:
    text = json.dumps(china_calendar().to_json())
    assert Calendar.from_json(json.loads(text)) == china_calendar()
    assert len(text) < 8_000


@pytest.mark.parametrize("years", [(2026, 2027), (2003, 2004)])
def test_year_without_a_notice_is_refused_by_name(years: tuple[int, int]) -> None:
    with pytest.raises(CalendarError, match=r"2027|2003"):
        published_days(*years)
