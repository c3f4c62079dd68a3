import threading
from collections.abc import Mapping
from typing import Any

import pytest

from engine.domain.errors import HandlerError, HandlerRefusedError
from engine.domain.evidence import Json
from engine.domain.handlers import Handler, HandlerContext
from engine.runtime.lookups import CityLookups
from engine.runtime.workers import Worker, Workers
from engine.service import evidence, jobs
from engine.store.queries.case import find_snapshot
from engine.store.queries.incidents import list_incidents
from engine.store.queries.jobs import JobFilter, JobView, list_jobs
from engine.store.queries.journal import list_entries
from engine.store.writes import organisation
from handlers import BUILT_IN
from tests.audit.town import OPERATOR, ROBOT, Town

AT_THE_CORNER = {"x": 1106004000, "y": 352032000, "address": "虹桥街道"}


def worker(town: Town, handlers: Mapping[str, Handler] = BUILT_IN) -> tuple[Worker, list[str]]:
    """A worker whose loop the test turns, and how its jobs ended."""
    ended: list[str] = []
    lookups = CityLookups(town.inst)
    return Worker(town.inst, handlers, "node/1", lookups, ended.append), ended


def located_by_report(town: Town, place: Any) -> str:
    """A case that was registered with a place and no cell."""
    return town.report(source="public", grid_cell=None, place=place)


def filed(town: Town) -> str:
    """A case that waits for a proposal."""
    case_id = town.report()
    town.do(case_id, "zhou", "file_case", "filed", condition=2)
    return case_id


def document(town: Town, case_id: str) -> bytes:
    with town.inst.database.reads() as reader:
        snapshot = find_snapshot(reader, case_id)
    assert snapshot is not None
    return snapshot.document


def job_of(town: Town, case_id: str) -> JobView:
    with town.inst.database.reads() as reader:
        [found] = list_jobs(reader, JobFilter(case_id=case_id)).items
    return found


def incidents(town: Town, case_id: str) -> list[tuple[str, str]]:
    with town.inst.database.reads() as reader:
        return [(i.code, i.message) for i in list_incidents(reader, case_id=case_id).items]


def test_place_becomes_a_cell_and_the_case_goes_on(town: Town) -> None:
    case_id = located_by_report(town, AT_THE_CORNER)
    turn, ended = worker(town)
    assert turn.work_once() == 1
    assert ended == ["completed"]
    assert b'"grid_cell":"990101001001001"' in document(town, case_id)
    assert "accept_report" in town.items(case_id)


def test_department_of_the_trade_is_proposed(town: Town) -> None:
    case_id = filed(town)
    turn, ended = worker(town)
    turn.work_once()
    assert ended == ["completed"]
    assert b'"proposed_unit":"municipal_works"' in document(town, case_id)
    assert "dispatch" in town.items(case_id)


def test_whole_loop_needs_no_other_worker(town: Town) -> None:
    turn, ended = worker(town)
    town.worker = turn.work_once
    case_id = town.closed()
    assert ended == ["completed", "completed"]
    assert "按时处置" in document(town, case_id).decode()


def test_place_outside_every_cell_is_an_incident_of_the_diagram(town: Town) -> None:
    case_id = located_by_report(town, {"x": 1, "y": 1})
    turn, ended = worker(town)
    turn.work_once()
    assert ended == ["refused"]
    [(code, message)] = incidents(town, case_id)
    assert code == "uncaught-bpmn-error"
    assert "NO_GRID" in message
    assert turn.work_once() == 0


def test_cell_that_was_drawn_later_is_found(town: Town) -> None:
    """What workers keep of the city is no older than the last import."""
    turn, ended = worker(town)
    located_by_report(town, AT_THE_CORNER)
    turn.work_once()
    with town.inst.database.unit_of_work() as work:
        head = work.load_stream("organisation")
        square = [[0, 0], [9, 0], [9, 9], [0, 9], [0, 0]]
        row = organisation.GridCellRow(
            cell="990103009009009",
            district="990103",
            duty_grid="SL-1",
            geometry={"type": "Polygon", "coordinates": [square]},
            valid_from=work.now(),
        )
        organisation.put_grid_cells(work, [row])
        work.append_stream("organisation", head.seq + 1, b"{}", "0" * 64, work.now())
        work.commit()
    town.clock.forward(seconds=1)
    case_id = located_by_report(town, {"x": 5, "y": 5})
    turn.work_once()
    assert ended == ["completed", "completed"]
    assert b'"grid_cell":"990103009009009"' in document(town, case_id)


