"""A caller that did not hear the answer asks again; by then the case may have gone on."""

import pytest

from engine.domain.errors import JobNotFoundError
from engine.service import jobs
from engine.service.executor import Answer
from engine.service.installation import Installation
from tests.crash.calls import WORKER, perform
from tests.crash.townsfolk import Townsfolk
from tests.installations import sample_city


def _locate_job(inst: Installation) -> dict[str, object]:
    """A case without a grid cell waits for the job that finds it."""
    people = Townsfolk(sample_city(), seed=1)
    reports = (people.report(0, number) for number in range(100))
    perform(inst, next(r for r in reports if "place" in r.args["data"]))
    return _claim(inst)


def _claim(inst: Installation) -> dict[str, object]:
    found = jobs.fetch_and_lock(inst, WORKER, topics=["locate_grid"], worker="w", seconds=60)
    [job] = found.data["items"]
    return dict(job)


def _fail(inst: Installation, job: dict[str, object]) -> Answer:
    return jobs.fail(
        inst,
        WORKER,
        str(job["id"]),
        worker="w",
        lock_token=int(str(job["lock_token"])),
        reason="no line",
        retry_after_seconds=0,
        idempotency_key="once",
    )


def test_failing_a_job_answers_alike_when_the_job_is_gone(installation: Installation) -> None:
    job = _locate_job(installation)
    first = _fail(installation, job)
    again = _claim(installation)
    jobs.complete(
        installation,
        WORKER,
        str(again["id"]),
        worker="w",
        lock_token=int(str(again["lock_token"])),
        data={"grid_cell": min(sample_city().cells)},
    )
    assert _fail(installation, job) == Answer(first.receipt, first.data, replayed=True)


def test_failing_a_job_is_refused_when_it_never_was(installation: Installation) -> None:
    job = _locate_job(installation)
    nowhere = {**job, "id": f"{job['case_id']}.0.999"}
    with pytest.raises(JobNotFoundError):
        _fail(installation, nowhere)
