"""A case 案卷 as one value: instances, open work, clocks, acts, counts. The unit of consistency.

The state's canonical bytes lie in `case_state` and are hashed into every entry; all other rows of
a case are projections of it. The states of the diagram's instances are opaque lists here.
Keys are short because every command writes them.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from engine.domain.clock import from_wire, to_wire
from engine.domain.separation import PersonAct

OPEN, CLOSED, ENDED = "open", "closed", "ended"


@dataclass(frozen=True, slots=True)
class OpenItem:
    """A waiting human task and for whom it waits."""

    element: str
    round: int
    opened_at: datetime
    role: str | None = None
    axis: str | None = None
    unit: str | None = None
    duty_grid: str | None = None
    holder: str | None = None

    def to_json(self) -> list[Any]:
        return [
            self.element,
            self.round,
            to_wire(self.opened_at),
            self.role,
            self.axis,
            self.unit,
            self.duty_grid,
            self.holder,
        ]

    @classmethod
    def from_json(cls, data: list[Any]) -> "OpenItem":
        return cls(data[0], data[1], from_wire(data[2]), *data[3:])

    def held_by(self, person: str | None) -> "OpenItem":
        return replace(self, holder=person)


@dataclass(frozen=True, slots=True)
class OpenJob:
    """A waiting service task. `incident` is the number of the incident that stops it, or 0."""

    element: str
    retries: int
    created_at: datetime
    incident: int = 0

    def to_json(self) -> list[Any]:
        return [self.element, self.retries, to_wire(self.created_at), self.incident]

    @classmethod
    def from_json(cls, data: list[Any]) -> "OpenJob":
        return cls(data[0], data[1], from_wire(data[2]), data[3])


@dataclass(frozen=True, slots=True)
class OpenIncident:
    """Where the case cannot go on. `kind`: job, timer, work_item, message."""

    number: int
    kind: str
    instance: int
    token: int
    element: str
    code: str
    message: str
    opened_at: datetime

    def to_json(self) -> list[Any]:
        return [
            self.number,
            self.kind,
            self.instance,
            self.token,
            self.element,
            self.code,
            self.message,
            to_wire(self.opened_at),
        ]

    @classmethod
    def from_json(cls, data: list[Any]) -> "OpenIncident":
        number, kind, instance, token, element, code, message, opened = data
        return cls(number, kind, instance, token, element, code, message, from_wire(opened))


@dataclass(slots=True)
class InstanceRecord:
    """One instance `(case_id, n)`: which process runs, and the kernel's opaque state."""

    process: str
    state: list[Any] | None  # None when it has ended

    def to_json(self) -> list[Any]:
        return [self.process, self.state]


Place = tuple[int, int]  # (instance, token)


@dataclass(slots=True)
class CaseState:
    """Everything of a case but its document. Mutable only inside one decision."""

    case_no: str
    opened_at: datetime
    status: str = OPEN
    outcome: str | None = None
    closed_at: datetime | None = None
    stage: str | None = None
    stage_since: datetime | None = None
    stage_seconds: dict[str, int] = field(default_factory=dict)
    rework: int = 0
    returns: int = 0
    incident_count: int = 0
    instances: list[InstanceRecord] = field(default_factory=list)
    items: dict[Place, OpenItem] = field(default_factory=dict)
    jobs: dict[Place, OpenJob] = field(default_factory=dict)
    incidents: list[OpenIncident] = field(default_factory=list)
    clocks: dict[str, Any] = field(default_factory=dict)  # name → ClockState as JSON
    rounds: dict[str, int] = field(default_factory=dict)
    acts: list[PersonAct] = field(default_factory=list)
    #: how many timers in a row have set another one that is due at once
    hurried: int = 0

    def to_json(self) -> dict[str, Any]:
        hurried = {"hurried": self.hurried} if self.hurried else {}
        return hurried | {
            "acts": [[a.person, a.act, a.element] for a in self.acts],
            "closed_at": _wire(self.closed_at),
            "clocks": self.clocks,
            "incident_count": self.incident_count,
            "incidents": [i.to_json() for i in self.incidents],
            "instances": [i.to_json() for i in self.instances],
            "items": {_key(k): v.to_json() for k, v in self.items.items()},
            "jobs": {_key(k): v.to_json() for k, v in self.jobs.items()},
            "no": self.case_no,
            "opened_at": to_wire(self.opened_at),
            "outcome": self.outcome,
            "returns": self.returns,
            "rework": self.rework,
            "rounds": self.rounds,
            "stage": [self.stage, _wire(self.stage_since), self.stage_seconds],
            "status": self.status,
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "CaseState":
        stage, since, seconds = data["stage"]
        return cls(
            case_no=data["no"],
            opened_at=from_wire(data["opened_at"]),
            status=data["status"],
            outcome=data["outcome"],
            closed_at=_instant(data["closed_at"]),
            stage=stage,
            stage_since=_instant(since),
            stage_seconds=dict(seconds),
            rework=data["rework"],
            returns=data["returns"],
            incident_count=data["incident_count"],
            instances=[InstanceRecord(i[0], i[1]) for i in data["instances"]],
            items={_place(k): OpenItem.from_json(v) for k, v in data["items"].items()},
            jobs={_place(k): OpenJob.from_json(v) for k, v in data["jobs"].items()},
            incidents=[OpenIncident.from_json(i) for i in data["incidents"]],
            clocks=dict(data["clocks"]),
            rounds=dict(data["rounds"]),
            acts=[PersonAct(*a) for a in data["acts"]],
            hurried=data.get("hurried", 0),
        )

    def enter_stage(self, stage: str | None, at: datetime) -> None:
        """Moves to a stage and adds the time spent to the one before (natural seconds)."""
        if self.stage is not None and self.stage_since is not None:
            spent = int((at - self.stage_since).total_seconds())
            self.stage_seconds[self.stage] = self.stage_seconds.get(self.stage, 0) + spent
        self.stage, self.stage_since = stage, (at if stage is not None else None)

    def is_stopped(self, timer: Place) -> bool:
        """Whether a timer whose firing failed waits for its incident, not for its time."""
        return any(i.kind == "timer" and (i.instance, i.token) == timer for i in self.incidents)

    def next_round(self, element: str) -> int:
        """Counts how often this element was entered, from 1."""
        self.rounds[element] = self.rounds.get(element, 0) + 1
        return self.rounds[element]


def _key(place: Place) -> str:
    return f"{place[0]}.{place[1]}"


def _place(key: str) -> Place:
    instance, token = key.split(".")
    return int(instance), int(token)


def _wire(instant: datetime | None) -> str | None:
    return None if instant is None else to_wire(instant)


def _instant(text: str | None) -> datetime | None:
    return None if text is None else from_wire(text)
