import json
from datetime import date

import pytest

from engine.domain.calendars import Calendar, DayKind, DayPart
from engine.domain.errors import CalendarError
from engine.domain.worktime import Worktime, worktime_for

PLAIN = {
    "id": "cn",
    "version": 3,
    "zone": "Asia/Shanghai",
    "parts": ["09:00-12:00", "13:30-18:00"],
    "weekdays": [1, 2, 3, 4, 5],
    "first": "2025-01-01",
    "last": "2026-12-31",
    "holiday": ["2025-10-01/2025-10-08"],
    "make_up": ["2025-09-28", "2025-10-11"],
}


def test_calendar_knows_each_kind_of_day() -> None:
    calendar = Calendar.from_json(PLAIN)
    assert calendar.kind(date(2025, 10, 6)) is DayKind.HOLIDAY
    assert calendar.kind(date(2025, 9, 28)) is DayKind.MAKE_UP
    assert calendar.kind(date(2025, 9, 27)) is DayKind.REST
    assert calendar.kind(date(2025, 9, 29)) is DayKind.WORK
    assert calendar.day_seconds == 27_000


def test_calendar_json_round_trips_and_stays_small(office: Worktime) -> None:
    assert Calendar.from_json(PLAIN).to_json() == PLAIN
    again = Calendar.from_json(json.loads(json.dumps(office.calendar.to_json())))
    assert again == office.calendar
    assert len(json.dumps(again.to_json())) < 1_000


def test_calendar_keeps_only_days_that_differ_from_their_weekday() -> None:
    days = {date(2025, 3, day): DayKind.WORK for day in (3, 4, 5)}
    first, last = date(2025, 1, 1), date(2025, 12, 31)
    bare = Calendar("x", 1, "UTC", (DayPart(0, 1440),), {}, first, last)
    assert Calendar("x", 1, "UTC", (DayPart(0, 1440),), days, first, last) == bare


def test_next_version_widens_the_published_range() -> None:
    calendar = Calendar.from_json(PLAIN)
    notice = {date(2027, 1, 1): DayKind.HOLIDAY}
    new = calendar.with_days(notice, first=date(2027, 1, 1), last=date(2027, 12, 31))
    assert (new.version, new.first, new.last) == (4, date(2025, 1, 1), date(2027, 12, 31))
    assert new.kind(date(2027, 1, 1)) is DayKind.HOLIDAY
    assert new.kind(date(2025, 10, 6)) is DayKind.HOLIDAY
    assert not calendar.is_published(date(2027, 1, 1))


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"zone": "Asia/Peking"}, "'Asia/Peking' is no IANA time zone"),
        ({"zone": "localtime"}, "'localtime' is no IANA time zone"),
        ({"first": "0001-01-01"}, "between 1900 and 2999"),
        ({"last": "9999-12-31"}, "between 1900 and 2999"),
        ({"last": "2900-12-31", "holiday": ["2026-01-01/2899-12-31"]}, "longer than 3700 days"),
        ({"parts": []}, "no working time"),
        ({"parts": ["09:00-12:00", "11:00-13:00"]}, "09:00-12:00 and 11:00-13:00 overlap"),
        ({"parts": ["22:00-06:00"]}, "split a night shift"),
        ({"parts": ["morning"]}, "cannot be read"),
        ({"weekdays": [0]}, "1 (Monday) to 7"),
        ({"weekdays": []}, "1 (Monday) to 7"),
        ({"version": 0}, "version from 1"),
        ({"last": "2024-12-31"}, "before it begins"),
        ({"holiday": ["2027-01-01"]}, "2027-01-01 (holiday) lies outside the published range"),
        ({"holiday": ["2025-10-08/2025-10-01"]}, "ends before it begins"),
        ({"holiday": ["2025-02-30"]}, "cannot be read"),
        ({"feast": ["2025-02-03"]}, "has no 'feast'"),
    ],
)
def test_calendar_refuses_what_contradicts_itself(change: dict[str, object], words: str) -> None:
    with pytest.raises(CalendarError) as caught:
        Calendar.from_json({**PLAIN, **change})
    assert words in caught.value.message


def test_calendar_names_the_field_that_is_missing() -> None:
    data = {key: value for key, value in PLAIN.items() if key != "zone"}
    with pytest.raises(CalendarError, match="lacks 'zone'"):
        Calendar.from_json(data)


def test_arithmetic_is_kept_by_version_and_never_mixed_up() -> None:
    calendar = Calendar.from_json(PLAIN)
    assert worktime_for(calendar) is worktime_for(Calendar.from_json(PLAIN))
    impostor = Calendar.from_json({**PLAIN, "holiday": []})
    assert worktime_for(impostor) is not worktime_for(calendar)
