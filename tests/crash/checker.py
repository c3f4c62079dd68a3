"""Opens a store after the deaths and looks for anything lost, doubled, broken or different."""

import json
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from engine.audit import CaseRecord, read_record, verify_record
from engine.audit.verify import promises
from engine.domain.clock import from_wire
from engine.domain.rows import OutboxMessage, Pins
from engine.kernel.decide import World
from engine.service.installation import Installation
from engine.store import IdempotencyKey, tables
from engine.store.feed import seal_positions
from engine.store.queries.case import find_snapshot
from engine.store.queries.cases import list_case_ids
from tests.crash.findings import Finding
from tests.crash.ledger import read_lines
from tests.crash.reexecution import Reexecution

_PAGE = 500
#: Commands that end something for good, and what they end.
_ENDS = {
    "complete_work_item": ("instance", "token"),
    "complete_job": ("instance", "token"),
    "fire_timer": ("instance", "token", "due"),
}


@dataclass(slots=True)
class Checker:
    """Remembers compiled releases, so that a look at a few cases is quick."""

    folder: Path
    slack: timedelta
    worlds: dict[Pins, World] = field(default_factory=dict)
    commands: int = 0

    def check_open(self, inst: Installation) -> list[Finding]:
        """The cases that are open now: chain, state and rows must be right at any moment."""
        file = tables.case_file.c
        queries = (
            sa.select(file.case_id).where(file.closed_at.is_(None)),
            *(sa.select(table.c.case_id) for table in (tables.work_item, tables.job)),
        )
        with inst.database.reads() as reader:
            found = sorted({str(row[0]) for query in queries for row in reader.select(query)})
        records = (read_record(inst.database, case_id) for case_id in found)
        return [f for record in records for f in self._check_case(inst, record)]

    def check_all(self, inst: Installation) -> list[Finding]:
        """Everything, after the last worker has gone."""
        return list(self._check_all(inst))

    def _check_all(self, inst: Installation) -> Iterator[Finding]:
        hashes: dict[tuple[str, int], str] = {}
        keys: dict[tuple[str, str], str] = {}
        numbers: dict[str, list[int]] = defaultdict(list)
        for case_id in _case_ids(inst):
            record = read_record(inst.database, case_id)
            yield from self._check_case(inst, record)
            yield from _ends(record)
            yield from _keys(record, keys)
            hashes.update({(f"case:{case_id}", e.seq): e.hash for e in record.entries})
            file = record.rows.file
            if file is not None:
                numbers[file.case_no[:-5]].append(int(file.case_no[-5:]))
        self.commands = len(hashes)
        yield from self._acknowledged(hashes)
        yield from _stored_answers(inst, keys, hashes)
        yield from _case_numbers(numbers)
        yield from _feed(inst, hashes)
        yield from _integrity(inst)

    def _check_case(self, inst: Installation, record: CaseRecord) -> Iterator[Finding]:
        verdict = verify_record(record)
        if not verdict.good:
            yield Finding("broken", record.case_id, f"entry {verdict.seq}: {verdict.problem}")
            return
        # Another node may go on while this is read: what it did later is not this record's.
        delivered = [
            message
            for message in self._delivered().get(record.case_id, ())
            if message.seq <= record.snapshot.seq
        ]
        yield from Reexecution(
            record, lambda pins: self._world(inst, pins), tuple(delivered), self.slack
        ).findings()
        yield from _told_twice(record)
        yield from _beside(inst, record)

    def _world(self, inst: Installation, pins: Pins) -> World:
        if pins not in self.worlds:
            self.worlds[pins] = inst.world(pins)
        return self.worlds[pins]

    def _delivered(self) -> dict[str, list[OutboxMessage]]:
        found: dict[str, list[OutboxMessage]] = defaultdict(list)
        for path in self.folder.glob("delivered-*.jsonl"):
            for line in read_lines(path):
                message = OutboxMessage(**{**line, "at": from_wire(line["at"])})
                found[message.case_id].append(message)
        return found

    def acknowledgements(self) -> Iterator[dict[str, Any]]:
        for path in sorted(self.folder.glob("acknowledged-*.jsonl")):
            yield from read_lines(path)

    def _acknowledged(self, hashes: dict[tuple[str, int], str]) -> Iterator[Finding]:
        answers: dict[str, str] = {}
        for line in self.acknowledgements():
            stored = hashes.get((line["stream"], line["seq"]))
            if stored != line["hash"]:
                text = f"acknowledged with hash {line['hash']}, the journal has {stored}"
                yield Finding("lost", f"{line['stream']}/{line['seq']}", text)
            if answers.setdefault(line["key"], line["hash"]) != line["hash"]:
                yield Finding("doubled", line["key"], "one key was given two answers")


def _case_ids(inst: Installation) -> Iterator[str]:
    last: str | None = None
    while True:
        with inst.database.reads() as reader:
            page = list_case_ids(reader, after_id=last, limit=_PAGE)
        yield from page
        if len(page) < _PAGE:
            return
        last = page[-1]


def _ends(record: CaseRecord) -> Iterator[Finding]:
    """No work item or job is completed twice, no timer fires twice, no case is left open."""
    done: Counter[str] = Counter()
    for stored in record.entries:
        command = json.loads(stored.body)["command"]
        names = _ENDS.get(command["kind"])
        if names is not None:
            places = ".".join(str(command["args"][name]) for name in names)
            done[f"{command['kind']} {places}"] += 1
    for what, times in done.items():
        if times > 1:
            yield Finding("doubled", record.case_id, f"{what} was done {times} times")
    file, rows = record.rows.file, record.rows
    waiting = (rows.work_items, rows.jobs, rows.timers, rows.waits)
    if file is None or file.closed_at is None or any(waiting):
        yield Finding("other", record.case_id, "has not ended")


