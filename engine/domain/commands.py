"""Commands on a case: imperatives with plain arguments, recorded in the entry as they were given.

`args` of an entry rebuild the same command: `from_record(kind, args)` is the inverse of
`record()`; replay depends on it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any, ClassVar

from engine.domain.errors import UnknownCommandError


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """What somebody wants of one case."""

    kind: ClassVar[str] = ""
    case_id: str

    def record(self) -> dict[str, Any]:
        """The arguments in plain JSON terms, without the defaults that say nothing."""
        pairs = ((f.name, getattr(self, f.name)) for f in fields(self) if f.name != "case_id")
        return {name: value for name, value in pairs if value not in (None, {}, ())}


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenCase(Command):
    """上报: a case begins. `data` holds the document's first values."""

    kind: ClassVar[str] = "open_case"
    release: str
    process: str
    data: Mapping[str, Any] = field(default_factory=dict)
    #: the start event, where it is not the one that a case begins with by itself
    start: str | None = None
    #: the instant that opens it, as on the wire, where the start event's timer does
    due: str | None = None
    #: the entry of the signal that opens it, and the chain of signals that this one belongs to
    cause: str | None = None
    chain: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimWorkItem(Command):
    """签收: a candidate takes a work item for himself."""

    kind: ClassVar[str] = "claim_work_item"
    instance: int
    token: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseWorkItem(Command):
    """The holder gives a work item back to its candidates."""

    kind: ClassVar[str] = "release_work_item"
    instance: int
    token: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CompleteWorkItem(Command):
    """A person finishes a work item with one of the outcomes that the diagram declares."""

    kind: ClassVar[str] = "complete_work_item"
    instance: int
    token: int
    outcome: str | None = None
    reason: str | None = None
    data: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class CompleteJob(Command):
    """A worker finishes a job; the declared outputs among `data` are written."""

    kind: ClassVar[str] = "complete_job"
    instance: int
    token: int
    worker: str
    data: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class FailJob(Command):
    """A worker could not do a job; at zero retries left the case gets an incident."""

    kind: ClassVar[str] = "fail_job"
    instance: int
    token: int
    worker: str
    reason: str
    retries: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ThrowJobError(Command):
    """A worker raises a BPMN error that the diagram may catch."""

    kind: ClassVar[str] = "throw_job_error"
    instance: int
    token: int
    worker: str
    code: str
    reason: str | None = None
    data: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrelateMessage(Command):
    """A message reaches the waiting events of its name (and key) in the case."""

    kind: ClassVar[str] = "correlate_message"
    name: str
    correlation_key: str | None = None
    reason: str | None = None
    data: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class BroadcastSignal(Command):
    """A signal reaches every waiting event of its name in the case.

    `cause` is the entry that sent it, elsewhere; `chain` the first signal that led to this one.
    """

    kind: ClassVar[str] = "broadcast_signal"
    name: str
    data: Mapping[str, Any] = field(default_factory=dict)
    cause: str | None = None
    chain: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FireTimer(Command):
    """A due timer goes off; `due` is the instant it was due at, as on the wire.

    `set_at` is when it was given that due time, if that was later: it is not late for the time
    before it was set. `digest` is set while an outage is caught up: reminders of one digest are
    one message to each person.
    """

    kind: ClassVar[str] = "fire_timer"
    instance: int
    token: int
    due: str
    set_at: str | None = None
    digest: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RetryIncident(Command):
    """An administrator lets the failed job or step be tried again."""

    kind: ClassVar[str] = "retry_incident"
    incident: int
    reason: str
    retries: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class ResolveIncident(Command):
    """An administrator resolves an incident by hand, giving what the job would have given."""

    kind: ClassVar[str] = "resolve_incident"
    incident: int
    reason: str
    data: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class AddAttachment(Command):
    """A file is put into the case's folder: bytes by content, SHA-256 in the event."""

    kind: ClassVar[str] = "add_attachment"
    sha256: str
    media_type: str
    size: int
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RecomputeDeadlines(Command):
    """An administrator takes the case to a newer version of its calendar: clocks under way move.

    `order` is the entry of the calendar's stream that ordered it for all live cases.
    """

    kind: ClassVar[str] = "recompute_deadlines"
    calendar: str
    order: str


COMMANDS: dict[str, type[Command]] = {
    c.kind: c
    for c in (
        OpenCase,
        ClaimWorkItem,
        ReleaseWorkItem,
        CompleteWorkItem,
        CompleteJob,
        FailJob,
        ThrowJobError,
        CorrelateMessage,
        BroadcastSignal,
        FireTimer,
        RetryIncident,
        ResolveIncident,
        AddAttachment,
        RecomputeDeadlines,
    )
}


def from_record(case_id: str, kind: str, args: Mapping[str, Any]) -> Command:
    """The command that an entry recorded."""
    if kind not in COMMANDS:
        raise UnknownCommandError(f"there is no command {kind!r}", kind=kind)
    return COMMANDS[kind](case_id=case_id, **args)
