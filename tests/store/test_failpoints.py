"""Failpoints and seeded bugs: real when armed by a harness, nothing otherwise."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from engine.domain.errors import SettingsError
from engine.store import open_database
from engine.store.failpoints import POINTS, Failpoints
from engine.store.feed import read_page
from engine.store.outbox import claim_outbox
from engine.store.timers import next_due
from tests.databases import CountingIds, SettableClock

ROOT = Path(__file__).parents[2]
#: A case with a timer and an outbox message: the timer fires, a message goes into the outbox.
FIRE = """
import sys
from tests.databases import CountingIds, SettableClock, START
from tests.store.small_case import decision, open_case, outbox_message, timer
from engine.domain.rows import RowChanges
from engine.store import open_database
from engine.store.timers import claim_due
clock = SettableClock()
database = open_database(sys.argv[1], clock=clock, lease_clock=clock, ids=CountingIds())
case_id = "00000000-0000-7000-8000-000000000001"
if sys.argv[2] == "open":
    open_case(database, case_id, RowChanges(timers=(timer(case_id, 1, START),)))
else:
    claim_due(database, now=START, node="n", lease_seconds=1, limit=1)
    with database.unit_of_work() as work:
        work.load(case_id)
        rows = RowChanges(timers_gone=((1, 1),), outbox=(outbox_message(case_id, 2),))
        work.apply(decision(case_id, 2, rows=rows))
        work.commit()
"""


def run(url: str, what: str, **environment: str) -> int:
    done = subprocess.run(
        [sys.executable, "-c", FIRE, url, what],
        env={**os.environ, **environment},
        cwd=ROOT,
        capture_output=True,
        check=False,
    )
    return done.returncode


def left(url: str) -> tuple[int, bool, int]:
    """How many entries, whether the timer is there, how many messages wait."""
    database = open_database(
        url, clock=SettableClock(), lease_clock=SettableClock(), ids=CountingIds()
    )
    entries = len(read_page(database, after=0, limit=10))
    timer = next_due(database) is not None
    messages = len(claim_outbox(database, seconds=1, limit=10))
    database.close()
    return entries, timer, messages


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
    assert run(database_url, "open") == 0
    armed = {"CASELOOP_TEST_HARNESS": "1", "CASELOOP_FAILPOINT": f"{point}:1"}
    assert run(database_url, "fire", **armed) == -9
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
    assert run(database_url, "open") == 0
    armed = {"CASELOOP_TEST_HARNESS": "1", "CASELOOP_FAILPOINT": f"{point}:1"}
    assert run(database_url, "fire", **armed, CASELOOP_SEEDED_BUG=bug) == -9
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
