import json
from dataclasses import replace
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from engine.domain import clocks
from engine.domain.calendars import DayKind, DayPart
from engine.domain.clocks import ClockState
from engine.domain.errors import LimitError, WrongStateError
from engine.domain.limits import parse_limit
from engine.domain.worktime import Worktime, worktime_for

IDLE = ClockState(name="handling", stage="handling")
EIGHT_HOURS = parse_limit("8工作时")


def china(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo("Asia/Shanghai")).astimezone(UTC)


@pytest.fixture
def running(office: Worktime) -> ClockState:
    """Eight working hours from Monday 09:00: due on Tuesday 09:30."""
    return clocks.start(IDLE, china("2026-03-02T09:00"), EIGHT_HOURS, office)


def test_clock_starts_with_a_deadline_on_a_calendar_version(running: ClockState) -> None:
    assert (running.state, running.round) == ("running", 1)
    assert running.due_at == china("2026-03-03T09:30")
    assert (running.calendar, running.version) == ("cn", 1)


def test_clock_goes_on_unchanged_when_started_again(running: ClockState, office: Worktime) -> None:
    again = clocks.start(running, china("2026-03-02T15:00"), parse_limit("1天"), office)
    assert again == running


@pytest.mark.parametrize("at", ["2026-03-02T10:00:00", "2026-03-03T09:30:00"])
def test_hand_back_up_to_the_deadline_is_on_time(running: ClockState, at: str) -> None:
    stopped = clocks.stop(running, china(at))
    assert (stopped.state, stopped.on_time) == ("stopped", True)


def test_hand_back_a_microsecond_after_the_deadline_is_late(running: ClockState) -> None:
    assert clocks.stop(running, china("2026-03-03T09:30:00.000001")).on_time is False


def test_clock_is_overdue_after_its_deadline_until_a_timely_hand_back(
    running: ClockState, office: Worktime
) -> None:
    deadline, later = china("2026-03-03T09:30"), china("2026-03-03T10:00")
    assert not clocks.is_overdue(IDLE, later)
    assert not clocks.is_overdue(running, deadline)
    assert clocks.is_overdue(running, later)
    assert not clocks.is_overdue(clocks.stop(running, deadline), later)
    assert clocks.is_overdue(clocks.stop(running, later), later)
    paused = clocks.pause(running, china("2026-03-02T10:00"), "Sun", office)
    assert not clocks.is_overdue(paused, later)


def test_rework_continues_towards_the_same_deadline(running: ClockState, office: Worktime) -> None:
    stopped = clocks.stop(running, china("2026-03-02T16:00"))
    again = clocks.start(stopped, china("2026-03-02T17:00"), parse_limit("1天"), office)
    assert (again.state, again.round, again.on_time) == ("running", 2, None)
    assert (again.due_at, again.limit) == (running.due_at, EIGHT_HOURS)
    assert clocks.elapsed(again, china("2026-03-02T18:00"), office) == 27_000


def test_last_hand_back_decides(running: ClockState, office: Worktime) -> None:
    first = clocks.stop(running, china("2026-03-02T16:00"))
    late = clocks.stop(
        clocks.resume(first, china("2026-03-02T17:00"), office), china("2026-03-03T10:00")
    )
    assert (first.on_time, late.on_time) == (True, False)
    assert late.hand_backs == (
        (china("2026-03-02T16:00"), china("2026-03-02T17:00")),
        (china("2026-03-03T10:00"), None),
    )


def test_review_time_is_left_out_where_a_city_wants_it(
    running: ClockState, office: Worktime
) -> None:
    stopped = clocks.stop(running, china("2026-03-02T16:00"))
    again = clocks.resume(stopped, china("2026-03-02T17:00"), office, keep_deadline=False)
    assert again.due_at == china("2026-03-03T10:30")


def test_suspension_keeps_the_time_that_remains(running: ClockState, office: Worktime) -> None:
    paused = clocks.pause(running, china("2026-03-02T16:30"), "Sun", office)
    assert (paused.state, paused.due_at) == ("paused", None)
    assert clocks.elapsed(paused, china("2026-03-05T12:00"), office) == 6 * 3600
    goes_on = clocks.unpause(paused, china("2026-03-06T17:00"), office)
    assert goes_on.due_at == china("2026-03-09T10:00")
    assert clocks.elapsed(goes_on, china("2026-03-09T10:00"), office) == 8 * 3600


def test_suspension_at_the_deadline_leaves_it_where_it_is(
    running: ClockState, office: Worktime
) -> None:
    paused = clocks.pause(running, china("2026-03-03T09:30"), "Sun", office)
    assert paused.due_at == china("2026-03-03T09:30")


