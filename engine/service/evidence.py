"""Evidence: verification and replay, of a case and of all, and an export for somebody outside."""

from collections.abc import Callable, Iterator
from typing import Any

from engine.audit import (
    CaseRecord,
    Head,
    Noted,
    Verdict,
    Word,
    earlier_calendars,
    export_files,
    read_entries,
    read_record,
    replay_record,
    verify_record,
    verify_stream,
    verify_surroundings,
)
from engine.domain.errors import (
    CaseNotFoundError,
    CorruptRecordError,
    ForbiddenError,
    InvalidRequestError,
    NotFoundError,
    StoreUnavailableError,
)
from engine.domain.ids import is_uuid
from engine.domain.journal import case_stream
from engine.domain.people import Actor
from engine.kernel.release import manifest_id
from engine.service.installation import Installation, split_calendar
from engine.service.pages import Page
from engine.service.rights import PERSONAL, check_may_read, reach_of, reads_administration
from engine.store import Reader
from engine.store.queries.case import find_file, list_attachments
from engine.store.queries.cases import list_case_ids, list_ids_in_feed_only
from engine.store.queries.feed_faults import list_feed_faults
from engine.store.queries.journal import count_entries, list_heads
from engine.store.queries.releases import find_calendar, find_catalog_row, read_files

Check = Callable[[CaseRecord], Verdict]


def verify(inst: Installation, actor: Actor, case_id: str) -> dict[str, Any]:
    """Whether the chain of entries holds, and state and document are those of the last one."""
    _check_may_read(inst, actor, case_id)
    return _verdict(inst, case_id, _verified(inst), "broken").to_json()


def replay(inst: Installation, actor: Actor, case_id: str) -> dict[str, Any]:
    """Whether the case follows, entry by entry and row by row, from its recorded commands."""
    _check_may_read(inst, actor, case_id)
    return _verdict(inst, case_id, _replayed(inst), "diverges").to_json()


def verify_all(inst: Installation, actor: Actor, *, cursor: Any = None, limit: int = 50) -> Page:
    """Verdicts of everything that the actor may read, a page at a time.

    First the chains that are no case's (releases, catalog, calendars, organisation, security):
    `case_id` of such a verdict is the stream's name. Then the cases, in the order of their ids.
    """
    after = _after(cursor)
    found: list[dict[str, Any]] = []
    if after is None and reads_administration(inst, actor):
        found = [verdict.to_json() for verdict in verify_streams(inst)]
        found += _vanished(inst, "broken")
        found += _feed(inst)
    check = _verified(inst)
    return _page(inst, actor, found, after, limit, lambda c: _verdict(inst, c, check, "broken"))


def replay_all(inst: Installation, actor: Actor, *, cursor: Any = None, limit: int = 50) -> Page:
    """The same for replay: every case that the actor may read."""
    after = _after(cursor)
    first = after is None and reads_administration(inst, actor)
    found = _vanished(inst, "diverges") if first else []
    check = _replayed(inst)
    return _page(inst, actor, found, after, limit, lambda c: _verdict(inst, c, check, "diverges"))


def verify_streams(inst: Installation) -> Iterator[Verdict]:
    """The chains that are no case's."""
    with inst.database.reads() as reader:
        for name, seq, hash_ in list_heads(reader):
            entries = [e for e in read_entries(reader, name) if e.seq <= seq]
            yield verify_stream(name, entries, Head(seq, hash_))


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


def _page(
    inst: Installation,
    actor: Actor,
    found: list[dict[str, Any]],
    after: str | None,
    limit: int,
    check: Callable[[str], Verdict],
) -> Page:
    with inst.database.reads() as reader:
        walked = list_case_ids(reader, after_id=after, limit=limit)
    for case_id in walked:
        try:
            _check_may_read(inst, actor, case_id)
            found.append(check(case_id).to_json())
        except CaseNotFoundError:
            continue  # none of the actor's business
    return Page(found, walked[-1] if len(walked) == limit else None)