def _keys(record: CaseRecord, keys: dict[tuple[str, str], str]) -> Iterator[Finding]:
    """No key has two entries."""
    for stored in record.entries:
        entry = json.loads(stored.body)
        key, actor = entry["command"]["key"], entry["actor"]
        if key is None:
            continue
        scope = ":".join(filter(None, (actor["via"], actor["person"], actor["for"])))
        if (scope, key) in keys:
            yield Finding("doubled", f"{record.case_id}/{stored.seq}", f"a second entry of {key}")
        keys[scope, key] = stored.hash


def _told_twice(record: CaseRecord) -> Iterator[Finding]:
    """A point of a clock fires once, so each person hears of it once."""
    told = Counter((n.clock, n.kind, n.level, n.person) for n in record.rows.notifications)
    for (clock, kind, level, person), times in told.items():
        if times > 1:
            text = f"{person} was told {times} times: {kind} {level} of the clock {clock}"
            yield Finding("doubled", record.case_id, text)


def _beside(inst: Installation, record: CaseRecord) -> Iterator[Finding]:
    """Rows that are written beside a decision: personal values, attachments."""
    have = {value.ref for value in record.personal}
    for ref in sorted(promises(record).keys() ^ have):
        text = f"the personal value {ref} is there without its promise, or the other way round"
        yield Finding("differs", record.case_id, text)
    table = tables.attachment.c
    with inst.database.reads() as reader:
        rows = reader.select(sa.select(table.sha256).where(table.case_id == record.case_id))
    commands = (json.loads(stored.body)["command"] for stored in record.entries)
    told = {c["args"]["sha256"] for c in commands if c["kind"] == "add_attachment"}
    for sha256 in sorted(told - {row[0] for row in rows}):
        yield Finding("differs", record.case_id, f"the attachment {sha256} is missing")
    with inst.database.reads() as reader:
        snapshot = find_snapshot(reader, record.case_id)
    if snapshot is not None and snapshot.seq == record.snapshot.seq:  # nobody went on meanwhile
        for sha256 in sorted({row[0] for row in rows} - told):
            yield Finding("differs", record.case_id, f"the attachment {sha256} is in no entry")


def _stored_answers(
    inst: Installation, keys: dict[tuple[str, str], str], hashes: dict[tuple[str, int], str]
) -> Iterator[Finding]:
    """Every entry with a key has its stored answer, every stored answer its entry."""
    table = tables.idempotency.c
    with inst.database.reads() as reader:
        rows = reader.select(sa.select(table.key, table.stream_id, table.seq))
    answers = {place: (f"case:{case_id}", seq) for place, case_id, seq in rows}
    wanted = {IdempotencyKey(*named, 0).place: (named[1], hash_) for named, hash_ in keys.items()}
    for place in sorted(answers.keys() ^ wanted.keys()):
        name = wanted[place][0] if place in wanted else str(answers[place])
        yield Finding("differs", name, "the entry and the stored answer do not go together")
    for place in answers.keys() & wanted.keys():
        (stream, seq), (key, hash_) = answers[place], wanted[place]
        if hashes.get((stream, seq)) != hash_:
            yield Finding("lost", key, f"the stored answer speaks of {stream}/{seq}, not {hash_}")


def _case_numbers(numbers: dict[str, list[int]]) -> Iterator[Finding]:
    """Case numbers of a day and district go from 1 without gaps: a lost opening gives none up."""
    for day, taken in numbers.items():
        if sorted(taken) != list(range(1, len(taken) + 1)):
            yield Finding("differs", day, f"the numbers of the day are {sorted(taken)}")


def _feed(inst: Installation, hashes: dict[tuple[str, int], str]) -> Iterator[Finding]:
    """Each entry has one position; positions have no gaps; a case's entries come in order."""
    while seal_positions(inst.database):
        pass
    table = tables.feed.c
    query = sa.select(table.position, table.stream_id, table.seq).order_by(table.position)
    with inst.database.reads() as reader:
        rows = reader.select(query)
    places = Counter((f"case:{stream}", seq) for _, stream, seq in rows)
    for place, times in places.items():
        if times > 1:
            yield Finding("doubled", f"{place[0]}/{place[1]}", "stands in the feed twice")
    for stream, seq in sorted(hashes.keys() - places.keys()):
        yield Finding("lost", f"{stream}/{seq}", "has no place in the feed")
    if [row[0] for row in rows] != list(range(1, len(rows) + 1)):
        yield Finding("differs", "feed", "the positions have gaps")
    last: dict[str, int] = {}
    for _, stream, seq in rows:
        if seq <= last.get(stream, 0):
            yield Finding("differs", f"case:{stream}/{seq}", "stands in the feed out of order")
        last[stream] = seq


def _integrity(inst: Installation) -> Iterator[Finding]:
    """SQLite's own opinion of the file; of the outbox nothing may be left."""
    with inst.database.reads() as reader:
        left = reader.select(sa.select(sa.func.count()).select_from(tables.outbox))[0][0]
    if left:
        yield Finding("other", "outbox", f"{left} messages were never delivered")
    if inst.database.dialect == "sqlite":
        query: Any = sa.select(sa.column("integrity_check")).select_from(
            sa.table("pragma_integrity_check", sa.column("integrity_check"))
        )
        with inst.database.reads() as reader:
            said = [row[0] for row in reader.select(query)]
        if said != ["ok"]:
            yield Finding("broken", "file", "; ".join(str(line) for line in said[:5]))
