"""Evidence of a case: verification, replay, and an export for somebody outside."""

from collections.abc import Iterator
from typing import Any

from engine.audit import (
    CaseRecord,
    Head,
    earlier_calendars,
    export_files,
    read_entries,
    read_record,
    replay_record,
    verify_record,
    verify_stream,
)
from engine.domain.errors import ForbiddenError
from engine.domain.people import Actor
from engine.service.installation import Installation, split_calendar
from engine.service.rights import PERSONAL, check_may_read, may_read, sees_all
from engine.store import Reader
from engine.store.queries.case import find_file
from engine.store.queries.cases import list_case_ids
from engine.store.queries.journal import list_heads
from engine.store.queries.releases import find_calendar, read_files

_PAGE = 500


def verify(inst: Installation, actor: Actor, case_id: str) -> dict[str, Any]:
    """Whether the chain of entries holds, and state and document are those of the last one."""
    return verify_record(_record(inst, actor, case_id)).to_json()


def replay(inst: Installation, actor: Actor, case_id: str) -> dict[str, Any]:
    """Whether the case follows, entry by entry and row by row, from its recorded commands."""
    return replay_record(_record(inst, actor, case_id), inst.world).to_json()


def verify_streams(inst: Installation) -> Iterator[dict[str, Any]]:
    """The chains that are no case's: releases, catalog, calendars, organisation, security.

    `case_id` of such a verdict is the stream's name.
    """
    with inst.database.reads() as reader:
        for name, seq, hash_ in list_heads(reader):
            entries = [e for e in read_entries(reader, name) if e.seq <= seq]
            yield verify_stream(name, entries, Head(seq, hash_)).to_json()


def replay_all(inst: Installation, actor: Actor) -> Iterator[dict[str, Any]]:
    """The verdict of every case that the actor may read, in the order of their ids."""
    for case_id in _case_ids(inst):
        with inst.database.reads() as reader:
            file = find_file(reader, case_id)
        if sees_all(actor) or (file is not None and may_read(inst, actor, file)):
            yield replay(inst, actor, case_id)


def export(
    inst: Installation, actor: Actor, case_id: str, *, personal: bool = False
) -> dict[str, bytes]:
    """Path → content: entries, state, release, calendar, catalog rows read, and verify.py."""
    if personal and PERSONAL not in actor.scopes:
        raise ForbiddenError("personal values are exported with the scope only", scope=PERSONAL)
    record = _record(inst, actor, case_id)
    pins = record.snapshot.pins
    with inst.database.reads() as reader:
        release = read_files(reader, pins.release)
        calendar = _calendar(reader, pins.calendar)
        earlier = {pin: _calendar(reader, pin) for pin in earlier_calendars(record)}
    return export_files(
        record, release=release, calendar=calendar, earlier=earlier, personal=personal
    )


def _calendar(reader: Reader, pin: str) -> Any:
    found = find_calendar(reader, *split_calendar(pin))
    return None if found is None else found.content


def _record(inst: Installation, actor: Actor, case_id: str) -> CaseRecord:
    """The case's record, if it is the actor's business.

    Who sees every case is let through to one that lost its head line: he is to find that out.
    """
    with inst.database.reads() as reader:
        file = find_file(reader, case_id)
    if file is not None or not sees_all(actor):
        check_may_read(inst, actor, case_id, file)
    return read_record(inst.database, case_id)


def _case_ids(inst: Installation) -> Iterator[str]:
    last: str | None = None
    while True:
        with inst.database.reads() as reader:
            page = list_case_ids(reader, after_id=last, limit=_PAGE)
        yield from page
        if len(page) < _PAGE:
            return
        last = page[-1]