def test_suspension_at_closing_moves_a_deadline_that_would_roll_over(new_york: Worktime) -> None:
    def at(text: str) -> datetime:
        return datetime.fromisoformat(text).replace(tzinfo=new_york.calendar.tzinfo)

    clock = clocks.start(IDLE, at("2022-01-03T08:30"), parse_limit("17工作时"), new_york)
    assert clock.due_at == at("2022-01-05T08:30")
    paused = clocks.pause(clock, at("2022-01-04T17:00"), "Sun", new_york)
    assert paused.due_at is None
    goes_on = clocks.unpause(paused, at("2022-01-06T20:00"), new_york)
    assert goes_on.due_at == at("2022-01-07T08:30")


def test_suspension_after_the_deadline_does_not_heal_it(
    running: ClockState, office: Worktime
) -> None:
    paused = clocks.pause(running, china("2026-03-03T11:00"), "Sun", office)
    assert paused.due_at == running.due_at
    goes_on = clocks.unpause(paused, china("2026-03-06T17:00"), office)
    assert goes_on.due_at == running.due_at
    assert clocks.stop(paused, china("2026-03-04T11:00")).on_time is False


def test_hand_back_during_a_suspension_ends_it(running: ClockState, office: Worktime) -> None:
    paused = clocks.pause(running, china("2026-03-02T16:30"), "Sun", office)
    stopped = clocks.stop(paused, china("2026-03-20T16:30"))
    assert stopped.on_time
    again = clocks.resume(stopped, china("2026-03-23T09:00"), office)
    assert again.due_at == china("2026-03-23T09:30")


def test_extension_is_added_to_the_current_deadline(running: ClockState, office: Worktime) -> None:
    longer = clocks.extend(running, china("2026-03-02T10:00"), EIGHT_HOURS, "Sun", office)
    assert longer.due_at == china("2026-03-04T10:00")
    assert clocks.next_due(longer, "50 %", office) == running.due_at
    assert clocks.next_due(longer, "100 %", office) == longer.due_at


def test_extension_by_natural_days_keeps_the_local_time(new_york: Worktime) -> None:
    def at(text: str) -> datetime:
        return datetime.fromisoformat(text).replace(tzinfo=new_york.calendar.tzinfo)

    three = parse_limit("3自然日")
    clock = clocks.start(IDLE, at("2022-03-09T12:00"), three, new_york)
    longer = clocks.extend(clock, at("2022-03-09T13:00"), three, "Sun", new_york)
    assert (clock.due_at, longer.due_at) == (at("2022-03-12T12:00"), at("2022-03-15T12:00"))


def test_extension_that_mixes_ways_of_counting_is_refused(
    running: ClockState, office: Worktime
) -> None:
    with pytest.raises(LimitError, match="mix working and natural time"):
        clocks.extend(running, china("2026-03-02T10:00"), parse_limit("1自然日"), "Sun", office)


def test_points_move_with_the_clock(running: ClockState, office: Worktime) -> None:
    assert clocks.next_due(running, "75 %", office) == china("2026-03-02T16:30")
    paused = clocks.pause(running, china("2026-03-02T15:30"), "Sun", office)
    assert clocks.next_due(paused, "75 %", office) is None
    goes_on = clocks.unpause(paused, china("2026-03-06T17:00"), office)
    assert clocks.next_due(goes_on, "75 %", office) == china("2026-03-06T18:00")
    assert clocks.next_due(goes_on, "-4 工作时", office) == china("2026-03-02T14:30")
    assert clocks.next_due(goes_on, "+4 工作时", office) == china("2026-03-09T16:30")


def test_point_has_no_time_on_a_clock_that_does_not_run(
    running: ClockState, office: Worktime
) -> None:
    assert clocks.next_due(IDLE, "80 %", office) is None
    assert clocks.next_due(clocks.stop(running, china("2026-03-02T10:00")), "80 %", office) is None


def test_point_fires_once_in_whatever_round(running: ClockState, office: Worktime) -> None:
    fired = clocks.fire(clocks.fire(running, "80%"), "80 %")
    assert fired.fired == ("80 %",)
    stopped = clocks.stop(fired, china("2026-03-02T17:00"))
    again = clocks.resume(stopped, china("2026-03-02T17:30"), office)
    assert clocks.next_due(again, "80 %", office) is None
    assert clocks.next_due(again, "100 %", office) == running.due_at


