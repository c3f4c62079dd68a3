"""Who may answer for a job: the worker that was given it, with a key that it may be given to."""

import logging
from typing import Any

import pytest

from engine.domain.errors import JobNotFoundError, LockLostError
from engine.domain.people import Actor
from engine.service import cases, jobs
from tests.audit.town import ROBOT, Town
from tests.databases import SettableClock
from tests.runtime.test_failing_timers import set_state

WORKS, PARKS = (Actor(via="key:k", unit=unit) for unit in ("municipal_works", "greening"))
ANSWERS: dict[str, dict[str, Any]] = {
    "complete": {"data": {"summary": "井盖更换"}},
    "extend": {"seconds": 30},
    "fail": {"reason": "no paper"},
    "throw_error": {"code": "NO_PAPER"},
}


def fetch(town: Town, actor: Actor, topic: str, **how: Any) -> list[dict[str, Any]]:
    fetched = jobs.fetch_and_lock(town.inst, actor, topics=[topic], worker="w", **how)
    return list(fetched.data["items"])


@pytest.fixture
def archiving(town: Town) -> Town:
    """A closed case of the municipal works whose summary somebody is to write."""
    case_id = town.handed_back()
    town.do(case_id, "wang", "review_feedback", "forwarded")
    town.check_passes(case_id)
    town.do(case_id, "deng", "close_case", "closed")
    return town


@pytest.mark.parametrize("how", ANSWERS)
def test_answer_for_another_unit_s_job_is_refused(archiving: Town, how: str) -> None:
    assert fetch(archiving, PARKS, "archive_summary") == []
    [job] = fetch(archiving, WORKS, "archive_summary")
    lock = {"worker": "w", "lock_token": job["lock_token"]}
    answer = getattr(jobs, how)
    with pytest.raises(JobNotFoundError):
        answer(archiving.inst, PARKS, job["id"], **lock, **ANSWERS[how])
    jobs.complete(archiving.inst, WORKS, job["id"], **lock, data={"summary": "井盖更换"})


@pytest.mark.parametrize("how", ANSWERS)
def test_lock_is_not_found_by_counting(archiving: Town, how: str) -> None:
    [job] = fetch(archiving, WORKS, "archive_summary")
    for guess in (0, 1, 2, 3, job["attempts"]):
        with pytest.raises(LockLostError):
            getattr(jobs, how)(
                archiving.inst,
                WORKS,
                job["id"],
                worker="w",
                lock_token=guess,
                **ANSWERS[how],
            )


def test_job_that_cannot_be_given_up_keeps_nobody_from_the_others(
    town: Town, lease_clock: SettableClock, caplog: pytest.LogCaptureFixture
) -> None:
    sick = filed(town)
    for _ in range(3):
        assert [job["case_id"] for job in fetch(town, ROBOT, "propose_unit")] == [sick]
        lease_clock.forward(seconds=61)
    well = filed(town)
    set_state(town, sick, b"{}")
    with caplog.at_level(logging.ERROR, logger="caseloop.jobs"):
        given = fetch(town, ROBOT, "propose_unit", limit=10)
    assert [job["case_id"] for job in given] == [well]
    assert sick in caplog.text
    assert cases.get_case(town.inst, ROBOT, well)["status"] == "open"


def filed(town: Town) -> str:
    case_id = town.report()
    town.do(case_id, "zhou", "file_case", "filed", condition=2)
    return case_id
