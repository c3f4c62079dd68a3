"""What a case points at outside its own rows: its attachments' bytes, the catalog it was judged by.

Must not know where files and catalogs are kept; it is given what to ask.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from engine.audit.record import CaseRecord
from engine.audit.verdict import Problem, Verdict

_CATALOG = "catalog:"


class Noted(NamedTuple):
    """A file of the case as its row describes it."""

    sha256: str
    name: str
    media_type: str
    size: int


#: What is wrong with the bytes of a SHA-256, or None.
Fault = Callable[[str], str | None]
#: The row of CLASS/CONDITION in a version of the catalog, or None.
Row = Callable[[str, str], Any]


def verify_surroundings(
    record: CaseRecord, files: Iterable[Noted], fault_of: Fault, row_of: Row
) -> Verdict | None:
    """`broken` at the entry that named what is not as it was, or None."""
    commands = [(e.seq, json.loads(e.body)) for e in record.entries]
    problem = next(_attachments(commands, list(files), fault_of), None)
    problem = problem or next(_catalog(commands, row_of), None)
    if problem is None:
        return None
    return Verdict(record.case_id, "broken", len(record.entries), problem.seq, problem.text)


def _attachments(
    entries: list[tuple[int, dict[str, Any]]], files: list[Noted], fault_of: Fault
) -> Iterator[Problem]:
    told: dict[str, list[tuple[int, Noted]]] = {}
    for seq, entry in entries:
        if entry["command"]["kind"] == "add_attachment":
            args = entry["command"]["args"]
            noted = Noted(args["sha256"], args["name"], args["media_type"], args["size"])
            told.setdefault(noted.sha256, []).append((seq, noted))
    rows = {file.sha256: file for file in files}
    for sha256 in sorted({*told, *rows}):
        yield from _attachment(sha256, told.get(sha256, []), rows.get(sha256), fault_of)


def _attachment(
    sha256: str, told: list[tuple[int, Noted]], row: Noted | None, fault_of: Fault
) -> Iterator[Problem]:
    if not told:
        yield Problem(1, f"no entry knows the attachment {sha256}")
        return
    seq = told[-1][0]
    if row is None:
        yield Problem(seq, f"the row of the attachment {sha256} is gone")
    elif all(row != noted for _, noted in told):
        yield Problem(seq, f"the row of the attachment {sha256} was changed: {tuple(row)}")
    elif (fault := fault_of(sha256)) is not None:
        yield Problem(seq, fault)


def _catalog(entries: list[tuple[int, dict[str, Any]]], row_of: Row) -> Iterator[Problem]:
    """The rows that were read must be in the pinned version as they were read."""
    for seq, entry in entries:
        read: Mapping[str, Any] = entry["command"]["read"]
        for key, found in sorted(read.items()):
            if not key.startswith(_CATALOG):
                continue
            version, argument = entry["pins"]["catalog"], key.removeprefix(_CATALOG)
            if row_of(version, argument) != found:
                text = f"the row {argument} of the catalog {version} is not what this entry read"
                yield Problem(seq, text)
