"""Failpoints and seeded bugs: real when armed by a harness, nothing otherwise."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from engine.domain.errors import SettingsError
from engine.domain.rows import RowChanges
from engine.store import Database, open_database
from engine.store.failpoints import POINTS, Failpoints
from engine.store.feed import read_page
from engine.store.outbox import claim_outbox
from engine.store.timers import next_due
from tests.databases import START, CountingIds, SettableClock
from tests.store.small_case import open_case, timer

ROOT = Path(__file__).parents[2]
CASE = "00000000-0000-7000-8000-000000000001"
#: Fires the timer of that case; a message goes into the outbox.
FIRE = """
import sys
from tests.databases import CountingIds, SettableClock, START
from tests.store.small_case import decision, outbox_message
from engine.domain.rows import RowChanges
from engine.domain.rows import RowChanges
from engine.store import Database, open_database
from engine.store.timers import claim_due
clock = SettableClock()
database = open_database(sys.argv[1], clock=clock, lease_clock=clock, ids=CountingIds())
claim_due(database, now=START, node="n", lease_seconds=1, limit=1)
with database.unit_of_work() as work:
    work.load(sys.argv[2])
    rows = RowChanges(timers_gone=((1, 1),), outbox=(outbox_message(sys.argv[2], 2),))
    work.apply(decision(sys.argv[2], 2, rows=rows))
    work.commit()
"""


def open_waiting(url: str) -> None:
    """A case with a timer that is due."""
    database = _open(url)
    open_case(database, CASE, RowChanges(timers=(timer(CASE, 1, START),)))
    database.close()


def _open(url: str) -> Database:
    clock = SettableClock()
    return open_database(url, clock=clock, lease_clock=clock, ids=CountingIds())


def fire(url: str, **environment: str) -> int:
    """Fires it in a process of its own; how that ended."""
    done = subprocess.run(
        [sys.executable, "-c", FIRE, url, CASE],
        env={**os.environ, **environment},
        cwd=ROOT,
        capture_output=True,
        check=False,
    )
    return done.returncode


def left(url: str) -> tuple[int, bool, int]:
    """How many entries, whether the timer is there, how many messages wait."""
    database = _open(url)
    entries = len(read_page(database, after=0, limit=10))
    waiting = next_due(database) is not None
    messages = len(claim_outbox(database, seconds=1, limit=10))
    database.close()
    return entries, waiting, messages


@pytest.mark.parametrize(
    ("point", "expected"),
    [
        ("after_claim", (1, True, 0)),
        ("before_apply", (1, True, 0)),
        ("after_apply_before_commit", (1, True, 0)),
        ("after_commit", (2, False, 1)),
    ],
)
def test_process_killed_at_a_point_leaves_all_or_nothing(
    database_url: str, point: str, expected: tuple[int, bool, int]
) -> None:
    open_waiting(database_url)
    armed = {"CASELOOP_TEST_HARNESS": "1", "CASELOOP_FAILPOINT": f"{point}:1"}
    assert fire(database_url, **armed) == -9
    assert left(database_url) == expected


@pytest.mark.parametrize(
    ("bug", "point", "wrong"),
    [
        ("timer_own_transaction", "after_apply_before_commit", (1, False, 0)),
        ("outbox_after_commit", "after_commit", (2, False, 0)),
    ],
)
def test_seeded_bug_loses_something_at_its_point(
    database_url: str, bug: str, point: str, wrong: tuple[int, bool, int]
) -> None:
    open_waiting(database_url)
    armed = {"CASELOOP_TEST_HARNESS": "1", "CASELOOP_FAILPOINT": f"{point}:1"}
    assert fire(database_url, **armed, CASELOOP_SEEDED_BUG=bug) == -9
    assert left(database_url) == wrong


def test_nothing_is_armed_without_the_harness() -> None:
    everything = {
        "CASELOOP_FAILPOINT": ",".join(f"{point}:1" for point in POINTS),
        "CASELOOP_SEEDED_BUG": "outbox_after_commit",
    }
    failpoints = Failpoints(everything)
    for point in POINTS:
        failpoints.reach(point)
    assert not failpoints.active
    assert not failpoints.seeded("outbox_after_commit")


@pytest.mark.parametrize(
    "setting",
    [
        {"CASELOOP_FAILPOINT": "nowhere:1"},
        {"CASELOOP_FAILPOINT": "after_commit:often"},
        {"CASELOOP_FAILPOINT": "after_commit:2"},
        {"CASELOOP_FAILPOINT": "after_commit:1:sleep"},
        {"CASELOOP_SEEDED_BUG": "some_bug"},
    ],
)
def test_odd_setting_is_refused(setting: dict[str, str]) -> None:
    with pytest.raises(SettingsError):
        Failpoints({"CASELOOP_TEST_HARNESS": "1", **setting})