def test_failed_attempts_wait_longer_each_time_and_end_in_an_incident(town: Town) -> None:
    def broken(variables: Mapping[str, Json], context: HandlerContext) -> Mapping[str, Json]:
        raise HandlerError("the map service is closed")

    case_id = filed(town)
    turn, ended = worker(town, {"propose_unit": broken})
    assert turn.work_once() == 1
    assert turn.work_once() == 0
    forward(town, 11)
    assert turn.work_once() == 1
    forward(town, 11)
    assert turn.work_once() == 0
    forward(town, 50)
    assert turn.work_once() == 1
    assert ended == ["failed"] * 3
    assert incidents(town, case_id) == [("job-failed", "the map service is closed")]


def test_text_of_a_foreign_exception_stays_out_of_the_journal(
    town: Town, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(variables: Mapping[str, Json], context: HandlerContext) -> Mapping[str, Json]:
        raise KeyError("钱女士 13800000000")

    case_id = filed(town)
    turn, _ = worker(town, {"propose_unit": broken})
    turn.work_once()
    with town.inst.database.reads() as reader:
        last = list_entries(reader, f"case:{case_id}")[-1].body.decode()
    assert "KeyError" in last
    assert "钱女士" not in last


def test_outputs_that_the_diagram_does_not_declare_fail_the_attempt(town: Town) -> None:
    def wrong(variables: Mapping[str, Json], context: HandlerContext) -> Mapping[str, Json]:
        return {"proposed_unit": 7}

    case_id = filed(town)
    turn, ended = worker(town, {"propose_unit": wrong})
    turn.work_once()
    assert ended == ["failed"]
    assert job_of(town, case_id).job.retries == 2


def test_worker_that_lost_its_lease_changes_nothing(town: Town) -> None:
    case_id = filed(town)

    def slow(variables: Mapping[str, Json], context: HandlerContext) -> Mapping[str, Json]:
        forward(town, 61)
        [job] = town.locked("propose_unit", "other")
        lock = {"worker": "other", "lock_token": job["lock_token"]}
        jobs.complete(town.inst, ROBOT, job["id"], data={"proposed_unit": "greening"}, **lock)
        return {"proposed_unit": "sanitation"}

    turn, ended = worker(town, {"propose_unit": slow})
    turn.work_once()
    assert ended == ["lost"]
    assert b'"proposed_unit":"greening"' in document(town, case_id)


def test_job_that_kills_its_workers_becomes_an_incident(town: Town) -> None:
    case_id = filed(town)
    for _ in range(3):
        assert town.locked("propose_unit", "dies")
        forward(town, 61)
    assert town.locked("propose_unit", "dies") == []
    [(code, message)] = incidents(town, case_id)
    assert code == "job-failed"
    assert "3 leases ran out" in message
    assert evidence.replay(town.inst, OPERATOR, case_id)["verdict"] == "conforms"


def test_handler_is_told_which_attempt_it_is_under_one_job_id(town: Town) -> None:
    seen: list[tuple[str, int]] = []

    def remember(variables: Mapping[str, Json], context: HandlerContext) -> Mapping[str, Json]:
        seen.append((context.job_id, context.attempt))
        raise HandlerRefusedError("NOT_NOW") if len(seen) > 1 else HandlerError()

    case_id = filed(town)
    turn, ended = worker(town, {"propose_unit": remember})
    turn.work_once()
    forward(town, 60)
    turn.work_once()
    assert [attempt for _, attempt in seen] == [1, 2]
    assert len({job_id for job_id, _ in seen}) == 1
    assert seen[0][0].startswith(case_id)
    assert ended == ["failed", "refused"]


def test_threads_work_until_they_are_stopped(town: Town) -> None:
    done = threading.Event()

    def propose(variables: Mapping[str, Json], context: HandlerContext) -> Mapping[str, Json]:
        done.set()
        return {}

    workers = Workers(town.inst, {"propose_unit": propose}, "node")
    workers.start()
    try:
        filed(town)
        assert done.wait(10)
    finally:
        workers.stop()
    told = town.inst.runtime["workers"]
    assert (told["completed"], told["topics"]) == (1, ["propose_unit"])


def test_node_without_handlers_has_no_threads(town: Town) -> None:
    workers = Workers(town.inst, {}, "node")
    workers.start()
    workers.stop()
    assert town.inst.runtime["workers"] == {"threads": 0, "topics": []}


def forward(town: Town, seconds: int) -> None:
    """Lease time goes on."""
    clock: Any = town.inst.lease_clock
    clock.forward(seconds=seconds)
