"""The chain of a stream: bytes, hashes, order. Whatever was changed is told at its entry."""

import json
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from engine.audit.verdict import Problem
from engine.domain.clock import to_wire
from engine.domain.errors import UnencodableValueError
from engine.domain.evidence import ENTRY_VERSION, GENESIS, canonical, digest, to_plain
from engine.store.queries.journal import StoredEntry

MEMBERS = frozenset(
    {"actor", "at", "command", "events", "pins", "prev", "seq", "state", "stream", "v"}
)


class Head(NamedTuple):
    """Where a stream ends, as the row beside it says."""

    seq: int
    hash: str


def read_entry(body: bytes) -> dict[str, Any]:
    """The entry of canonical bytes; ValueError says why they are not."""
    try:
        entry = json.loads(body)
        plain = canonical(to_plain(entry))
    except (ValueError, RecursionError, UnencodableValueError) as exc:
        raise ValueError(f"its bytes cannot be read: {exc}") from exc
    if plain != body:
        raise ValueError("its bytes are not in canonical form")
    if not isinstance(entry, dict) or set(entry) != MEMBERS:
        raise ValueError("its members are not those of an entry")
    return entry


def check_chain(stream: str, entries: Sequence[StoredEntry], head: Head) -> Problem | None:
    """The first thing that is wrong with a stream, or None."""
    prev, last_at = GENESIS, ""
    for number, stored in enumerate(entries, 1):
        problem = next(_problems(stream, number, stored, prev, last_at), None)
        if problem is not None:
            return Problem(number, problem)
        prev, last_at = stored.hash, to_wire(stored.at)
    if len(entries) != head.seq:
        return Problem(
            min(len(entries), head.seq) + 1,
            f"the journal has {len(entries)} entries, the state is that of entry {head.seq}",
        )
    if prev != head.hash:
        return Problem(head.seq, f"the head should be {prev} and is {head.hash}")
    return None


def _problems(
    stream: str, number: int, stored: StoredEntry, prev: str, last_at: str
) -> Iterator[str]:
    """What is wrong with one entry, the plainest first."""
    if stored.seq != number:
        yield f"there is no entry {number}; the next one is {stored.seq}"
    found = digest(stored.body)
    if found != stored.hash:
        yield f"its bytes have the hash {found}, recorded is {stored.hash}"
    try:
        entry = read_entry(stored.body)
    except ValueError as exc:
        yield str(exc)
        return
    wanted = {"v": ENTRY_VERSION, "stream": stream, "seq": number, "prev": prev}
    for name, value in wanted.items():
        if entry[name] != value:
            yield f"its {name} should be {value} and is {entry[name]}"
    if entry["at"] != to_wire(stored.at):
        yield f"its at is {entry['at']}, the row says {to_wire(stored.at)}"
    if entry["at"] < last_at:
        yield f"its at {entry['at']} lies before that of the entry before, {last_at}"
