"""A due timer as a command, when it is late, and when its firing failed."""

import logging
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from engine.domain.clock import to_wire
from engine.domain.commands import FireTimer
from engine.domain.rows import Timer
from engine.service.installation import Installation
from engine.store import timers as store_timers

_log = logging.getLogger("caseloop.timers")

POSTPONE_SECONDS = 60
LATE_AFTER = timedelta(seconds=60)
#: Reminders that come late in one stretch of this length are one message to each person.
DIGEST_SECONDS = 600


@dataclass(frozen=True, slots=True)
class Fired:
    """What a round of the ticker did.

    `late` are timers fired more than a minute after they were due, or after they were set when
    they were past due by then (rework of a case whose deadline has passed).
    """

    fired: int = 0
    gone: int = 0
    failed: int = 0
    late: tuple[str, ...] = ()

    def __add__(self, other: "Fired") -> "Fired":
        return Fired(
            self.fired + other.fired,
            self.gone + other.gone,
            self.failed + other.failed,
            self.late + other.late,
        )


def command_of(inst: Installation, timer: Timer, now: datetime) -> FireTimer:
    """The command that fires the timer at `now`; what is late is merged with what else is."""
    return FireTimer(
        case_id=timer.case_id,
        instance=timer.instance,
        token=timer.token,
        due=to_wire(timer.due_at),
        set_at=to_wire(timer.expected_at) if timer.expected_at > timer.due_at else None,
        digest=_digest(now) if is_late(inst, timer, now) else None,
    )


def is_late(inst: Installation, timer: Timer, at: datetime) -> bool:
    """More than a minute after it could have fired."""
    return is_later(inst, timer.expected_at, at)


def is_later(inst: Installation, expected_at: datetime, at: datetime) -> bool:
    """More than a minute after what was expected."""
    return at - expected_at > _tolerance(inst)


def fired_at(inst: Installation, timer: Timer, at: datetime) -> Fired:
    """One timer that has fired, and whether that was late."""
    note = f"{timer.case_id} {timer.element} due {to_wire(timer.due_at)}"
    return Fired(fired=1, late=(note,) if is_late(inst, timer, at) else ())


def put_off(inst: Installation, timer: Timer) -> None:
    """One timer that cannot be fired holds up nobody: those behind it have their turn."""
    _log.exception(
        "case %s: the timer %s, due %s, cannot be fired; it is tried again in %d seconds",
        timer.case_id,
        timer.element,
        to_wire(timer.due_at),
        POSTPONE_SECONDS,
    )
    store_timers.postpone(inst.database, timer, seconds=POSTPONE_SECONDS)


def _digest(now: datetime) -> str:
    """The end of the stretch that an instant lies in: the same on every node, without asking."""
    stretch = int(now.timestamp()) // DIGEST_SECONDS + 1
    return to_wire(datetime.fromtimestamp(stretch * DIGEST_SECONDS, UTC))


def _tolerance(inst: Installation) -> timedelta:
    """A minute of the ticker's own time: a virtual clock that runs fast makes nothing late."""
    speed = 1.0 if inst.virtual is None else max(inst.virtual.speed, 1.0)
    return LATE_AFTER * speed
