"""Verification: the chain, and that state, document, pins and personal values belong to it.

Needs no release and executes nothing; what only replay can see is replay's.
"""

import json
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from engine.audit.chain import Head, check_chain
from engine.audit.record import CaseRecord
from engine.audit.verdict import Problem, Verdict
from engine.domain.evidence import state_hash
from engine.domain.journal import case_stream
from engine.schema.personal import commitment
from engine.store.queries.journal import StoredEntry


class Promise(NamedTuple):
    """The commitment to a personal value, and the entry that made it."""

    seq: int
    commitment: str


def verify_record(record: CaseRecord) -> Verdict:
    """`intact`, or `broken` at the first wrong entry."""
    problem = _chain(record) or next(_beside_the_chain(record), None)
    count = len(record.entries)
    if problem is None:
        return Verdict(record.case_id, "intact", count)
    return Verdict(record.case_id, "broken", count, problem.seq, problem.text)


def verify_stream(name: str, entries: Sequence[StoredEntry], head: Head) -> Verdict:
    """The same for a stream that is no case's: its chain is all there is."""
    problem = check_chain(name, entries, head)
    if problem is None:
        return Verdict(name, "intact", len(entries))
    return Verdict(name, "broken", len(entries), problem.seq, problem.text)


def _chain(record: CaseRecord) -> Problem | None:
    snapshot = record.snapshot
    head = Head(snapshot.seq, snapshot.head)
    return check_chain(case_stream(record.case_id), record.entries, head)


def _beside_the_chain(record: CaseRecord) -> Iterator[Problem]:
    """What is wrong outside the journal, whose chain holds."""
    snapshot, last = record.snapshot, record.entries[-1]
    entry = json.loads(last.body)
    found = state_hash(snapshot.state, snapshot.document)
    if found != entry["state"]:
        yield Problem(
            last.seq,
            f"the stored state or document was changed: their hash is {found}, the entry has "
            f"{entry['state']}",
        )
    if last.at != snapshot.at:
        yield Problem(last.seq, f"the case is as of {snapshot.at}, the entry of {last.at}")
    if entry["pins"] != snapshot.pins.to_json():
        yield Problem(last.seq, f"the case pins {snapshot.pins.to_json()}, not {entry['pins']}")
    if record.rows.file is None:
        yield Problem(last.seq, "the case's head line (case_file) is gone")
    yield from _personal(record)


def _personal(record: CaseRecord) -> Iterator[Problem]:
    """A value may be erased; one that is there must be the one that was given."""
    if not record.personal:
        return
    promised = promises(record)
    for value in record.personal:
        promise = promised.get(value.ref)
        if promise is None:
            yield Problem(record.last_seq, f"no entry knows the personal value {value.ref}")
        elif not _keeps(value.salt, value.value, promise.commitment):
            yield Problem(promise.seq, f"the personal value {value.ref} was changed")


def _keeps(salt: str, value: Any, promised: str) -> bool:
    try:
        return commitment(salt, value) == promised
    except ValueError:
        return False  # a salt that is not hexadecimal any more


def promises(record: CaseRecord) -> dict[str, Promise]:
    """Every commitment of the journal, by the reference that stands for the value."""
    found: dict[str, Promise] = {}
    for stored in record.entries:
        for node in _objects(json.loads(stored.body)["command"]):
            if set(node) == {"commitment", "ref"}:
                found.setdefault(node["ref"], Promise(stored.seq, node["commitment"]))
    return found


def _objects(node: Any) -> Iterator[dict[str, Any]]:
    if isinstance(node, dict):
        yield node
        for child in node.values():
            yield from _objects(child)
    elif isinstance(node, list):
        for child in node:
            yield from _objects(child)
