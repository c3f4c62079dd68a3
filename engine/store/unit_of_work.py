"""One command, one transaction: load under the case's lock, apply the decision, commit.

A context manager; leaving it without `commit()` rolls back. What is applied is sent together with
the commit, so that a command costs two round trips: one to load, one to write.
"""

from collections.abc import Sequence
from datetime import datetime
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

import sqlalchemy as sa

from engine.domain.errors import (
    CaseNotFoundError,
    ConflictError,
    IdempotencyKeyReusedError,
    StoreError,
)
from engine.domain.ids import is_uuid
from engine.domain.rows import Decision, Pins
from engine.store import tables
from engine.store.answers import IdempotencyKey, StoredAnswer, keep_call, read_answer
from engine.store.apply import decision_calls, entry_calls
from engine.store.drivers.session import Call, Outcome, Session
from engine.store.expressions import now_or
from engine.store.facts import fact_query
from engine.store.failpoints import failpoints
from engine.store.seeded_bugs import commit_under_test
from engine.store.snapshot import (
    READ_CLOCK,
    JobLock,
    Loaded,
    check_lock,
    lock_calls,
    read_case,
)
from engine.store.statements import Statement
from engine.store.streams import StreamHead, head_call, load_calls, read_head, stream_id

if TYPE_CHECKING:
    from engine.store.database import Database


