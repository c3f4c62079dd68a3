"""Everything that is stored of a case, read as of one entry."""

from dataclasses import dataclass

from engine.domain.errors import CaseNotFoundError, ConflictError
from engine.domain.journal import case_stream
from engine.domain.rows import CaseSnapshot, PersonalValue
from engine.store import Database, Reader
from engine.store.queries.case import find_snapshot, list_personal_values
from engine.store.queries.case_rows import CaseRows, read_case_rows
from engine.store.queries.journal import StoredEntry, list_entries

_TRIES = 20
_PAGE = 1000


@dataclass(frozen=True, slots=True)
class CaseRecord:
    """A case as the database has it."""

    snapshot: CaseSnapshot
    entries: tuple[StoredEntry, ...]
    rows: CaseRows
    personal: tuple[PersonalValue, ...] = ()

    @property
    def case_id(self) -> str:
        return self.snapshot.case_id

    @property
    def last_seq(self) -> int:
        """The number of the newest entry, by the state or by the journal."""
        return max(self.snapshot.seq, self.entries[-1].seq if self.entries else 0)


def read_record(database: Database, case_id: str) -> CaseRecord:
    """Reads a case; again when it went on meanwhile, so that all parts are of one entry."""
    for _ in range(_TRIES):
        with database.reads() as reader:
            before = find_snapshot(reader, case_id)
            if before is None:
                raise CaseNotFoundError(f"there is no case {case_id}", case_id=case_id)
            record = CaseRecord(
                before,
                read_entries(reader, case_stream(case_id)),
                read_case_rows(reader, case_id),
                tuple(list_personal_values(reader, case_id)),
            )
            after = find_snapshot(reader, case_id)
        if after is not None and after.seq == before.seq:
            return record
    raise ConflictError(f"case {case_id} goes on too fast to be read as a whole; try again")


def read_entries(reader: Reader, stream: str) -> tuple[StoredEntry, ...]:
    """Every entry of a stream, in order."""
    found: list[StoredEntry] = []
    while True:
        after = found[-1].seq if found else -1
        page = list_entries(reader, stream, after_seq=after, limit=_PAGE)
        found += page
        if len(page) < _PAGE:
            return tuple(found)