def _after(cursor: Any) -> str | None:
    if cursor is None or (isinstance(cursor, str) and is_uuid(cursor)):
        return cursor
    raise InvalidRequestError("the cursor is not one that a page gave", field="cursor")


def _vanished(inst: Installation, bad: Word) -> list[dict[str, Any]]:
    """Verdicts of cases that only the feed still knows."""
    text = "only the feed knows this case: entries, state and head line are gone"
    with inst.database.reads() as reader:
        gone = list_ids_in_feed_only(reader)
    return [Verdict(case_id, bad, 0, 1, text).to_json() for case_id in gone]


def _feed(inst: Installation) -> list[dict[str, Any]]:
    """A verdict of the order of all entries, where something is wrong with it."""
    with inst.database.reads() as reader:
        faults = list_feed_faults(reader)
    if not faults:
        return []
    return [Verdict("feed", "broken", 0, None, "; ".join(faults)).to_json()]


def _verified(inst: Installation) -> Check:
    """The record, then what it points at: release, attachments' bytes, catalog."""
    releases: dict[str, str | None] = {}

    def check(record: CaseRecord) -> Verdict:
        verdict = verify_record(record)
        if not verdict.good:
            return verdict
        release = record.snapshot.pins.release
        with inst.database.reads() as reader:
            if release not in releases:
                releases[release] = _fault_of_release(reader, release)
            fault = releases[release]
            if fault is not None:
                return Verdict(record.case_id, "broken", verdict.entries, 1, fault)
            files = [Noted(*f[:4]) for f in list_attachments(reader, record.case_id)]
            beside = verify_surroundings(
                record, files, lambda sha256: _fault(inst, sha256), _catalog_rows(reader)
            )
        return beside or verdict

    return check


def _fault_of_release(reader: Reader, release: str) -> str | None:
    found = manifest_id(read_files(reader, release))
    if found == release:
        return None
    return f"the files of the release {release} were changed: together they are {found}"


def _fault(inst: Installation, sha256: str) -> str | None:
    try:
        inst.blobs.get(sha256)
    except (NotFoundError, CorruptRecordError) as exc:
        return exc.message
    return None


def _catalog_rows(reader: Reader) -> Callable[[str, str], Any]:
    def find(version: str, argument: str) -> Any:
        class_code, _, condition = argument.rpartition("/")
        return find_catalog_row(reader, version, class_code, int(condition))

    return find


def _replayed(inst: Installation) -> Check:
    return lambda record: replay_record(record, inst.world)


def _verdict(inst: Installation, case_id: str, check: Check, bad: Word) -> Verdict:
    """What the check says; of a case whose state is gone or cannot be read, that it is."""
    try:
        return check(read_record(inst.database, case_id))
    except CaseNotFoundError:
        if not is_uuid(case_id):
            raise
        with inst.database.reads() as reader:
            entries = count_entries(reader, case_stream(case_id))
            file = find_file(reader, case_id)
        if entries == 0 and file is None:
            raise
        return Verdict(case_id, bad, entries, 1, "the state of the case (case_state) is gone")
    except StoreUnavailableError:
        raise  # that says nothing about the case
    except Exception as exc:  # noqa: BLE001 a hand may have left anything in a row
        text = f"a row of the case cannot be read any more: {type(exc).__name__}: {exc}"
        return Verdict(case_id, bad, 0, 1, text)


def _record(inst: Installation, actor: Actor, case_id: str) -> CaseRecord:
    _check_may_read(inst, actor, case_id)
    return read_record(inst.database, case_id)


def _check_may_read(inst: Installation, actor: Actor, case_id: str) -> None:
    """CaseNotFoundError unless the case is the actor's business.

    Who sees every case is let through to one that lost its head line: he is to find that out.
    """
    if reach_of(inst, actor) is None:
        return
    with inst.database.reads() as reader:
        file = find_file(reader, case_id)
    check_may_read(inst, actor, case_id, file)
