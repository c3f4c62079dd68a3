"""The ledger of a clock: what became of every moment since its start, and why.

Lines follow each other without a gap, and their seconds sum to the whole. The ledger decides
nothing and must not compute deadlines: it explains what `clocks.py` counted.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import pairwise
from typing import NamedTuple

from engine.domain.calendars import DayKind
from engine.domain.clocks import ClockState
from engine.domain.worktime import SECOND, Worktime, from_us, to_us

WORKING = "working hours"
CONTINUOUS = "continuous time"
OUTSIDE = "outside working hours"
REST_DAY = "rest day"
HOLIDAY = "holiday"
PAUSED = "paused by "
AFTER_HAND_BACK = "after hand-back"
AFTER_END = "after the case ended"
#: Added to a counted line: the time between a hand-back and the rework that it led to.
UNTIL_REWORK = " (from hand-back to rework)"
#: Added where the calendar has no published days and the weekday was taken.
UNPUBLISHED = " (year not published)"


class LedgerLine(NamedTuple):
    """A stretch of time, its whole seconds, whether they count, and the reason."""

    from_: datetime
    to: datetime
    seconds: int
    counted: bool
    why: str


class _Stretch(NamedTuple):
    begin: int
    end: int
    counted: bool
    why: str


def ledger(clock: ClockState, at: datetime, worktime: Worktime) -> tuple[LedgerLine, ...]:
    """Explains the time from the clock's start to `at`; empty before the start.

    The counted lines sum to `elapsed(clock, at, worktime)`.
    """
    if clock.started_at is None or at <= clock.started_at:
        return ()
    return tuple(_line(stretch) for stretch in _merged(_stretches(clock, to_us(at), worktime)))


def _line(stretch: _Stretch) -> LedgerLine:
    seconds = stretch.end // SECOND - stretch.begin // SECOND
    return LedgerLine(
        from_us(stretch.begin), from_us(stretch.end), seconds, stretch.counted, stretch.why
    )


def _stretches(clock: ClockState, end: int, worktime: Worktime) -> Iterator[_Stretch]:
    """Cuts the time where the clock changed, and what counts where the calendar changes."""
    start = clock.course.start
    cuts = {start, end, *(cut for cut in _changes(clock) if start < cut < end)}
    for begin, finish in pairwise(sorted(cuts)):
        why = _why_not(clock, begin)
        if why is not None:
            yield _Stretch(begin, finish, counted=False, why=why)
        else:
            note = UNTIL_REWORK if _awaits_rework(clock, begin) else ""
            yield from _calendar_stretches(clock, begin, finish, note, worktime)


def _changes(clock: ClockState) -> Iterator[int]:
    for pause in clock.pauses:
        yield from (to_us(moment) for moment in (pause.from_, pause.to) if moment)
    for hand_back in clock.hand_backs:
        yield from (to_us(moment) for moment in hand_back if moment)
    if clock.stopped_at is not None:
        yield to_us(clock.stopped_at)


def _why_not(clock: ClockState, us: int) -> str | None:
    """Why nothing counts at this moment whatever the calendar says; None when it may count."""
    if clock.stopped_at is not None and us >= to_us(clock.stopped_at):
        return AFTER_END if clock.state == "withdrawn" else AFTER_HAND_BACK
    for pause in clock.pauses:
        if to_us(pause.from_) <= us and (pause.to is None or us < to_us(pause.to)):
            return PAUSED + pause.by
    return None


def _awaits_rework(clock: ClockState, us: int) -> bool:
    return any(
        hand_back.resumed_at is not None and to_us(hand_back.at) <= us < to_us(hand_back.resumed_at)
        for hand_back in clock.hand_backs
    )


def _calendar_stretches(
    clock: ClockState, begin: int, end: int, note: str, worktime: Worktime
) -> Iterator[_Stretch]:
    if not clock.unit.counts_working_time:
        yield _Stretch(begin, end, counted=True, why=CONTINUOUS + note)
        return
    while begin < end:
        day = worktime.local_day(begin)
        midnight = min(worktime.day_bounds(day)[1], end)
        unpublished = "" if worktime.calendar.is_published(day) else UNPUBLISHED
        idle = _idle(worktime.calendar.kind(day)) + unpublished
        for opens, closes in worktime.windows(day):
            if begin < min(opens, midnight):
                yield _Stretch(begin, min(opens, midnight), counted=False, why=idle)
            begin = max(begin, min(opens, midnight))
            if begin < min(closes, midnight):
                why = WORKING + unpublished + note
                yield _Stretch(begin, min(closes, midnight), counted=True, why=why)
                begin = min(closes, midnight)
        if begin < midnight:
            yield _Stretch(begin, midnight, counted=False, why=idle)
        begin = midnight


def _idle(kind: DayKind) -> str:
    if kind is DayKind.HOLIDAY:
        return HOLIDAY
    return OUTSIDE if kind.is_worked else REST_DAY


def _merged(stretches: Iterable[_Stretch]) -> Iterator[_Stretch]:
    last: _Stretch | None = None
    for stretch in stretches:
        if last is not None and (last.counted, last.why) == (stretch.counted, stretch.why):
            last = last._replace(end=stretch.end)
            continue
        if last is not None:
            yield last
        last = stretch
    if last is not None:
        yield last
