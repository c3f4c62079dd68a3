"""Cases 案卷: open, list, show, journal, clocks."""

import json
from collections.abc import Mapping
from dataclasses import asdict, replace
from typing import Any

from engine.domain import clocks as domain_clocks
from engine.domain.case import CaseState
from engine.domain.commands import OpenCase
from engine.domain.errors import BadVariablesError, DefinitionNotFoundError, InvalidRequestError
from engine.domain.evidence import to_plain
from engine.domain.journal import case_stream
from engine.domain.ledger import LedgerLine, ledger
from engine.domain.people import Actor
from engine.domain.rows import CaseFile, CaseSnapshot, Pins
from engine.domain.worktime import Worktime
from engine.kernel.compile.model import CompiledRelease
from engine.service.executor import Answer, execute
from engine.service.installation import Installation
from engine.service.pages import Page
from engine.service.personal import open_values
from engine.service.rights import check_may_read, reach_of
from engine.store.queries import cases as case_lists
from engine.store.queries.case import find_file, find_snapshot
from engine.store.queries.journal import list_entries

_FILTERS = ("status", "stage", "district", "unit", "class_code", "case_no")


def open_case(
    inst: Installation,
    actor: Actor,
    *,
    data: Mapping[str, Any],
    process: str | None = None,
    release: str | None = None,
    idempotency_key: str | None = None,
    case_id: str | None = None,
) -> Answer:
    """上报: opens a case under the current release, or under the one that is named."""
    current = inst.current_pins()
    pins = current if release is None else replace(current, release=release)
    chosen = _procedure(inst.world(pins).model, process)
    command = OpenCase(
        case_id=case_id or inst.ids.new(), release=pins.release, process=chosen, data=dict(data)
    )
    return execute(
        inst,
        actor,
        command,
        pins=pins,
        idempotency_key=idempotency_key,
        fingerprint={"data": dict(data), "process": process, "release": release},
    )


def _procedure(model: CompiledRelease, process: str | None) -> str:
    """What a case begins with: not with a process that only a case's main procedure calls.

    Where no process says that it is a case's, as in diagrams drawn elsewhere, any may begin.
    """
    chosen = process or model.main_process
    if chosen is None:
        raise DefinitionNotFoundError("name the process; the release has none that is a case's")
    if chosen in model.definitions and chosen not in model.beginnings:
        mains = ", ".join(sorted(model.beginnings))
        message = f"no case begins with {chosen!r}; of this release: {mains}"
        errors = [{"message": message, "pointer": "/process"}]
        raise BadVariablesError(message, rule="process/not-a-case", errors=errors)
    return chosen


def get_case(inst: Installation, actor: Actor, case_id: str) -> dict[str, Any]:
    """Head line, document, pins and version of a case."""
    file, snapshot = read_case(inst, actor, case_id)
    document = open_values(inst, actor, case_id, json.loads(snapshot.document))
    return {
        **line_of(file),
        "document": document,
        "head": snapshot.head,
        "pins": snapshot.pins.to_json(),
        "seq": snapshot.seq,
    }


def read_case(inst: Installation, actor: Actor, case_id: str) -> tuple[CaseFile, CaseSnapshot]:
    """The case, if it is the actor's business; CaseNotFoundError otherwise."""
    with inst.database.reads() as reader:
        file, snapshot = find_file(reader, case_id), find_snapshot(reader, case_id)
    check_may_read(inst, actor, case_id, file)
    assert file is not None
    assert snapshot is not None
    return file, snapshot


def line_of(file: CaseFile) -> dict[str, Any]:
    """A case in a list."""
    return asdict(file)


def list_cases(
    inst: Installation,
    actor: Actor,
    *,
    filters: Mapping[str, Any],
    cursor: Any = None,
    limit: int = 50,
) -> Page:
    """Head lines of the cases that the actor may read, the newest first."""
    wanted: dict[str, Any] = {name: filters.get(name) for name in _FILTERS}
    unknown = set(filters) - set(_FILTERS) - {"overdue"}
    if unknown:
        raise InvalidRequestError(f"unknown filter {min(unknown)!r}")
    if filters.get("overdue"):
        wanted["due_before"] = inst.now()
        wanted["status"] = wanted["status"] or "open"
    wanted["reach"] = reach_of(inst, actor)
    with inst.database.reads() as reader:
        page = case_lists.list_cases(
            reader,
            case_lists.CaseFilter(**wanted),
            now=inst.database.case_now(),
            cursor=cursor,
            limit=limit,
        )
    return Page([line_of(item) for item in page.items], page.next_cursor)


def journal(
    inst: Installation, actor: Actor, case_id: str, *, after_seq: int = 0, limit: int = 100
) -> list[dict[str, Any]]:
    """Entries of the case's journal, in order, as they were written."""
    read_case(inst, actor, case_id)
    with inst.database.reads() as reader:
        entries = list_entries(reader, case_stream(case_id), after_seq=after_seq, limit=limit)
    return [
        {"at": e.at, "entry": json.loads(e.body), "hash": e.hash, "seq": e.seq} for e in entries
    ]


def _line(line: LedgerLine) -> dict[str, Any]:
    plain: Any = to_plain({"from": line.from_, **line._asdict()})
    del plain["from_"]
    return dict(plain)


def _worktime(inst: Installation, pins: Pins, clock: domain_clocks.ClockState) -> Worktime:
    """What a clock counts by: an earlier calendar if the case's changed after the hand-back."""
    counted_by = f"{clock.calendar}@{clock.version}"
    if clock.calendar is not None and counted_by != pins.calendar:
        return inst.world(replace(pins, calendar=counted_by)).worktime
    return inst.world(pins).worktime


def clocks(inst: Installation, actor: Actor, case_id: str) -> list[dict[str, Any]]:
    """Each clock 计时 with the ledger that explains every minute up to now."""
    _, snapshot = read_case(inst, actor, case_id)
    state = CaseState.from_json(json.loads(snapshot.state))
    now = max(inst.now(), snapshot.at)
    found = []
    for data in state.clocks.values():
        clock = domain_clocks.from_json(data)
        worktime = _worktime(inst, snapshot.pins, clock)
        lines = ledger(clock, now, worktime)
        found.append(
            {
                "due_at": clock.due_at,
                "elapsed_seconds": domain_clocks.elapsed(clock, now, worktime),
                "ledger": [_line(line) for line in lines],
                "name": clock.name,
                "on_time": clock.on_time,
                "provisional": clock.provisional,
                "round": clock.round,
                "started_at": clock.started_at,
                "state": clock.state,
                "stopped_at": clock.stopped_at,
            }
        )
    return found
