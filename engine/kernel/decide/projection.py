"""A case's state in rows, and the difference of two of them for the store."""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, TypeVar

from engine.domain import clocks as domain_clocks
from engine.domain.case import Place
from engine.domain.clocks import ClockState
from engine.domain.errors import EngineError
from engine.domain.limits import parse_point
from engine.domain.rows import (
    ActRow,
    CaseFile,
    ClockRow,
    Incident,
    Job,
    MessageWait,
    RowChanges,
    Timer,
    WorkItem,
)
from engine.kernel.compile.model import AtClock
from engine.kernel.decide.stepping import job_variables
from engine.kernel.decide.working import Working
from engine.kernel.run import Wait

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")

_REMINDER, _PLAIN, _ESCALATION = 0, 1, 2
_WHOLE = 100


@dataclass(slots=True)
class Projection:
    """The rows of a case as one state gives them."""

    file: CaseFile | None = None
    items: dict[Place, WorkItem] = field(default_factory=dict)
    jobs: dict[Place, Job] = field(default_factory=dict)
    timers: dict[Place, Timer] = field(default_factory=dict)
    waits: dict[Place, MessageWait] = field(default_factory=dict)
    clocks: dict[str, ClockRow] = field(default_factory=dict)
    acts: frozenset[tuple[str, str]] = frozenset()
    incidents: dict[int, Incident] = field(default_factory=dict)


def project(w: Working) -> Projection:
    """The rows as the working copy stands now. Every open instance must be loaded."""
    out = Projection()
    clocks = {name: domain_clocks.from_json(data) for name, data in w.state.clocks.items()}
    out.clocks = {name: _clock_row(w, clock) for name, clock in clocks.items()}
    due = domain_clocks.earliest_due(clocks.values())
    for n, wait in w.places():
        _place_wait(w, out, n, wait, due)
    out.file = _file_row(w, due)
    out.acts = frozenset((a.person, a.act) for a in w.state.acts)
    out.incidents = {i.number: _incident_row(w, i.number) for i in w.state.incidents}
    return out


def _place_wait(w: Working, out: Projection, n: int, wait: Wait, due: datetime | None) -> None:
    place = (n, wait.token)
    if wait.kind == "work_item":
        out.items[place] = _item_row(w, place, wait, due)
    elif wait.kind == "job":
        out.jobs[place] = _job_row(w, place, wait)
    elif wait.kind == "timer":
        if wait.due is not None and not w.state.is_stopped(place):
            out.timers[place] = Timer(
                w.case_id, n, wait.token, wait.element.id, wait.due, _priority(wait)
            )
    elif wait.kind != "condition":
        out.waits[place] = MessageWait(
            w.case_id, n, wait.token, wait.element.id, wait.kind, wait.name or "", wait.key
        )


def _priority(wait: Wait) -> int:
    """Reminders go before escalations when both are due."""
    timer = wait.element.timer
    if not isinstance(timer, AtClock):
        return _PLAIN
    share = parse_point(timer.point).percent
    return _REMINDER if share is not None and share < _WHOLE else _ESCALATION


def _item_row(w: Working, place: Place, wait: Wait, due: datetime | None) -> WorkItem:
    item, element = w.state.items[place], wait.element
    return WorkItem(
        case_id=w.case_id,
        instance=place[0],
        token=place[1],
        element=element.id,
        name=element.name or element.id,
        act=element.fixed_act,
        stage=element.stage,
        round=item.round,
        role=item.role,
        axis=item.axis,
        unit=item.unit,
        duty_grid=item.duty_grid,
        district=w.document.get("district"),
        holder=item.holder,
        due_at=due,
        opened_at=item.opened_at,
    )


def _job_row(w: Working, place: Place, wait: Wait) -> Job:
    job = w.state.jobs[place]
    unit = w.document.get("responsible_unit")
    return Job(
        case_id=w.case_id,
        instance=place[0],
        token=place[1],
        element=wait.element.id,
        topic=wait.element.topic or "",
        unit=unit if isinstance(unit, str) else None,
        district=w.document.get("district"),
        variables=_variables(w, wait),
        retries=0 if job.incident else job.retries,
        created_at=job.created_at,
    )


def _variables(w: Working, wait: Wait) -> dict[str, Any]:
    """The job's inputs; none where they cannot be evaluated: `jobs.stop_unready` says why."""
    try:
        return job_variables(w, wait)
    except EngineError:
        return {}


def _clock_row(w: Working, clock: ClockState) -> ClockRow:
    stopped = clock.stopped_at is not None
    elapsed = domain_clocks.elapsed(clock, w.at, w.world.worktime) if stopped else None
    return ClockRow(
        case_id=w.case_id,
        name=clock.name,
        round=clock.round,
        state=str(clock.state),
        started_at=clock.started_at,
        due_at=clock.due_at,
        stopped_at=clock.stopped_at,
        elapsed_seconds=None if elapsed is None else int(elapsed),
        on_time=clock.on_time,
        provisional=clock.provisional,
    )


def _file_row(w: Working, due: datetime | None) -> CaseFile:
    state, doc = w.state, w.document
    condition = doc.get("condition")
    return CaseFile(
        case_id=w.case_id,
        case_no=state.case_no,
        process=state.instances[0].process,
        district=_text(doc.get("district")),
        class_code=_text(doc.get("class")),
        condition=condition if isinstance(condition, int) else None,
        grid_cell=_text(doc.get("grid_cell")),
        duty_grid=_text(doc.get("duty_grid")),
        source=_text(doc.get("source")),
        stage=state.stage,
        status="incident" if state.incidents else state.status,
        outcome=state.outcome,
        unit=_text(doc.get("responsible_unit")),
        due_at=due,
        opened_at=state.opened_at,
        closed_at=state.closed_at,
    )


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None


def _incident_row(w: Working, number: int) -> Incident:
    open_ = next(i for i in w.state.incidents if i.number == number)
    return Incident(
        w.case_id,
        number,
        open_.instance,
        open_.token,
        open_.element,
        open_.code,
        open_.message,
        open_.opened_at,
    )


def difference(w: Working, old: Projection, new: Projection) -> RowChanges:
    """What the store must write so that the rows follow the state."""
    closed = [_resolved(w, i) for number, i in old.incidents.items() if number not in new.incidents]
    acts = sorted(new.acts - old.acts)
    return RowChanges(
        file=new.file if new.file != old.file else None,
        work_items=_changed(old.items, new.items),
        work_items_gone=_gone(old.items, new.items),
        jobs=_changed(old.jobs, new.jobs),
        jobs_gone=_gone(old.jobs, new.jobs),
        timers=tuple(replace(t, set_at=w.at) for t in _changed(old.timers, new.timers)),
        timers_gone=_gone(old.timers, new.timers),
        waits=_changed(old.waits, new.waits),
        waits_gone=_gone(old.waits, new.waits),
        clocks=_changed(old.clocks, new.clocks),
        acts=tuple(ActRow(w.case_id, person, act) for person, act in acts),
        notifications=tuple(w.notifications),
        outbox=tuple(w.outbox),
        incidents=(*_changed(old.incidents, new.incidents), *closed),
    )


def _resolved(w: Working, incident: Incident) -> Incident:
    return replace(incident, resolved_at=w.at)


def _changed(old: Mapping[K, V], new: Mapping[K, V]) -> tuple[V, ...]:
    return tuple(value for key, value in new.items() if old.get(key) != value)


def _gone(old: Mapping[K, V], new: Mapping[K, V]) -> tuple[K, ...]:
    return tuple(key for key in old if key not in new)
