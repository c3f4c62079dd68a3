"""Committing under the crash harness: failpoints, and two bugs on purpose.

A harness that finds nothing proves something only if it would have found these. Nothing here runs
unless `CASELOOP_TEST_HARNESS=1` and a point or a bug were set when the process started.
"""

from collections.abc import Sequence

from engine.store.drivers.session import Call, Session
from engine.store.failpoints import failpoints


def commit_under_test(session: Session, calls: Sequence[Call]) -> None:
    """Commits like a unit of work, but can die, or be wrong, on the way."""
    calls = list(calls)
    if failpoints.seeded("timer_own_transaction"):
        calls = _drop_timers_first(session, calls)
    late = _of(calls, "outbox") if failpoints.seeded("outbox_after_commit") else []
    session.run([call for call in calls if call not in late])
    failpoints.reach("after_apply_before_commit")
    session.run((), commit=True)
    failpoints.reach("after_commit")
    if late:
        session.begin(late)
        session.run((), commit=True)


def _drop_timers_first(session: Session, calls: list[Call]) -> list[Call]:
    """Wrong on purpose: a timer is gone for good before what it fires is written."""
    dropped = [call for call in calls if call.statement.name == "delete_timer"]
    if not dropped:
        return calls
    session.run(dropped, commit=True)
    failpoints.reach("after_apply_before_commit")
    session.begin()
    return [call for call in calls if call not in dropped]


def _of(calls: Sequence[Call], table: str) -> list[Call]:
    return [call for call in calls if call.statement.name == f"put_{table}"]
