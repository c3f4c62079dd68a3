from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.domain import clocks
from engine.domain.clocks import ClockState
from engine.domain.ledger import LedgerLine, ledger
from engine.domain.limits import parse_limit
from engine.domain.worktime import SECOND, Worktime, to_us

CHINA = ZoneInfo("Asia/Shanghai")
IDLE = ClockState(name="handling", stage="handling")


def china(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=CHINA).astimezone(UTC)


def told(lines: tuple[LedgerLine, ...]) -> list[tuple[str, str, bool]]:
    return [(f"{line.to.astimezone(CHINA):%m-%d %H:%M}", line.why, line.counted) for line in lines]


def test_ledger_tells_hours_nights_weekends_and_holidays(office: Worktime) -> None:
    clock = clocks.start(IDLE, china("2025-09-30T17:00"), parse_limit("4工作时"), office)
    assert told(ledger(clock, china("2025-10-09T12:00"), office)) == [
        ("09-30 18:00", "working hours", True),
        ("10-01 00:00", "outside working hours", False),
        ("10-09 00:00", "holiday", False),
        ("10-09 09:00", "outside working hours", False),
        ("10-09 12:00", "working hours", True),
    ]


def test_ledger_tells_who_suspended_the_clock(office: Worktime) -> None:
    clock = clocks.start(IDLE, china("2026-03-06T16:00"), parse_limit("4工作时"), office)
    clock = clocks.pause(clock, china("2026-03-06T17:00"), "Sun", office)
    clock = clocks.unpause(clock, china("2026-03-07T10:00"), office)
    assert told(ledger(clock, china("2026-03-09T09:30"), office)) == [
        ("03-06 17:00", "working hours", True),
        ("03-07 10:00", "paused by Sun", False),
        ("03-09 00:00", "rest day", False),
        ("03-09 09:00", "outside working hours", False),
        ("03-09 09:30", "working hours", True),
    ]


def test_ledger_tells_review_and_what_came_after_the_last_hand_back(office: Worktime) -> None:
    clock = clocks.start(IDLE, china("2026-03-02T09:00"), parse_limit("8工作时"), office)
    clock = clocks.stop(clock, china("2026-03-02T10:00"))
    clock = clocks.resume(clock, china("2026-03-02T11:00"), office)
    clock = clocks.stop(clock, china("2026-03-02T11:30"))
    assert told(ledger(clock, china("2026-03-05T11:30"), office)) == [
        ("03-02 10:00", "working hours", True),
        ("03-02 11:00", "working hours (from hand-back to rework)", True),
        ("03-02 11:30", "working hours", True),
        ("03-05 11:30", "after hand-back", False),
    ]


def test_ledger_says_where_the_calendar_only_guessed(office: Worktime) -> None:
    clock = clocks.start(IDLE, china("2026-12-31T17:00"), parse_limit("2工作时"), office)
    assert told(ledger(clock, china("2027-01-02T00:00"), office))[2:] == [
        ("01-01 09:00", "outside working hours (year not published)", False),
        ("01-01 12:00", "working hours (year not published)", True),
        ("01-01 13:30", "outside working hours (year not published)", False),
        ("01-01 18:00", "working hours (year not published)", True),
        ("01-02 00:00", "outside working hours (year not published)", False),
    ]


def test_urgent_hours_count_every_night(office: Worktime) -> None:
    clock = clocks.start(IDLE, china("2026-02-14T22:00"), parse_limit("4紧急工作时"), office)
    lines = ledger(clock, china("2026-02-16T22:00"), office)
    assert [(line.seconds, line.why) for line in lines] == [(172_800, "continuous time")]


def test_ledger_is_empty_before_the_start(office: Worktime) -> None:
    assert ledger(IDLE, china("2026-03-02T09:00"), office) == ()
    clock = clocks.start(IDLE, china("2026-03-02T09:00"), parse_limit("1天"), office)
    assert ledger(clock, china("2026-03-02T09:00"), office) == ()


steps = st.lists(
    st.tuples(
        st.sampled_from(["pause", "unpause", "stop", "resume", "release", "extend", "fire"]),
        st.integers(0, 5 * 86_400 * SECOND),
    ),
    max_size=7,
)


def lived(office: Worktime, at: datetime, limit: str, moves: list[tuple[str, int]]) -> ClockState:
    """A clock after those moves that its state allows, each some time after the one before."""
    clock = clocks.start(IDLE, at, parse_limit(limit), office)
    for move, wait in moves:
        at += timedelta(microseconds=wait)
        match move, clock.state:
            case "pause", "running":
                clock = clocks.pause(clock, at, "Sun", office)
            case "unpause", "paused":
                clock = clocks.unpause(clock, at, office)
            case "stop", "running" | "paused":
                clock = clocks.stop(clock, at)
            case "resume" | "release", "stopped":
                clock = clocks.resume(clock, at, office, keep_deadline=move == "resume")
            case "extend", "running" | "paused":
                clock = clocks.extend(clock, at, parse_limit(limit), "Sun", office)
            case _:
                clock = clocks.fire(clock, "80 %")
    return clock


@settings(deadline=None)
@given(
    st.integers(0, 20 * 86_400 * SECOND),
    st.sampled_from(["4工作时", "3工作日", "30工作分钟", "6紧急工作时", "2自然日"]),
    steps,
    st.integers(0, 20 * 86_400 * SECOND),
)
def test_ledger_explains_the_whole_time_without_a_gap(
    office: Worktime, begin: int, limit: str, moves: list[tuple[str, int]], wait: int
) -> None:
    """Lines join, sum to the whole, and the counted ones sum to what the clock says."""
    start = china("2026-02-10T08:00") + timedelta(microseconds=begin)
    clock = lived(office, start, limit, moves)
    at = start + timedelta(microseconds=wait + sum(step for _, step in moves))
    lines = ledger(clock, at, office)
    assert all(one.to == other.from_ for one, other in pairwise(lines))
    assert sum(line.seconds for line in lines) == to_us(at) // SECOND - to_us(start) // SECOND
    counted = sum(line.seconds for line in lines if line.counted)
    assert counted == clocks.elapsed(clock, at, office)


@settings(deadline=None)
@given(
    st.integers(0, 20 * 86_400 * SECOND),
    st.sampled_from(["4工作时", "3工作日", "6紧急工作时", "2自然日"]),
    steps,
)
def test_deadline_is_where_the_counted_time_is_used_up(
    office: Worktime, begin: int, limit: str, moves: list[tuple[str, int]]
) -> None:
    """At its deadline a clock has counted its budget, to the second; a little earlier less.

    A budget that reaches a microsecond into a morning is used up, in whole seconds, all night.
    """
    start = china("2026-02-10T08:00") + timedelta(microseconds=begin)
    clock = lived(office, start, limit, moves)
    if clock.state != "running":
        return
    assert clock.due_at is not None
    assert clock.due_at == clocks.next_due(clock, "100 %", office)
    used = clocks.elapsed(clock, clock.due_at, office)
    assert used == pytest.approx(clock.budget_us // SECOND, abs=1)
    before = clock.due_at - timedelta(seconds=2)
    assert clocks.elapsed(clock, before, office) < used + (not office.is_working(before))
