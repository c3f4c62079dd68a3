"""What a limit means in time: the deadline and the points of a limit on a calendar.

Two ways of counting: working time (工作时, 工作日) follows the calendar, everything else runs
through nights and holidays. It must not know clocks: pauses and extensions are `clocks.py`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from engine.domain.errors import LimitError
from engine.domain.limits import Limit, Point, Unit, parse_point
from engine.domain.worktime import Due, Worktime, from_us, instant_of, to_us

#: Suspended stretches in order, in microseconds since the epoch; the last one may be open.
Pauses = Sequence[tuple[int, int | None]]


@dataclass(frozen=True, slots=True)
class Course:
    """How a limit runs: since when, how many microseconds count in all, when it stood still."""

    start: int
    total: int
    unit: Unit
    pauses: Pauses = ()


def due_at(
    start: datetime, limit: Limit, worktime: Worktime, *, closing_rolls_over: bool | None = None
) -> Due:
    """The deadline of a limit that starts now; it needs no clock.

    A deadline that falls on closing time is the next opening when `closing_rolls_over`; unsaid,
    the calendar decides.
    """
    begin = to_us(start)
    if not limit.unit.counts_working_time:
        return Due(from_us(begin + budget(begin, limit, worktime)))
    rolls = closing_rolls_over
    if rolls is None:
        rolls = worktime.calendar.closing_rolls_over
    end = worktime.advance(begin, budget(begin, limit, worktime), rolls_over=rolls)
    return worktime.due(begin, end)


def point_at(start: datetime, limit: Limit, worktime: Worktime, point: str | Point) -> Due:
    """A point of a limit that starts now and is never paused, for instance `80 %`."""
    begin = to_us(start)
    course = Course(begin, budget(begin, limit, worktime), limit.unit)
    found = point_of(course, point, worktime)
    assert found is not None, "only an open suspension keeps a point from having a time"
    return found


def budget(start: int, limit: Limit, worktime: Worktime) -> int:
    """The microseconds that the limit allows, counted in its own way."""
    unit = limit.unit
    if unit.counts_local_days:
        return _days_later(start, int(limit.amount), worktime) - start
    if unit is Unit.WORKING_DAY:
        return limit.length_us * worktime.calendar.day_seconds // 86_400
    return limit.length_us


def _days_later(us: int, days: int, worktime: Worktime) -> int:
    """The same local time so many days later (or earlier), whatever the clocks did between."""
    zone = worktime.calendar.tzinfo
    try:
        local = from_us(us).astimezone(zone).replace(tzinfo=None) + timedelta(days=days)
        return to_us(instant_of(local, zone))
    except OverflowError as exc:
        raise LimitError(f"{days} days lead beyond the years that can be written") from exc


def counted(course: Course, end: int, worktime: Worktime) -> int:
    """Microseconds that count from the start to an instant, suspended stretches left out."""
    total = _measure(course, course.start, end, worktime)
    for pause_begin, pause_end in course.pauses:
        until = end if pause_end is None else min(end, pause_end)
        if pause_begin < until:
            total -= _measure(course, pause_begin, until, worktime)
    return total


def _measure(course: Course, a: int, b: int, worktime: Worktime) -> int:
    return worktime.span(a, b) if course.unit.counts_working_time else b - a


def reach(course: Course, need: int, worktime: Worktime) -> Due | None:
    """When so many microseconds have counted; None while an open suspension stands before it."""
    at = course.start
    rolls = course.unit.counts_working_time and worktime.calendar.closing_rolls_over
    for begin, end in course.pauses:
        room = _measure(course, at, begin, worktime)
        if need < room or (need == room and not rolls):
            break
        if end is None:
            return None
        need -= room
        at = end
    if not course.unit.counts_working_time:
        return Due(from_us(at + need))
    return worktime.due(course.start, worktime.advance(at, need, rolls_over=rolls))


def point_of(course: Course, point: str | Point, worktime: Worktime) -> Due | None:
    """When the course reaches a point; None while an open suspension stands before it."""
    point = parse_point(point) if isinstance(point, str) else point
    if point.percent is not None:
        return reach(course, int(course.total * point.percent / 100), worktime)
    assert point.offset is not None, "a point has a share or an offset"
    due = reach(course, course.total, worktime)
    if due is None:
        return None
    if not point.after:
        return _before(course, point.offset, due, worktime)
    later = due_at(due.at, point.offset, worktime)
    return worktime.due(course.start, to_us(later.at)) if due.provisional else later


def _before(course: Course, offset: Limit, due: Due, worktime: Worktime) -> Due | None:
    """A point before the deadline; one that would lie before the start is the start."""
    end = to_us(due.at)
    length = budget(end, offset, worktime)
    if offset.unit.counts_working_time:
        if course.unit.counts_working_time:
            return reach(course, max(course.total - length, 0), worktime)
        at = worktime.advance(end, -length)
    elif offset.unit.counts_local_days:
        at = _days_later(end, -int(offset.amount), worktime)
    else:
        at = end - length
    return Due(from_us(max(at, course.start)), due.provisional, due.missing_years)
