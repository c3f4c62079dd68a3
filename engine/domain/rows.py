"""What a decision changes, in rows: the store writes them, the player keeps them in a dictionary.

Every row of a case names its case; `instance` and `token` name the waiting place in the diagram
(`ids.part_id`). Instants are aware UTC.
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from engine.domain.evidence import Json


@dataclass(frozen=True, slots=True)
class CaseFile:
    """The indexed head line of a case 案卷, for lists; written only when one of them changes."""

    case_id: str
    case_no: str
    process: str
    district: str | None
    class_code: str | None
    condition: int | None
    grid_cell: str | None
    duty_grid: str | None
    source: str | None
    stage: str | None
    status: str  # open, closed, ended, incident
    outcome: str | None
    unit: str | None
    due_at: datetime | None
    opened_at: datetime
    closed_at: datetime | None


@dataclass(frozen=True, slots=True)
class WorkItem:
    """A human task that waits for one of its candidates, or for its holder."""

    case_id: str
    instance: int
    token: int
    element: str
    name: str
    act: str | None
    stage: str | None
    round: int
    role: str | None
    axis: str | None
    unit: str | None
    duty_grid: str | None
    district: str | None
    holder: str | None
    due_at: datetime | None
    opened_at: datetime


@dataclass(frozen=True, slots=True)
class Job:
    """A service task that waits for a worker. Lease columns belong to the store."""

    case_id: str
    instance: int
    token: int
    element: str
    topic: str
    unit: str | None
    district: str | None
    variables: dict[str, Json]
    retries: int
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Timer:
    """A waiting timer event. Reminders go before escalations: smaller `priority` first.

    `set_at` is the recorded time of the command that gave it this due time; None when unknown.
    """

    case_id: str
    instance: int
    token: int
    element: str
    due_at: datetime
    priority: int
    set_at: datetime | None = None

    @property
    def expected_at(self) -> datetime:
        """The first instant at which it could have fired: due, or set when already past due."""
        return self.due_at if self.set_at is None else max(self.due_at, self.set_at)


@dataclass(frozen=True, slots=True)
class StartTimer:
    """A timer start event of a release: opens a case at `due_at`, then has its next round.

    `number` tells the timers of one event apart. `since` is when its release became current,
    `rounds` how many of it are over, `last_due` when the last of them was due.
    """

    release: str
    process: str
    element: str
    number: int
    since: datetime
    rounds: int
    last_due: datetime | None
    due_at: datetime | None


@dataclass(frozen=True, slots=True)
class SignalDelivery:
    """A signal on its way to one receiver: a case, a start event, or all starts that there are.

    `cause` is the entry that sent it, with the number of the signal in it; `chain` is the cause
    that everything began with, `again` how often the chain came back to this receiver too often.
    """

    chain: str
    name: str
    receiver: str
    cause: str
    case_id: str | None
    process: str | None
    start: str | None
    data: dict[str, Json]
    actor: dict[str, Json]
    at: datetime
    delivered: bool
    again: int


@dataclass(frozen=True, slots=True)
class MessageWait:
    """An event that waits for a message or signal."""

    case_id: str
    instance: int
    token: int
    element: str
    kind: str  # message, signal
    name: str
    correlation_key: str | None


@dataclass(frozen=True, slots=True)
class ClockRow:
    """A clock 计时 for lists and reports; the journal's ledger explains it."""

    case_id: str
    name: str
    round: int
    state: str
    started_at: datetime | None
    due_at: datetime | None
    stopped_at: datetime | None
    elapsed_seconds: int | None
    on_time: bool | None
    provisional: bool


@dataclass(frozen=True, slots=True)
class ActRow:
    """Who did which act on the case: the second line of separation."""

    case_id: str
    person: str
    act: str


@dataclass(frozen=True, slots=True)
class Notification:
    """One message to one person, written in the transaction of what it tells.

    Reminders of one person that share a `digest` are shown and sent as one.
    """

    case_id: str
    seq: int
    n: int
    person: str
    kind: str  # reminder, escalation, notice
    level: str | None
    message: str
    clock: str | None
    needs_reply: bool
    at: datetime
    digest: str | None = None


@dataclass(frozen=True, slots=True)
class OutboxMessage:
    """Something for the outside: delivered after the commit, at least once, in order per case."""

    case_id: str
    seq: int
    n: int
    type: str
    payload: dict[str, Json]
    at: datetime


@dataclass(frozen=True, slots=True)
class Sent:
    """A message, signal or escalation that left an instance, to wherever it went."""

    kind: str
    name: str
    data: Json
    at: datetime


@dataclass(frozen=True, slots=True)
class Incident:
    """The case cannot go on at one place until somebody retries or resolves it."""

    case_id: str
    number: int
    instance: int
    token: int
    element: str
    code: str
    message: str
    opened_at: datetime
    resolved_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class PersonalValue:
    """The value behind a commitment; erasable without breaking a hash."""

    case_id: str
    ref: str
    salt: str
    value: Json


@dataclass(frozen=True, slots=True)
class Pins:
    """What a case is decided by, fixed when it was opened; only a command of its own moves them."""

    release: str
    catalog: str
    calendar: str
    semantics: int

    def to_json(self) -> dict[str, Any]:
        return {
            "calendar": self.calendar,
            "catalog": self.catalog,
            "release": self.release,
            "semantics": self.semantics,
        }


@dataclass(frozen=True, slots=True)
class CaseSnapshot:
    """A case as the last entry left it. `state` and `document` are canonical bytes."""

    case_id: str
    seq: int
    head: str
    at: datetime
    pins: Pins
    state: bytes
    document: bytes


PlaceKey = tuple[int, int]


@dataclass(frozen=True, slots=True)
class RowChanges:
    """The difference of two states in rows. `gone` keys are (instance, token)."""

    file: CaseFile | None = None
    work_items: tuple[WorkItem, ...] = ()
    work_items_gone: tuple[PlaceKey, ...] = ()
    jobs: tuple[Job, ...] = ()
    jobs_gone: tuple[PlaceKey, ...] = ()
    timers: tuple[Timer, ...] = ()
    timers_gone: tuple[PlaceKey, ...] = ()
    waits: tuple[MessageWait, ...] = ()
    waits_gone: tuple[PlaceKey, ...] = ()
    clocks: tuple[ClockRow, ...] = ()
    acts: tuple[ActRow, ...] = ()
    notifications: tuple[Notification, ...] = ()
    outbox: tuple[OutboxMessage, ...] = ()
    incidents: tuple[Incident, ...] = ()
    personal: tuple[PersonalValue, ...] = ()


@dataclass(frozen=True, slots=True)
class Decision:
    """Everything one command changes, applied in one transaction, with ONE journal entry."""

    case_id: str
    seq: int
    at: datetime
    pins: Pins
    entry: bytes
    entry_hash: str
    state: bytes
    document: bytes
    district: str | None
    rows: RowChanges
    answer: dict[str, Json] = field(default_factory=dict)
    #: Whether `pins` are others than before; they are written with the case's opening, else never.
    pins_moved: bool = False
    #: What left an instance, also to another one of the case. Told, not stored.
    sent: tuple[Sent, ...] = ()

    def snapshot(self) -> CaseSnapshot:
        """The case as this decision leaves it."""
        return CaseSnapshot(
            case_id=self.case_id,
            seq=self.seq,
            head=self.entry_hash,
            at=self.at,
            pins=self.pins,
            state=self.state,
            document=self.document,
        )


@dataclass(frozen=True, slots=True)
class Receipt:
    """What every write answers, so that a department can prove later when it handed back."""

    stream: str
    seq: int
    hash: str
    at: datetime
