"""A clock (计时) of a case: start, suspension (挂账), extension (延期), hand-back, rework, points.

Pure functions from one frozen state to the next. A clock must not know diagrams, people's rights
or the store; who may suspend or extend is decided before.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Literal, NamedTuple

from engine.domain.clock import from_wire, to_wire
from engine.domain.deadlines import Course, budget, counted, point_of, reach
from engine.domain.errors import LimitError, WrongStateError
from engine.domain.limits import Limit, Point, Unit, parse_limit, parse_point
from engine.domain.worktime import SECOND, Due, Worktime, to_us

State = Literal["idle", "running", "paused", "stopped", "withdrawn"]


class Pause(NamedTuple):
    """An approved suspension; open while `to` is None."""

    from_: datetime
    to: datetime | None
    by: str


class Extension(NamedTuple):
    """An approved extension of the current deadline."""

    at: datetime
    limit: Limit
    by: str


class HandBack(NamedTuple):
    """A hand-back; `resumed_at` is the rework that followed, None for the one that decides."""

    at: datetime
    resumed_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockState:
    """A clock as it stands. Everything but the name, the stage and the limit comes by functions."""

    name: str
    stage: str
    round: int = 0  #: 0 before the start, 1 from then on, one more with every rework
    state: State = "idle"
    started_at: datetime | None = None
    limit: Limit | None = None
    calendar: str | None = None
    version: int | None = None
    #: Counted time allowed in all, extensions included, in microseconds.
    budget_us: int = 0
    #: None before the start and while a suspension holds the deadline open.
    due_at: datetime | None = None
    provisional: bool = False
    missing_years: tuple[int, ...] = ()
    pauses: tuple[Pause, ...] = ()
    extensions: tuple[Extension, ...] = ()
    hand_backs: tuple[HandBack, ...] = ()
    stopped_at: datetime | None = None
    fired: tuple[str, ...] = ()
    on_time: bool | None = None
    #: What had counted by the hand-back, when the case went on to another calendar after it.
    counted_seconds: int | None = None

    @property
    def unit(self) -> Unit:
        if self.limit is None:
            raise WrongStateError(f"clock {self.name!r} has not started", clock=self.name)
        return self.limit.unit

    @property
    def course(self) -> Course:
        """The clock in the terms of `deadlines.py`."""
        if self.started_at is None:
            raise WrongStateError(f"clock {self.name!r} has not started", clock=self.name)
        pauses = tuple(
            (to_us(pause.from_), None if pause.to is None else to_us(pause.to))
            for pause in self.pauses
        )
        return Course(to_us(self.started_at), self.budget_us, self.unit, pauses)


def start(clock: ClockState, at: datetime, limit: Limit, worktime: Worktime) -> ClockState:
    """Starts an idle clock and resumes a stopped one.

    A clock under way goes on unchanged: returns (退单) and reassignments (改派) do not reset it,
    and a limit that changed meanwhile does not silently move the deadline.
    """
    if clock.state == "stopped":
        return resume(clock, at, worktime)
    if clock.state != "idle":
        return clock
    started = replace(
        clock,
        round=1,
        state="running",
        started_at=at,
        limit=limit,
        calendar=worktime.calendar.id,
        version=worktime.calendar.version,
        budget_us=budget(to_us(at), limit, worktime),
    )
    return _with_due(started, worktime)


def stop(clock: ClockState, at: datetime) -> ClockState:
    """The hand-back: records whether it came on time. The instant of the deadline is on time."""
    return replace(
        _halted(clock, at, "stop"),
        state="stopped",
        hand_backs=(*clock.hand_backs, HandBack(at, None)),
        # Suspended before its deadline, a clock has none that could have passed.
        on_time=clock.due_at is None or at <= clock.due_at,
    )


def withdraw(clock: ClockState, at: datetime) -> ClockState:
    """The case ended without a hand-back: nothing counts any more, and no verdict is given."""
    return replace(_halted(clock, at, "withdraw"), state="withdrawn")


def _halted(clock: ClockState, at: datetime, act: str) -> ClockState:
    """Counts no further than this instant; a suspension that holds it ends there too."""
    _expect(clock, act, "running", "paused")
    pauses = clock.pauses
    if clock.state == "paused":
        pauses = (*pauses[:-1], pauses[-1]._replace(to=at))
    return replace(clock, stopped_at=at, pauses=pauses)


def resume(
    clock: ClockState, at: datetime, worktime: Worktime, *, keep_deadline: bool = True
) -> ClockState:
    """Rework (返工): towards the same deadline (捆绑时限), the last hand-back decides.

    With `keep_deadline=False` the time between hand-back and rework does not count instead. A
    calendar that changed after the hand-back counts from here on.
    """
    _expect(clock, "resume", "stopped")
    assert clock.stopped_at is not None, "a stopped clock has a hand-back"
    last = clock.hand_backs[-1]._replace(resumed_at=at)
    pauses = clock.pauses
    if not keep_deadline:
        pauses = (*pauses, Pause(clock.stopped_at, at, "review"))
    resumed = replace(
        clock,
        round=clock.round + 1,
        state="running",
        stopped_at=None,
        on_time=None,
        pauses=pauses,
        hand_backs=(*clock.hand_backs[:-1], last),
        counted_seconds=None,
    )
    return recompute(resumed, worktime)


def pause(clock: ClockState, at: datetime, by: str, worktime: Worktime) -> ClockState:
    """An approved suspension (挂账, 缓办) begins; the time that remains is kept.

    A deadline already passed stays passed.
    """
    _expect(clock, "pause", "running")
    return _with_due(
        replace(clock, state="paused", pauses=(*clock.pauses, Pause(at, None, by))), worktime
    )


def unpause(clock: ClockState, at: datetime, worktime: Worktime) -> ClockState:
    """The suspension ends; the clock goes on with the time that remained."""
    _expect(clock, "unpause", "paused")
    ended = clock.pauses[-1]._replace(to=at)
    return _with_due(replace(clock, state="running", pauses=(*clock.pauses[:-1], ended)), worktime)


def extend(
    clock: ClockState, at: datetime, limit: Limit, by: str, worktime: Worktime
) -> ClockState:
    """An approved extension (延期) of the current deadline, counted as the clock counts."""
    _expect(clock, "extend", "running", "paused")
    if limit.unit.counts_working_time != clock.unit.counts_working_time:
        raise LimitError(
            f"clock {clock.name!r} counts {clock.unit.value}; an extension by {limit} would mix "
            "working and natural time; give it in the clock's way of counting",
            clock=clock.name,
            limit=str(limit),
        )
    more = budget(to_us(clock.due_at or at), limit, worktime)
    extended = replace(
        clock,
        budget_us=clock.budget_us + more,
        extensions=(*clock.extensions, Extension(at, limit, by)),
    )
    return _with_due(extended, worktime)


def recompute(clock: ClockState, worktime: Worktime) -> ClockState:
    """The clock on another calendar version, for instance when a missing year was published."""
    if clock.started_at is None or clock.limit is None:
        return clock
    total = clock.budget_us
    if clock.unit.counts_working_time:
        limits = (clock.limit, *(extension.limit for extension in clock.extensions))
        total = sum(budget(0, limit, worktime) for limit in limits)
    moved = replace(
        clock,
        calendar=worktime.calendar.id,
        version=worktime.calendar.version,
        budget_us=total,
    )
    return _with_due(moved, worktime)


def change_calendar(clock: ClockState, at: datetime, old: Worktime, new: Worktime) -> ClockState:
    """The clock of a case that goes on to another version of its calendar.

    A clock under way is recomputed. One that stands still after a hand-back, or the end of its
    case, keeps its deadline, its verdict and what had counted; rework sets it going on the new
    version.
    """
    if clock.stopped_at is None:
        return recompute(clock, new)
    if clock.counted_seconds is not None:
        return clock
    return replace(clock, counted_seconds=elapsed(clock, at, old))


def has_moved(before: ClockState, after: ClockState) -> bool:
    """Whether the deadline is another one, or has become or ceased to be provisional."""
    return (before.due_at, before.missing_years) != (after.due_at, after.missing_years)


def fire(clock: ClockState, point: str | Point) -> ClockState:
    """Marks a point as fired; it fires once per case and clock, in whatever round."""
    name = _point_name(point)
    return clock if name in clock.fired else replace(clock, fired=(*clock.fired, name))


def next_due(clock: ClockState, point: str | Point, worktime: Worktime) -> datetime | None:
    """When the point is due; None when the clock is not running or the point has fired."""
    found = next_due_of(clock, point, worktime)
    return None if found is None else found.at


def next_due_of(clock: ClockState, point: str | Point, worktime: Worktime) -> Due | None:
    """`next_due` that also says whether the instant is provisional."""
    if clock.state != "running" or _point_name(point) in clock.fired:
        return None
    return point_of(clock.course, point, worktime)


def elapsed(clock: ClockState, at: datetime, worktime: Worktime) -> int:
    """Counted whole seconds up to an instant, or up to the hand-back or end that came before it."""
    if clock.started_at is None:
        return 0
    if clock.stopped_at is not None and clock.counted_seconds is not None:
        return clock.counted_seconds
    end = at if clock.stopped_at is None else min(at, clock.stopped_at)
    if end <= clock.started_at:
        return 0
    return _whole_seconds(clock.course, to_us(end), worktime)


def earliest_due(clocks: Iterable[ClockState]) -> datetime | None:
    """What a case must do next, and by when: the first deadline of the clocks that run.

    None when no clock runs: what was handed back, or is suspended, cannot become overdue.
    """
    running = (clock.due_at for clock in clocks if clock.state == "running")
    return min((due for due in running if due is not None), default=None)


def is_overdue(clock: ClockState, at: datetime) -> bool:
    """Whether the deadline has passed without a hand-back, or the last hand-back came late."""
    if clock.stopped_at is not None:
        return clock.on_time is False
    return clock.due_at is not None and at > clock.due_at


def _whole_seconds(course: Course, end: int, worktime: Worktime) -> int:
    # Every instant counts from the beginning of its second, so that the ledger's lines add up.
    floored = Course(
        _floor(course.start),
        course.total,
        course.unit,
        tuple((_floor(a), None if b is None else _floor(b)) for a, b in course.pauses),
    )
    return counted(floored, _floor(end), worktime) // SECOND


def _floor(us: int) -> int:
    return us - us % SECOND


def _with_due(clock: ClockState, worktime: Worktime) -> ClockState:
    due = reach(clock.course, clock.budget_us, worktime)
    if due is None:
        return replace(clock, due_at=None, provisional=False, missing_years=())
    return replace(
        clock, due_at=due.at, provisional=due.provisional, missing_years=due.missing_years
    )


def _point_name(point: str | Point) -> str:
    return str(parse_point(point) if isinstance(point, str) else point)


def _expect(clock: ClockState, verb: str, *states: State) -> None:
    if clock.state not in states:
        raise WrongStateError(
            f"clock {clock.name!r} is {clock.state}; to {verb} it must be {' or '.join(states)}",
            clock=clock.name,
            state=clock.state,
        )


def to_json(clock: ClockState) -> dict[str, Any]:
    """Plain JSON; what still has its first value is left out."""
    data: dict[str, Any] = {
        "name": clock.name,
        "stage": clock.stage,
        "state": clock.state,
        "round": clock.round,
        "started_at": _wire(clock.started_at),
        "limit": None if clock.limit is None else str(clock.limit),
        "calendar": clock.calendar,
        "version": clock.version,
        "budget_us": clock.budget_us,
        "due_at": _wire(clock.due_at),
        "missing_years": list(clock.missing_years),
        "pauses": [[_wire(p.from_), _wire(p.to), p.by] for p in clock.pauses],
        "extensions": [[_wire(e.at), str(e.limit), e.by] for e in clock.extensions],
        "hand_backs": [[_wire(h.at), _wire(h.resumed_at)] for h in clock.hand_backs],
        "stopped_at": _wire(clock.stopped_at),
        "fired": list(clock.fired),
        "on_time": clock.on_time,
        "counted_seconds": clock.counted_seconds,
    }
    return {
        key: value for key, value in data.items() if value is False or value not in (None, 0, [])
    }


def from_json(data: Mapping[str, Any]) -> ClockState:
    """Reads `to_json`."""
    return ClockState(
        name=data["name"],
        stage=data["stage"],
        round=data.get("round", 0),
        state=data["state"],
        started_at=_instant(data.get("started_at")),
        limit=parse_limit(data["limit"]) if "limit" in data else None,
        calendar=data.get("calendar"),
        version=data.get("version"),
        budget_us=data.get("budget_us", 0),
        due_at=_instant(data.get("due_at")),
        provisional=bool(data.get("missing_years")),
        missing_years=tuple(data.get("missing_years", ())),
        pauses=tuple(Pause(from_wire(a), _instant(b), by) for a, b, by in data.get("pauses", ())),
        extensions=tuple(
            Extension(from_wire(at), parse_limit(limit), by)
            for at, limit, by in data.get("extensions", ())
        ),
        hand_backs=tuple(
            HandBack(from_wire(a), _instant(b)) for a, b in data.get("hand_backs", ())
        ),
        stopped_at=_instant(data.get("stopped_at")),
        fired=tuple(data.get("fired", ())),
        on_time=data.get("on_time"),
        counted_seconds=data.get("counted_seconds"),
    )


def _wire(instant: datetime | None) -> str | None:
    return None if instant is None else to_wire(instant)


def _instant(text: str | None) -> datetime | None:
    return None if text is None else from_wire(text)