def test_impossible_moves_are_refused_by_name(running: ClockState, office: Worktime) -> None:
    at = china("2026-03-02T10:00")
    with pytest.raises(WrongStateError, match="'handling' is idle; to stop it must be running"):
        clocks.stop(IDLE, at)
    with pytest.raises(WrongStateError, match="to unpause it must be paused"):
        clocks.unpause(running, at, office)
    with pytest.raises(WrongStateError, match="to resume it must be stopped"):
        clocks.resume(running, at, office)
    with pytest.raises(WrongStateError, match="to pause it must be running"):
        clocks.pause(clocks.stop(running, at), at, "Sun", office)
    with pytest.raises(WrongStateError, match="to extend it must be running or paused"):
        clocks.extend(IDLE, at, EIGHT_HOURS, "Sun", office)


def test_deadline_is_recomputed_when_the_missing_year_is_published(office: Worktime) -> None:
    clock = clocks.start(IDLE, china("2026-12-31T17:00"), parse_limit("1天"), office)
    assert (clock.due_at, clock.missing_years) == (china("2027-01-01T17:00"), (2027,))
    notice = {date(2027, 1, 1): DayKind.HOLIDAY, date(2027, 1, 2): DayKind.MAKE_UP}
    published = office.calendar.with_days(notice, first=date(2027, 1, 1), last=date(2027, 12, 31))
    settled = clocks.recompute(clock, worktime_for(published))
    assert (settled.due_at, settled.provisional) == (china("2027-01-02T17:00"), False)
    assert settled.version == 2


def test_working_day_takes_the_new_length_when_hours_change(office: Worktime) -> None:
    clock = clocks.start(IDLE, china("2026-03-02T09:00"), parse_limit("1天"), office)
    longer = clocks.extend(clock, china("2026-03-02T09:00"), parse_limit("1天"), "Sun", office)
    summer = replace(office.calendar, version=2, parts=(DayPart(8 * 60, 14 * 60),))
    assert clocks.recompute(clock, Worktime(summer)).due_at == china("2026-03-03T09:00")
    assert clocks.recompute(longer, Worktime(summer)).due_at == china("2026-03-04T09:00")
    assert clocks.recompute(IDLE, Worktime(summer)) == IDLE


def test_clock_travels_as_small_plain_json(running: ClockState, office: Worktime) -> None:
    paused = clocks.pause(clocks.fire(running, "80 %"), china("2026-03-02T16:30"), "Sun", office)
    longer = clocks.extend(paused, china("2026-03-03T10:00"), EIGHT_HOURS, "Sun", office)
    stopped = clocks.stop(longer, china("2026-03-04T10:00"))
    late = replace(stopped, on_time=False, provisional=True, missing_years=(2027,))
    again = clocks.resume(stopped, china("2026-03-05T10:00"), office)
    for clock in (IDLE, running, paused, longer, stopped, late, again):
        text = json.dumps(clocks.to_json(clock))
        assert clocks.from_json(json.loads(text)) == clock
    assert len(json.dumps(clocks.to_json(IDLE))) < 70
    assert len(json.dumps(clocks.to_json(running), ensure_ascii=False)) < 300


def test_hand_back_keeps_its_count_and_verdict_on_another_calendar(
    running: ClockState, office: Worktime
) -> None:
    stopped = clocks.stop(running, china("2026-03-02T11:00"))
    counted = clocks.elapsed(stopped, china("2026-03-02T11:00"), office)
    monday = date(2026, 3, 2)
    holiday = {monday: DayKind.HOLIDAY}
    changed = worktime_for(office.calendar.with_days(holiday, first=monday, last=monday))
    kept = clocks.change_calendar(stopped, china("2026-03-05T09:00"), office, changed)
    assert (kept.due_at, kept.on_time, kept.version) == (stopped.due_at, True, stopped.version)
    assert clocks.elapsed(kept, china("2026-03-06T09:00"), changed) == counted > 0
    assert clocks.from_json(clocks.to_json(kept)) == kept
    again = clocks.resume(kept, china("2026-03-06T09:00"), changed)
    assert (again.version, again.counted_seconds) == (changed.calendar.version, None)
    assert again.due_at == clocks.recompute(running, changed).due_at != running.due_at


def test_case_is_due_with_the_first_of_the_clocks_that_run(
    running: ClockState, office: Worktime
) -> None:
    sooner = clocks.start(IDLE, china("2026-03-02T09:00"), parse_limit("1工作时"), office)
    assert clocks.earliest_due([running, sooner]) == sooner.due_at
    assert clocks.earliest_due([sooner, running]) == sooner.due_at
    stopped = clocks.stop(sooner, china("2026-03-02T09:10"))
    assert clocks.earliest_due([stopped, running]) == running.due_at


def test_case_whose_clocks_stand_is_not_due(running: ClockState, office: Worktime) -> None:
    later = china("2026-03-04T09:00")
    late = clocks.pause(running, later, "Sun", office)
    assert late.due_at == running.due_at
    assert clocks.earliest_due([IDLE, clocks.stop(running, later), late]) is None
