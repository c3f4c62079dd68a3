"""Laws of the calendar arithmetic, against an oracle that looks at the wall clock each minute."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import NamedTuple

from hypothesis import given, settings
from hypothesis import strategies as st

from engine.domain.calendars import Calendar, DayKind, DayPart
from engine.domain.worktime import Worktime, from_us, to_us

MINUTE = timedelta(minutes=1)
FIRST, LAST = date(2021, 12, 1), date(2023, 1, 31)
#: Inside the repeated hour a part ends at its first showing, which no look at the wall can tell.
REPEATED = range(61, 120)


class World(NamedTuple):
    worktime: Worktime
    start: datetime


@st.composite
def worlds(draw: st.DrawFn, zones: tuple[str, ...] = ("Asia/Shanghai", "UTC")) -> World:
    edges = draw(
        st.lists(
            st.integers(0, 1440).filter(lambda minute: minute not in REPEATED),
            min_size=2,
            max_size=6,
            unique=True,
        ).filter(lambda found: len(found) % 2 == 0)
    )
    parts = tuple(DayPart(a, b) for a, b in list(pairwise(sorted(edges)))[::2])
    near = draw(st.sampled_from([date(2022, 3, 13), date(2022, 11, 6), date(2022, 12, 31)]))
    around = st.integers(-5, 5).map(lambda n: near + timedelta(days=n))
    calendar = Calendar(
        id="any",
        version=1,
        zone=draw(st.sampled_from(zones)),
        parts=parts,
        days=draw(st.dictionaries(around, st.sampled_from(DayKind), max_size=6)),
        first=FIRST,
        last=LAST,
        weekdays=tuple(draw(st.sets(st.integers(1, 7), min_size=2))),
    )
    minute = draw(st.integers(-6 * 1440, 4 * 1440))
    start = datetime(near.year, near.month, near.day, tzinfo=UTC) + minute * MINUTE
    return World(Worktime(calendar), start)


def watcher(calendar: Calendar) -> Callable[[datetime], bool]:
    def works(at: datetime) -> bool:
        local = at.astimezone(calendar.tzinfo)
        minute = local.hour * 60 + local.minute
        return calendar.kind(local.date()).is_worked and any(
            part.start_minute <= minute < part.end_minute for part in calendar.parts
        )

    return works


def walk(works: Callable[[datetime], bool], at: datetime, minutes: int) -> datetime | None:
    for _ in range(16 * 1440):
        if not minutes:
            return at
        minutes -= works(at)
        at += MINUTE
    return None


EVERYWHERE = ("Asia/Shanghai", "America/New_York", "Australia/Lord_Howe", "America/St_Johns")


@settings(deadline=None, max_examples=150)
@given(worlds(EVERYWHERE), st.integers(1, 900))
def test_added_time_is_what_a_patient_watcher_finds(world: World, minutes: int) -> None:
    found = walk(watcher(world.worktime.calendar), world.start, minutes)
    if found is not None:
        assert world.worktime.add(world.start, minutes * 60).at == found


@settings(deadline=None, max_examples=100)
@given(worlds(EVERYWHERE), st.integers(0, 5 * 1440))
def test_measured_time_is_what_a_patient_watcher_counts(world: World, minutes: int) -> None:
    works = watcher(world.worktime.calendar)
    counted = sum(works(world.start + n * MINUTE) for n in range(minutes))
    end = world.start + minutes * MINUTE
    assert world.worktime.between(world.start, end) == counted * 60
    assert world.worktime.between(end, world.start) == -counted * 60
    assert world.worktime.is_working(world.start) == works(world.start)


micros = st.integers(0, 59_999_999)
amounts = st.integers(0, 400_000)


@given(worlds(EVERYWHERE), micros, amounts, amounts)
def test_addition_is_additive_and_measures_itself(
    world: World, us: int, one: int, other: int
) -> None:
    """add(add(t, a), b) = add(t, a + b), and between(t, add(t, a)) = a."""
    worktime, start = world.worktime, from_us(to_us(world.start) + us)
    first = worktime.add(start, one).at
    assert worktime.add(first, other).at == worktime.add(start, one + other).at
    assert worktime.between(start, first) == one


@given(worlds(EVERYWHERE), micros, micros, amounts, amounts)
def test_addition_is_monotone_in_start_and_amount(
    world: World, us: int, later: int, one: int, other: int
) -> None:
    worktime, start = world.worktime, from_us(to_us(world.start) + us)
    small, large = sorted((one, other))
    assert start <= worktime.add(start, small).at <= worktime.add(start, large).at
    after = from_us(to_us(start) + 3_600_000 * later)
    assert worktime.add(start, small).at <= worktime.add(after, small).at


@given(worlds(EVERYWHERE), micros, amounts)
def test_going_back_undoes_going_forward_up_to_idle_time(world: World, us: int, one: int) -> None:
    """Between where we began and where we come back to, nobody worked."""
    worktime, start = world.worktime, from_us(to_us(world.start) + us)
    back = worktime.add(worktime.add(start, one).at, -one).at
    assert back >= start
    assert worktime.span(to_us(start), to_us(back)) == 0


@given(worlds(EVERYWHERE), micros, st.lists(st.integers(0, 10**12), max_size=5))
def test_measures_of_parts_sum_to_the_whole(world: World, us: int, steps: list[int]) -> None:
    worktime = world.worktime
    moments = [to_us(world.start) + us]
    for step in steps:
        moments.append(moments[-1] + step)
    instants = [from_us(moment) for moment in moments]
    parts = sum(worktime.between(a, b) for a, b in pairwise(instants))
    assert parts == worktime.between(instants[0], instants[-1])


@given(worlds(EVERYWHERE), micros)
def test_next_opening_is_the_first_working_moment(world: World, us: int) -> None:
    worktime, start = world.worktime, from_us(to_us(world.start) + us)
    opening = worktime.next_opening(start)
    assert opening >= start
    assert worktime.is_working(opening)
    assert worktime.span(to_us(start), to_us(opening)) == 0
    if worktime.is_working(start):
        assert opening == start
