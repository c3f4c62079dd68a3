from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.domain.deadlines import due_at, point_at
from engine.domain.errors import CalendarError, LimitError
from engine.domain.limits import parse_limit
from engine.domain.worktime import Worktime


def china(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo("Asia/Shanghai")).astimezone(UTC)


def boston(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo("America/New_York")).astimezone(UTC)


@pytest.mark.parametrize(
    ("start", "limit", "expected"),
    [
        pytest.param("2025-09-26T17:00", "4小时", "2025-09-28T12:00", id="working hours"),
        pytest.param("2026-02-13T16:00", "1天", "2026-02-14T16:00", id="one day is 7.5 h"),
        pytest.param("2026-02-13T16:00", "2 工作日", "2026-02-24T16:00", id="the festival rests"),
        pytest.param("2026-02-13T16:00", "30工作分钟", "2026-02-13T16:30", id="working minutes"),
        pytest.param("2026-02-13T17:50", "30分钟", "2026-02-13T18:20", id="minutes run on"),
        pytest.param("2026-02-14T23:00", "2紧急工作时", "2026-02-15T01:00", id="urgent hours"),
        pytest.param("2026-02-14T23:00", "2紧急工作日", "2026-02-16T23:00", id="urgent days"),
        pytest.param("2026-02-14T23:00", "60自然日", "2026-04-15T23:00", id="natural days"),
        pytest.param("2026-02-14T23:00", "PT26H", "2026-02-16T01:00", id="ISO 8601"),
        pytest.param("2026-12-31T23:00", "1自然日", "2027-01-01T23:00", id="over the year's end"),
    ],
)
def test_deadline_counts_as_its_unit_says(
    office: Worktime, start: str, limit: str, expected: str
) -> None:
    due = due_at(china(start), parse_limit(limit), office)
    assert due.at == china(expected)
    assert not due.provisional


@pytest.mark.parametrize(
    ("start", "limit", "expected"),
    [
        ("2022-03-12T12:00", "1自然日", "2022-03-13T12:00"),
        ("2022-03-12T12:00", "PT24H", "2022-03-13T13:00"),
        ("2022-03-12T12:00", "24紧急工作时", "2022-03-13T13:00"),
        ("2022-11-05T12:00", "1自然日", "2022-11-06T12:00"),
        ("2022-11-05T12:00", "P1D", "2022-11-06T11:00"),
        ("2022-03-12T02:30", "1自然日", "2022-03-13T03:00"),
        ("2022-01-01T00:16", "90自然日", "2022-04-01T00:16"),
        ("2022-03-11T16:00", "1工作日", "2022-03-14T16:00"),
    ],
)
def test_natural_days_keep_the_local_time_when_clocks_change(
    new_york: Worktime, start: str, limit: str, expected: str
) -> None:
    assert due_at(boston(start), parse_limit(limit), new_york).at == boston(expected)


@pytest.mark.parametrize(
    ("start", "expected"),
    [
        pytest.param("2022-01-03T16:16:00", "2022-01-04T16:16:00", id="inside hours"),
        pytest.param("2022-01-03T19:58:00", "2022-01-05T08:30:00", id="after closing"),
        pytest.param("2022-01-01T10:00:00", "2022-01-04T08:30:00", id="on a Saturday"),
        pytest.param("2022-01-03T08:30:00", "2022-01-04T08:30:00", id="at the opening"),
        pytest.param("2022-01-03T17:00:00", "2022-01-05T08:30:00", id="at closing time"),
        pytest.param("2022-07-01T17:30:00", "2022-07-06T08:30:00", id="over a holiday"),
    ],
)
def test_deadline_at_closing_rolls_over_where_the_calendar_says(
    new_york: Worktime, start: str, expected: str
) -> None:
    assert due_at(boston(start), parse_limit("1工作日"), new_york).at == boston(expected)


