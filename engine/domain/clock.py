"""Where instants come from: case time and lease time are asked for, never taken from the system.

All instants are aware UTC. On the wire they end in `Z` and have six digits of a second.
"""

from datetime import UTC, datetime
from typing import Protocol


class Clock(Protocol):
    """Case time: recorded times, due times, ledgers and FEEL's `now()`."""

    def now(self) -> datetime: ...


def to_wire(instant: datetime) -> str:
    """`2026-03-02T01:00:00.000000Z`; a naive instant is refused with ValueError."""
    if instant.tzinfo is None:
        message = "an instant needs a zone"
        raise ValueError(message)
    if instant.tzinfo is not UTC:
        instant = instant.astimezone(UTC)
    text = instant.isoformat(timespec="microseconds")
    return text.removesuffix("+00:00") + "Z"


def from_wire(text: str) -> datetime:
    """Any ISO 8601 instant with a zone, as aware UTC; ValueError otherwise."""
    instant = datetime.fromisoformat(text)
    return in_utc(instant, text)


def in_utc(instant: datetime, text: str) -> datetime:
    """The instant that a text was read as, in UTC; ValueError without a zone, or beyond time."""
    if instant.tzinfo is None:
        message = f"{text!r} has no zone; write Z or an offset"
        raise ValueError(message)
    try:
        return instant if instant.tzinfo is UTC else instant.astimezone(UTC)
    except OverflowError as exc:
        message = f"{text!r} lies beyond the years 1 to 9999 of UTC"
        raise ValueError(message) from exc
