from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from engine.domain.calendars import Calendar, DayPart
from engine.domain.errors import CalendarError
from engine.domain.worktime import Worktime, instant_of

CHINA = ZoneInfo("Asia/Shanghai")
BOSTON = ZoneInfo("America/New_York")


def china(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=CHINA).astimezone(UTC)


def wall(text: str) -> datetime:
    return datetime.fromisoformat(text)


def boston(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=BOSTON).astimezone(UTC)


@pytest.mark.parametrize(
    ("start", "hours", "expected"),
    [
        pytest.param("2025-09-26T17:00", 4, "2025-09-28T12:00", id="a Sunday that is worked"),
        pytest.param("2025-09-30T17:00", 4, "2025-10-09T12:00", id="National Day week"),
        pytest.param("2026-02-13T16:00", 7.5, "2026-02-14T16:00", id="a Saturday that is worked"),
        pytest.param("2026-09-30T17:30", 2, "2026-10-08T10:30", id="one hour on each side"),
        pytest.param("2025-12-31T17:00", 2, "2026-01-04T10:00", id="over the year's end"),
        pytest.param("2026-02-14T17:00", 2, "2026-02-24T10:00", id="the spring festival"),
        pytest.param("2026-03-02T12:00", 1, "2026-03-02T14:30", id="from the midday closing"),
        pytest.param("2026-03-02T11:00", 1, "2026-03-02T12:00", id="to the midday closing"),
        pytest.param("2026-03-01T03:00", 1, "2026-03-02T10:00", id="from a Sunday night"),
    ],
)
def test_working_time_is_added_as_announced(
    office: Worktime, start: str, hours: float, expected: str
) -> None:
    due = office.add(china(start), int(hours * 3600))
    assert due.at == china(expected)
    assert not due.provisional
    assert office.between(china(start), due.at) == hours * 3600


def test_microseconds_of_the_start_are_kept(office: Worktime) -> None:
    start = china("2026-03-02T11:59:59.700001")
    assert office.add(start, 1).at == china("2026-03-02T13:30:00.700001")
    assert office.between(start, china("2026-03-02T13:30:00.700001")) == 1


def test_opening_belongs_to_working_time_and_closing_does_not(office: Worktime) -> None:
    assert office.is_working(china("2026-03-02T09:00"))
    assert not office.is_working(china("2026-03-02T12:00"))
    assert not office.is_working(china("2026-03-02T08:59:59.999999"))
    assert office.next_opening(china("2026-03-02T12:00")) == china("2026-03-02T13:30")
    assert office.next_opening(china("2026-03-02T10:10")) == china("2026-03-02T10:10")
    assert office.next_opening(china("2025-12-31T18:00")) == china("2026-01-04T09:00")


def test_going_back_meets_the_opening(office: Worktime) -> None:
    assert office.add(china("2026-03-03T18:00"), -27_000).at == china("2026-03-03T09:00")
    assert office.add(china("2026-01-04T10:00"), -7_200).at == china("2025-12-31T17:00")


def test_deadline_beyond_the_published_years_is_provisional(office: Worktime) -> None:
    last_hour = office.add(china("2026-12-31T17:00"), 3_600)
    assert (last_hour.at, last_hour.provisional) == (china("2026-12-31T18:00"), False)
    due = office.add(china("2026-12-31T17:00"), 36_000)
    assert (due.at, due.provisional) == (china("2027-01-04T10:30"), True)
    assert due.missing_years == (2027,)


def test_start_before_the_published_years_is_provisional(office: Worktime) -> None:
    due = office.add(china("2023-12-29T17:00"), 270 * 27_000)
    assert due.provisional
    assert due.missing_years == (2023, 2024)


def test_weekends_are_free_where_nothing_is_published(office: Worktime) -> None:
    assert office.between(china("2027-03-05T00:00"), china("2027-03-08T00:00")) == 27_000


def test_midnight_that_ends_the_published_years_is_still_published() -> None:
    parts, week = (DayPart(0, 1440),), (1, 2, 3, 4, 5, 6, 7)
    first, last = date(2026, 1, 1), date(2026, 12, 31)
    always = Worktime(Calendar("24x7", 1, "Asia/Shanghai", parts, {}, first, last, week))
    midnight = china("2027-01-01T00:00")
    assert always.add(china("2026-12-31T23:00"), 3_600) == (midnight, False, ())
    assert always.add(china("2026-12-31T23:00"), 3_601).missing_years == (2027,)


def test_endless_limit_is_refused(office: Worktime) -> None:
    first_never = Worktime(
        Calendar("x", 1, "UTC", (DayPart(0, 1),), {}, date(2025, 1, 1), date(2025, 12, 31))
    )
    with pytest.raises(CalendarError, match="does not reach the year 9001"):
        first_never.add(datetime(8999, 1, 1, tzinfo=UTC), 10**9)


def test_round_the_clock_days_have_the_hours_that_the_clocks_give_them() -> None:
    parts, week = (DayPart(0, 1440),), (1, 2, 3, 4, 5, 6, 7)
    always = Worktime(
        Calendar(
            "24x7", 1, "America/New_York", parts, {}, date(2022, 1, 1), date(2022, 12, 31), week
        )
    )
    spring = always.between(boston("2022-03-13T00:00"), boston("2022-03-14T00:00"))
    autumn = always.between(boston("2022-11-06T00:00"), boston("2022-11-07T00:00"))
    assert (spring, autumn) == (23 * 3600, 25 * 3600)
    start = boston("2022-03-12T12:00")
    assert (always.add(start, 86_400).at - start).total_seconds() == 86_400


def test_local_time_that_is_skipped_is_the_instant_of_the_change() -> None:
    change = datetime(2022, 3, 13, 7, 0, tzinfo=UTC)
    assert instant_of(wall("2022-03-13T02:30"), BOSTON) == change
    assert instant_of(wall("2022-03-13T03:00"), BOSTON) == change


def test_local_time_that_is_repeated_is_its_first_showing() -> None:
    expected = datetime(2022, 11, 6, 5, 30, tzinfo=UTC)
    assert instant_of(wall("2022-11-06T01:30"), BOSTON) == expected


def test_day_that_a_zone_skipped_has_no_working_time() -> None:
    apia = Worktime(
        Calendar(
            "ws", 1, "Pacific/Apia", (DayPart(540, 1020),), {}, date(2011, 1, 1), date(2012, 12, 31)
        )
    )
    assert apia.windows(date(2011, 12, 30)) == []
    thursday = datetime(2011, 12, 29, 16, tzinfo=ZoneInfo("Pacific/Apia"))
    monday = datetime(2012, 1, 2, 10, tzinfo=ZoneInfo("Pacific/Apia"))
    assert apia.add(thursday, 7_200).at == monday


def test_naive_instant_is_refused(office: Worktime) -> None:
    with pytest.raises(TypeError):
        office.add(wall("2026-03-02T09:00"), 60)
