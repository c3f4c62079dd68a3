"""Writes that concern no case: one entry in a stream of their own, one transaction, a receipt.

The stream is locked first; what the change reads after that is what it is judged by. It must not
know what is changed.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from engine.domain.evidence import to_plain
from engine.domain.journal import Event, build_entry
from engine.domain.people import Actor
from engine.domain.rows import Receipt
from engine.service.answers import Answer, key_for, read_stored, to_stored
from engine.service.installation import Installation
from engine.store import UnitOfWork
from engine.store.streams import StreamHead

CATALOG = "catalog"
ORGANISATION = "organisation"
SECURITY = "security"
#: What an entry says in the place of a case's state: these streams have none.
NO_STATE = ""


@dataclass(frozen=True, slots=True)
class Changed:
    """What a change did. Without events nothing is recorded: the receipt is the last entry's."""

    events: tuple[Event, ...] = ()
    data: dict[str, Any] = field(default_factory=dict)


Change = Callable[[UnitOfWork], Changed]


def record(
    inst: Installation,
    actor: Actor,
    stream: str,
    kind: str,
    *,
    args: Mapping[str, Any],
    change: Change,
    idempotency_key: str | None = None,
    request: Mapping[str, Any] | None = None,
) -> Answer:
    """Runs a change under the stream's lock and records it as one entry.

    `args` are the command's arguments as they will stand in the journal: no secret, no password.
    `request` is what was asked for, to be told from another under one key, where that is not the
    arguments: they may hold an id that was drawn, or leave out a password.
    """
    plain = to_plain(args)
    asked = plain if request is None else to_plain(request)
    key = key_for(inst, actor, idempotency_key, {"args": asked, "kind": kind})
    with inst.database.unit_of_work() as work:
        loaded = work.load(None, idempotency=key)
        if loaded.stored_answer is not None:
            return read_stored(loaded.stored_answer)
        head = work.load_stream(stream)
        changed = change(work)
        receipt = _head_receipt(stream, head)
        if changed.events:
            command = {"args": plain, "key": idempotency_key, "kind": kind, "read": {}}
            receipt = _append(work, actor, stream, head, command, changed.events)
        data = to_plain(changed.data)
        assert isinstance(data, dict)
        if key is not None:
            work.keep_answer(key, to_stored(receipt, data))
        work.commit()
    return Answer(receipt, data)


def _append(
    work: UnitOfWork,
    actor: Actor,
    stream: str,
    head: StreamHead,
    command: Mapping[str, Any],
    events: tuple[Event, ...],
) -> Receipt:
    """Adds the entry. Its recorded time never goes behind the entry before."""
    at = work.now() if head.at is None else max(work.now(), head.at)
    body, entry_hash = build_entry(
        stream=stream,
        seq=head.seq + 1,
        prev=head.hash,
        at=at,
        actor=actor.to_json(),
        command=command,
        pins={},
        events=events,
        state=NO_STATE,
    )
    work.append_stream(stream, head.seq + 1, body, entry_hash, at)
    return Receipt(stream, head.seq + 1, entry_hash, at)


def _head_receipt(stream: str, head: StreamHead) -> Receipt | None:
    return None if head.at is None else Receipt(stream, head.seq, head.hash, head.at)
