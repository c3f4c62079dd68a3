"""Journal entries: one command, one entry, chained to the entry before (`design.md` §6)."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from engine.domain.clock import to_wire
from engine.domain.evidence import ENTRY_VERSION, canonical, digest


@dataclass(frozen=True, slots=True)
class Event:
    """A fact in an entry. `element` is {id, act, stage, round} where the diagram is concerned."""

    type: str
    data: Mapping[str, Any]
    element: Mapping[str, Any] | None = None

    def to_json(self) -> dict[str, Any]:
        record: dict[str, Any] = {"data": dict(self.data), "type": self.type}
        if self.element is not None:
            record["element"] = dict(self.element)
        return record


def build_entry(
    *,
    stream: str,
    seq: int,
    prev: str,
    at: datetime,
    actor: Mapping[str, Any],
    command: Mapping[str, Any],
    pins: Mapping[str, Any],
    events: Sequence[Event],
    state: str,
    encode: Callable[[Any], bytes] = canonical,
) -> tuple[bytes, str]:
    """The entry's bytes as they will be stored, and their SHA-256.

    `command` holds kind, key, args and read (the facts it was decided by). `encode` may be
    another way to the same canonical bytes.
    """
    body = encode(
        {
            "actor": dict(actor),
            "at": to_wire(at),
            "command": dict(command),
            "events": [event.to_json() for event in events],
            "pins": dict(pins),
            "prev": prev,
            "seq": seq,
            "state": state,
            "stream": stream,
            "v": ENTRY_VERSION,
        }
    )
    return body, digest(body)


def case_stream(case_id: str) -> str:
    """The name of a case's stream."""
    return f"case:{case_id}"
