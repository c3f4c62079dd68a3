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
    ],
)
def test_duration_is_added_exactly(text: str, later: timedelta) -> None:
    assert parse_duration(text).after(NOON) == NOON + later


@pytest.mark.parametrize("text", ["", "P", "PT", "1H", "-PT1H", "P1H", "PT1.5H"])
def test_what_is_no_duration_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="duration"):
        parse_duration(text)


def test_date_needs_a_zone() -> None:
    assert parse_date("2026-03-02T09:00:00+08:00") == datetime(2026, 3, 2, 1, tzinfo=UTC)
    with pytest.raises(ValueError, match="zone"):
        parse_date("2026-03-02T09:00:00")


def test_cycle_counts_its_rounds_from_the_last_due_time() -> None:
    cycle = parse_cycle("R2/PT1H")
    first = cycle.due(NOON, 0, None)
    assert first == NOON + timedelta(hours=1)
    assert cycle.due(NOON, 1, first) == NOON + timedelta(hours=2)
    assert cycle.due(NOON, 2, first) is None
    assert parse_cycle("R/P1D").due(NOON, 999, NOON) == NOON + timedelta(days=1)
    begun = parse_cycle("R3/2026-03-02T09:00:00Z/PT10M")
    assert begun.due(NOON, 0, None) == datetime(2026, 3, 2, 9, tzinfo=UTC)


@pytest.mark.parametrize("text", ["PT1H", "R2", "Rx/PT1H", "R2/PT0S", "R1/2026-03-02/PT1H"])
def test_what_is_no_cycle_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        parse_cycle(text)