def test_rolling_over_can_be_asked_for_or_declined(office: Worktime, new_york: Worktime) -> None:
    day = parse_limit("1工作日")
    start = china("2026-03-02T08:00")
    assert due_at(start, day, office).at == china("2026-03-02T18:00")
    rolled = due_at(start, day, office, closing_rolls_over=True)
    assert rolled.at == china("2026-03-03T09:00")
    start = boston("2022-01-03T08:00")
    assert due_at(start, day, new_york, closing_rolls_over=False).at == boston("2022-01-03T17:00")


def test_deadline_beyond_the_published_years_names_them(office: Worktime) -> None:
    due = due_at(china("2026-12-30T10:00"), parse_limit("15工作日"), office)
    assert due.provisional
    assert due.missing_years == (2027,)
    rolled = due_at(
        china("2026-12-31T10:30"), parse_limit("6工作时"), office, closing_rolls_over=True
    )
    assert (rolled.at, rolled.missing_years) == (china("2027-01-01T09:00"), (2027,))


def test_natural_time_is_never_provisional(office: Worktime) -> None:
    assert not due_at(china("2026-12-30T10:00"), parse_limit("90自然日"), office).provisional


@pytest.mark.parametrize(
    ("limit", "point", "expected"),
    [
        ("10工作时", "80 %", "2026-03-03T09:30"),
        ("10工作时", "100 %", "2026-03-03T11:30"),
        ("10工作时", "150 %", "2026-03-03T18:00"),
        ("10工作时", "+4 工作时", "2026-03-03T17:00"),
        ("10工作时", "-4 工作时", "2026-03-02T16:30"),
        ("10工作时", "+1 自然日", "2026-03-04T11:30"),
        ("10工作时", "-1 自然日", "2026-03-02T11:30"),
        ("10工作时", "-3 工作日", "2026-03-02T09:00"),
        ("10工作时", "-5 自然日", "2026-03-02T09:00"),
        ("5自然日", "80 %", "2026-03-06T09:00"),
        ("5自然日", "-1 工作日", "2026-03-06T09:00"),
        ("4紧急工作时", "80 %", "2026-03-02T12:12"),
        ("4紧急工作时", "-PT30M", "2026-03-02T12:30"),
    ],
)
def test_point_lies_where_it_says(office: Worktime, limit: str, point: str, expected: str) -> None:
    start = china("2026-03-02T09:00")
    assert point_at(start, parse_limit(limit), office, point).at == china(expected)


def test_point_after_a_provisional_deadline_is_provisional(office: Worktime) -> None:
    start, limit = china("2026-12-31T17:00"), parse_limit("2工作时")
    assert point_at(start, limit, office, "50 %").missing_years == ()
    assert point_at(start, limit, office, "+1 自然日").missing_years == (2027,)
    assert point_at(start, limit, office, "-1 自然日").missing_years == (2027,)


@given(
    st.datetimes(datetime(2025, 1, 1), datetime(2026, 6, 1), timezones=st.just(UTC)),  # noqa: DTZ001 the zone follows
    st.integers(1, 20),
    st.sampled_from(["工作时", "工作日", "紧急工作时", "自然日", "分钟"]),
)
def test_whole_limit_is_the_deadline_and_shares_come_in_order(
    office: Worktime, start: datetime, amount: int, unit: str
) -> None:
    limit = parse_limit(f"{amount}{unit}")
    points = [point_at(start, limit, office, f"{share} %").at for share in (1, 50, 80, 100)]
    assert points == sorted(points)
    assert points[0] >= start
    assert points[-1] == due_at(start, limit, office).at


@pytest.mark.parametrize(
    ("limit", "error"),
    [("9工作日", CalendarError), ("9999分钟", CalendarError), ("99自然日", LimitError)],
)
def test_deadline_that_cannot_be_written_is_refused(
    office: Worktime, limit: str, error: type[Exception]
) -> None:
    with pytest.raises(error):
        due_at(datetime(9999, 12, 31, tzinfo=UTC), parse_limit(limit), office)
