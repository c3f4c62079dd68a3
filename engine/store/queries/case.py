"""One case: its snapshot, head line, clocks, acts, attachments, personal values."""

from dataclasses import fields
from datetime import datetime
from typing import NamedTuple

import sqlalchemy as sa

from engine.domain.ids import is_uuid
from engine.domain.rows import ActRow, CaseFile, CaseSnapshot, ClockRow, PersonalValue
from engine.store import tables
from engine.store.reader import Reader
from engine.store.snapshot import to_snapshot
from engine.store.statements import Statement


class Attachment(NamedTuple):
    """A file of a case."""

    sha256: str
    name: str
    media_type: str
    size: int
    added_at: datetime


def _of_case(
    name: str, table: sa.Table, columns: tuple[str, ...], *order: str, **also: str
) -> Statement:
    wanted = [table.c[column] for column in columns]
    same = [table.c[column] == sa.bindparam(given) for column, given in also.items()]
    query = (
        sa.select(*wanted)
        .where(table.c.case_id == sa.bindparam("case_id"), *same)
        .order_by(*(table.c[column] for column in order))
    )
    return Statement(name, lambda _: query)


_FILE = tuple(f.name for f in fields(CaseFile))
_CLOCK = tuple(f.name for f in fields(ClockRow))
_SNAPSHOT = _of_case("case_snapshot", tables.case_state, tuple(tables.case_state.c.keys()))
_HEAD_LINE = _of_case("case_head_line", tables.case_file, _FILE)
_CLOCKS = _of_case("case_clocks", tables.clock, _CLOCK, "name", "round")
_ACTS = _of_case("case_acts", tables.case_act, ("case_id", "person", "act"), "person", "act")
_FILES = _of_case("case_attachments", tables.attachment, Attachment._fields, "added_at", "sha256")
_ONE_FILE = _of_case("case_attachment", tables.attachment, Attachment._fields, sha256="sha256")
_VALUES = _of_case(
    "case_personal_values", tables.personal_value, ("case_id", "ref", "salt", "value"), "ref"
)


def find_snapshot(reader: Reader, case_id: str) -> CaseSnapshot | None:
    """The case as its last entry left it; none for what is no case's id."""
    rows = reader.rows(_SNAPSHOT, case_id=case_id) if is_uuid(case_id) else []
    return to_snapshot(rows[0]) if rows else None


def find_file(reader: Reader, case_id: str) -> CaseFile | None:
    """The case's head line; none for what is no case's id."""
    rows = reader.rows(_HEAD_LINE, case_id=case_id) if is_uuid(case_id) else []
    return CaseFile(*rows[0]) if rows else None


def list_clocks(reader: Reader, case_id: str) -> list[ClockRow]:
    """Every clock and round of the case."""
    return [ClockRow(*row) for row in reader.rows(_CLOCKS, case_id=case_id)]


def list_acts(reader: Reader, case_id: str) -> list[ActRow]:
    """Who did which act."""
    return [ActRow(*row) for row in reader.rows(_ACTS, case_id=case_id)]


def list_attachments(reader: Reader, case_id: str) -> list[Attachment]:
    """The case's files, oldest first."""
    return [Attachment(*row) for row in reader.rows(_FILES, case_id=case_id)]


def find_attachment(reader: Reader, case_id: str, sha256: str) -> Attachment | None:
    """A file of the case by its SHA-256."""
    rows = reader.rows(_ONE_FILE, case_id=case_id, sha256=sha256)
    return Attachment(*rows[0]) if rows else None


def list_personal_values(reader: Reader, case_id: str) -> list[PersonalValue]:
    """The personal values that were not erased."""
    return [PersonalValue(*row) for row in reader.rows(_VALUES, case_id=case_id)]