class UnitOfWork:
    """A transaction on a database, begun by the first thing that is asked of it."""

    def __init__(self, database: "Database") -> None:
        self._database = database
        self._session: Session = database.session()
        self._begun = False
        self._failed = False
        self._pending: list[Call] = []
        self._now: datetime | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._session.close()

    def load(
        self,
        case_id: str | None,
        *,
        idempotency: IdempotencyKey | None = None,
        job_lock: JobLock | None = None,
        facts: Sequence[str] = (),
    ) -> Loaded:
        """Takes the case's lock and reads it; None opens a new case.

        `facts` are read on the same way, those of them that need no pins. An earlier answer to
        the same key comes back before anything else is checked.
        """
        if case_id is not None and not is_uuid(case_id):
            raise CaseNotFoundError(f"there is no case {case_id}", case_id=case_id)
        now = self._database.case_now()
        calls = lock_calls(case_id, now, self._database.lease_now(), idempotency, job_lock)
        queries = {key: fact_query(key, now, None) for key in facts}
        outcomes = self.ask([*calls, *(query.call for query in queries.values())])
        snapshot, self._now, due = read_case(case_id, outcomes[0])
        stored = None
        if idempotency is not None:
            stored = read_answer(idempotency, outcomes[1 if case_id is not None else 2])
        if job_lock is not None and case_id is not None and stored is None:
            check_lock(case_id, job_lock, outcomes[len(calls) - 1])
        answered = zip(queries.items(), outcomes[len(calls) :], strict=True)
        found = {key: query.shape(outcome) for (key, query), outcome in answered}
        return Loaded(snapshot, self._now, stored, found, due)

    def now(self) -> datetime:
        """Case time of this transaction."""
        if self._now is None:
            outcome = self.ask([Call(READ_CLOCK, {"now": self._database.case_now()})])[0]
            self._now = outcome.rows[0][0]
        return self._now

    def lease_now(self) -> datetime | None:
        """Lease time, or None where the database's own clock gives it."""
        return self._database.lease_now()

    def fact(self, key: str, pins: Pins | None) -> Any:
        """A fact from outside the case, as it stands in this transaction."""
        return self.facts([key], pins)[key]

    def facts(self, keys: Sequence[str], pins: Pins | None) -> dict[str, Any]:
        """Several facts on one way."""
        queries = {key: fact_query(key, self.now(), pins) for key in keys}
        outcomes = self.ask([query.call for query in queries.values()])
        answered = zip(queries.items(), outcomes, strict=True)
        return {key: query.shape(outcome) for (key, query), outcome in answered}

    def apply(
        self,
        decision: Decision,
        *,
        answer: StoredAnswer | None = None,
        idempotency: IdempotencyKey | None = None,
    ) -> None:
        """Writes everything that a decision changes, and the answer under the caller's key.

        A job's lease needs no second look: it was checked at loading, and its row has been locked
        since.
        """
        failpoints.reach("before_apply")
        lease = self._database.lease_now()
        self._pending += decision_calls(decision, self._session.dialect, lease)
        if idempotency is not None:
            self.keep_answer(idempotency, answer or StoredAnswer(b""))

    def keep_answer(self, idempotency: IdempotencyKey, answer: StoredAnswer) -> None:
        """Keeps the answer of a write that is no case's command."""
        self._pending.append(keep_call(idempotency, answer, self._database.lease_now()))

    def delay_job(self, case_id: str, instance: int, token: int, *, seconds: int) -> None:
        """Lets nobody claim a failed job for a while (back-off)."""
        key = {"case": case_id, "instance_": instance, "token_": token}
        lease = self._database.lease_now()
        self._pending.append(Call(DELAY_JOB, {**key, "lease": lease, "seconds": seconds}))

    def load_stream(self, name: str) -> StreamHead:
        """Locks a stream that is not a case's and reads where it ends; it begins if it is new.

        The clock is read anew under the lock, and is not behind the last entry: who had to wait
        sees what those wrote whom he waited for, also when the clock was set back.
        """
        head = read_head(self.ask(load_calls(name))[-1])
        self._now = None
        self._now = self.now() if head.at is None else max(self.now(), head.at)
        return head

    def append_stream(
        self, name: str, seq: int, entry: bytes, entry_hash: str, at: datetime
    ) -> None:
        """Adds the next entry to a stream that was loaded here."""
        self._pending += entry_calls(
            self._session.dialect,
            stream_id=stream_id(name),
            seq=seq,
            at=at,
            entry_hash=entry_hash,
            body=entry,
        )
        self._pending.append(head_call(name, seq, entry_hash, at))

    def write(self, statement: Statement, values: Any) -> None:
        """Queues a write of the store's own modules."""
        self._pending.append(Call(statement, values))

    def ask(self, calls: Sequence[Call]) -> list[Outcome]:
        """Sends what is queued and these calls; the outcomes of these calls."""
        queued, self._pending = self._pending, []
        return self._send([*queued, *calls])[len(queued) :]

    def commit(self) -> None:
        """Makes everything lasting, or raises and has changed nothing."""
        if not self._begun:
            self.ask(())
        queued, self._pending = self._pending, []
        self._send(queued, commit=True)
        self._begun = False
        self._now = None

    def _send(self, calls: Sequence[Call], *, commit: bool = False) -> list[Outcome]:
        if self._failed:
            raise StoreError("a step of this unit of work failed; it can only be left")
        try:
            return self._exchange(calls, commit=commit)
        except ConflictError as exc:
            self._failed = True
            raise _explain(exc) from exc
        except BaseException:
            self._failed = True  # half of a step may be written; committing it would keep it
            raise

    def _exchange(self, calls: Sequence[Call], *, commit: bool) -> list[Outcome]:
        if not self._begun:
            self._begun = True
            return self._session.begin(calls)
        if commit and failpoints.active:
            commit_under_test(self._session, calls)
            return []
        return self._session.run(calls, commit=commit)


def _explain(exc: ConflictError) -> Exception:
    """Which rule of ours a second row of the same key breaks."""
    table = exc.context.get("table")
    if table == "idempotency":
        return IdempotencyKeyReusedError()
    if table in {"case_state", "case_file"}:
        return ConflictError("there is a case of this id or number already")
    if table == "entry":
        return StoreError("the case went on without its lock", table=table)
    return exc


_job = tables.job
DELAY_JOB = Statement(
    "delay_job",
    lambda _: (
        sa.update(_job)
        .where(
            _job.c.case_id == sa.bindparam("case"),
            _job.c.instance == sa.bindparam("instance_"),
            _job.c.token == sa.bindparam("token_"),
        )
        .values(available_at=now_or("lease", plus="seconds"))
    ),
)
