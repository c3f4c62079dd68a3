"""ISO 8601 durations, instants and cycles of timers."""

from datetime import UTC, datetime, timedelta

import pytest

from engine.kernel.iso import parse_cycle, parse_date, parse_duration

NOON = datetime(2026, 1, 31, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "later"),
    [
        ("PT10M", timedelta(minutes=10)),
        ("P1DT2H", timedelta(days=1, hours=2)),
        ("P2W", timedelta(weeks=2)),
        ("PT0.5S", timedelta(milliseconds=500)),
        ("P1M", timedelta(days=28)),
        ("P1M15D", timedelta(days=28 + 15)),
        ("P1Y2M3DT4H5M6S", timedelta(days=365 + 59 + 3, hours=4, minutes=5, seconds=6)),
        ("P0.5D", timedelta(hours=12)),
        ("PT1,5H", timedelta(minutes=90)),
        ("P0.5W", timedelta(hours=84)),
    ],
)
def test_duration_is_added_exactly(text: str, later: timedelta) -> None:
    assert parse_duration(text).after(NOON) == NOON + later


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "duration"),
        ("P", "duration"),
        ("PT", "duration"),
        ("P1DT", "duration"),
        ("1H", "duration"),
        ("P1H", "duration"),
        ("-PT1H", "it has a sign"),
        ("p1d", "capitals"),
        ("PT1.5H30M", "only its last part"),
        ("P0.5DT1H", "only its last part"),
        ("P0.5Y", "years and months"),
        ("P0001-02-03T04:05:06", "with letters"),
        ("P999999999W", "longer than time"),
        ("P9999999999D", "more than 9 digits"),
    ],
)
def test_what_is_no_duration_is_refused(text: str, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        parse_duration(text)


def test_duration_beyond_the_calendar_is_refused() -> None:
    with pytest.raises(ValueError, match="year 9999"):
        parse_duration("P8000Y").after(NOON)


def test_date_needs_a_zone() -> None:
    assert parse_date("2026-03-02T09:00:00+08:00") == datetime(2026, 3, 2, 1, tzinfo=UTC)
    with pytest.raises(ValueError, match="zone"):
        parse_date("2026-03-02T09:00:00")


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("2026-03-02T24:00Z", datetime(2026, 3, 3, tzinfo=UTC)),
        ("2026-12-31T24:00:00+00:00", datetime(2027, 1, 1, tzinfo=UTC)),
        ("2026-061T09:00:00Z", datetime(2026, 3, 2, 9, tzinfo=UTC)),
        ("2028-366T09:00:00Z", datetime(2028, 12, 31, 9, tzinfo=UTC)),
        ("20260302T090000Z", datetime(2026, 3, 2, 9, tzinfo=UTC)),
        ("2026-W10-1T09:00Z", datetime(2026, 3, 2, 9, tzinfo=UTC)),
    ],
)
def test_further_forms_of_a_date_are_read(text: str, instant: datetime) -> None:
    assert parse_date(text) == instant


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("2026-061", "is a day"),
        ("2026-03-02", "is a day"),
        ("2026-366T09:00:00Z", "no instant"),
        ("2026-02-30T10:00:00Z", "no instant; write such as"),
        ("2026-03-02T24:30:00Z", "no instant"),
        ("tomorrow", "no instant"),
    ],
)
def test_what_is_no_date_is_refused_in_our_words(text: str, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        parse_date(text)


def test_cycle_counts_its_rounds_from_the_last_due_time() -> None:
    cycle = parse_cycle("R2/PT1H")
    first = cycle.due(NOON, 0, None)
    assert first == NOON + timedelta(hours=1)
    assert cycle.due(NOON, 1, first) == NOON + timedelta(hours=2)
    assert cycle.due(NOON, 2, first) is None
    assert parse_cycle("R/P1D").due(NOON, 999, NOON) == NOON + timedelta(days=1)
    begun = parse_cycle("R3/2026-03-02T09:00:00Z/PT10M")
    assert begun.due(NOON, 0, None) == datetime(2026, 3, 2, 9, tzinfo=UTC)


def test_cycle_with_an_end_excludes_what_would_come_later() -> None:
    cycle = parse_cycle("R/PT1H/2026-01-31T14:30:00Z")
    first = cycle.due(NOON, 0, None)
    assert first == NOON + timedelta(hours=1)
    second = cycle.due(NOON, 1, first)
    assert second == NOON + timedelta(hours=2)
    assert cycle.due(NOON, 2, second) is None


def test_cycle_of_two_instants_lasts_from_the_one_to_the_other() -> None:
    cycle = parse_cycle("R2/2026-02-01T09:00:00Z/2026-02-01T10:00:00Z")
    first = cycle.due(NOON, 0, None)
    assert first == datetime(2026, 2, 1, 9, tzinfo=UTC)
    assert cycle.due(NOON, 1, first) == first + timedelta(hours=1)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("PT1H", "no repetition; write such as"),
        ("R2", "no repetition; write such as"),
        ("Rx/PT1H", "no repetition; write such as"),
        ("R-1/PT1H", "no repetition; write such as"),
        ("0 0/5 * * * ?", "no repetition; write such as"),
        ("R0/PT1H", "not even once"),
        ("R2/PT0S", "without pause"),
        ("R1/2026-03-02/PT1H", "is a day"),
        ("R2/PT1H/PT2H", "needs one duration"),
        ("R2/2026-03-02T10:00:00Z", "needs one duration"),
        ("R2/2026-03-02T10:00:00Z/2026-03-02T09:00:00Z", "without pause"),
    ],
)
def test_what_is_no_cycle_is_refused(text: str, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        parse_cycle(text)


@pytest.mark.parametrize("text", ["0001-01-01T00:00:00+08:00", "9999-12-31T23:00:00-08:00"])
def test_instant_that_utc_cannot_write_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="beyond the years"):
        parse_date(text)


@pytest.mark.parametrize("text", ["P" + "9" * 5000 + "D", "PT" + "1" * 1_100_000 + "H"])
def test_number_of_thousands_of_digits_is_refused_at_once(text: str) -> None:
    with pytest.raises(ValueError, match="9 digits"):
        parse_duration(text)


@pytest.mark.parametrize(
    "text", ["R/{}/P1D", "R4/{}/PT7H", "R/{}/P1M", "R3/{}/P1M", "R9/{}/P1DT1H"]
)
@pytest.mark.parametrize("hours", [-5, 0, 1, 24, 25, 28, 100, 3000])
def test_rounds_that_are_over_are_those_that_were_due_before(text: str, hours: int) -> None:
    start = datetime(2026, 1, 31, 9, tzinfo=UTC)
    cycle, now = parse_cycle(text.format(start.isoformat())), start + timedelta(hours=hours)
    rounds, last = 0, None
    while (due := cycle.due(now, rounds, last)) is not None and due < now:
        rounds, last = rounds + 1, due
    assert cycle.over_before(now) == (rounds, last)


def test_cycle_of_a_second_from_long_ago_is_not_walked_through() -> None:
    cycle = parse_cycle("R/0001-01-01T00:00:00Z/PT1S")
    rounds, last = cycle.over_before(datetime(2026, 3, 2, tzinfo=UTC))
    assert (rounds, last) == (63_908_006_400, datetime(2026, 3, 1, 23, 59, 59, tzinfo=UTC))
