from datetime import timedelta

import pytest

from engine.audit import CaseRecord, read_record, replay_record, verify_record
from engine.domain.commands import ResolveIncident
from engine.domain.errors import CaseNotFoundError, UnknownSemanticsError
from engine.service import evidence, jobs
from engine.service.executor import execute
from engine.service.timers import fire_due
from engine.store.timers import count_postponed
from engine.store.writes.access import erase_personal
from tests.audit.hand import Hand
from tests.audit.town import OPERATOR, ROBOT, Town, who


def record_of(town: Town, case_id: str) -> CaseRecord:
    return read_record(town.inst.database, case_id)


def both_verdicts(town: Town, case_id: str) -> tuple[str, str]:
    replayed = evidence.replay(town.inst, OPERATOR, case_id)
    verified = evidence.verify(town.inst, OPERATOR, case_id)
    assert (replayed["problem"], verified["problem"]) == (None, None)
    return replayed["verdict"], verified["verdict"]


def test_case_with_rework_conforms_and_is_intact(town: Town) -> None:
    assert both_verdicts(town, town.closed()) == ("conforms", "intact")


def test_case_conforms_while_it_waits_at_each_step(town: Town) -> None:
    for case_id in (town.report(), town.dispatched(), town.handed_back()):
        assert both_verdicts(town, case_id) == ("conforms", "intact")


def test_case_with_reminder_and_escalation_conforms(town: Town) -> None:
    case_id = town.dispatched()
    town.clock.forward(hours=30)
    fired = fire_due(town.inst, node="n")
    assert (fired.fired, fired.failed) == (2, 0)
    town.do(case_id, "peng", "reply_to_escalation", "replied", escalation_reply="今天更换")
    assert both_verdicts(town, case_id) == ("conforms", "intact")


def test_case_that_was_made_void_conforms(town: Town) -> None:
    case_id = town.dispatched()
    town.void_asked(case_id)
    town.do(case_id, "deng", "approve_void", "void", reason="重复")
    assert both_verdicts(town, case_id) == ("conforms", "intact")


def test_claimed_and_failed_work_conforms_although_leases_moved(town: Town) -> None:
    case_id = town.report()
    town.do(case_id, "zhou", "file_case", "filed", condition=2)
    [job] = town.locked("propose_unit")
    lock = {"worker": "robot", "lock_token": job["lock_token"]}
    jobs.fail(town.inst, ROBOT, job["id"], reason="no route", **lock)
    assert town.locked("propose_unit") == []
    assert both_verdicts(town, case_id) == ("conforms", "intact")


def test_case_of_another_semantics_is_left_alone_and_told(town: Town) -> None:
    """As when a node still runs the program of before."""
    case_id, hand = town.dispatched(), Hand(town.inst.database)
    before = record_of(town, case_id).entries
    hand.state(case_id, "semantics", 9)
    with pytest.raises(UnknownSemanticsError, match=r"semantics 9.* knows 1"):
        town.do(case_id, "peng", "assign_crew", "assigned", crew="municipal_crew_a")
    town.clock.forward(hours=30)
    fired = fire_due(town.inst, node="n")
    assert (fired.fired, fired.gone, fired.failed) == (0, 0, 2)
    assert record_of(town, case_id).entries == before
    hand.state(case_id, "semantics", 1)
    town.do(case_id, "peng", "assign_crew", "assigned", crew="municipal_crew_a")
    assert count_postponed(town.inst.database) == 2


def test_erased_personal_value_breaks_nothing(town: Town) -> None:
    case_id = town.report(source="public", reporter={"name": "钱女士", "phone": "13800000000"})
    values = record_of(town, case_id).personal
    assert len(values) == 2
    with town.inst.database.unit_of_work() as work:
        erase_personal(work, case_id, [value.ref for value in values])
        work.commit()
    assert record_of(town, case_id).personal == ()
    assert both_verdicts(town, case_id) == ("conforms", "intact")


def test_incident_resolved_by_hand_is_an_override_at_its_entry(town: Town) -> None:
    case_id = town.report()
    town.do(case_id, "zhou", "file_case", "filed", condition=2)
    [job] = town.locked("propose_unit")
    lock = {"worker": "robot", "lock_token": job["lock_token"]}
    jobs.fail(town.inst, ROBOT, job["id"], reason="no route", retries=0, **lock)
    assert both_verdicts(town, case_id) == ("conforms", "intact")
    command = ResolveIncident(
        case_id=case_id, incident=1, reason="by telephone", data={"proposed_unit": "greening"}
    )
    receipt = execute(town.inst, who("cheng"), command).receipt
    assert receipt is not None
    found = evidence.replay(town.inst, OPERATOR, case_id)
    assert (found["verdict"], found["seq"]) == ("override", receipt.seq)
    assert "cheng: by telephone" in found["problem"]
    assert evidence.verify(town.inst, OPERATOR, case_id)["verdict"] == "intact"


def test_replay_asks_nobody_who_is_in_office_today(town: Town) -> None:
    """Posts, catalog rows and rosters of the time are in the entries; today's may be gone."""
    case_id = town.handed_back()
    hand = Hand(town.inst.database)
    for table in ("post", "person", "unit", "duty_grid", "grid_cell"):
        assert hand.run(f"DELETE FROM {table}") > 0
    assert both_verdicts(town, case_id) == ("conforms", "intact")
    assert hand.run("DELETE FROM catalog_row") > 0
    assert evidence.replay(town.inst, OPERATOR, case_id)["verdict"] == "conforms"
    assert "catalog" in evidence.verify(town.inst, OPERATOR, case_id)["problem"]


def test_every_case_is_replayed_in_one_go(town: Town) -> None:
    cases = [town.report(), town.dispatched(), town.handed_back()]
    first = evidence.replay_all(town.inst, OPERATOR, limit=2)
    second = evidence.replay_all(town.inst, OPERATOR, cursor=first.next_cursor, limit=2)
    found = [*first.items, *second.items]
    assert [v["case_id"] for v in found] == sorted(cases)
    assert {v["verdict"] for v in found} == {"conforms"}
    assert second.next_cursor is None


def test_case_of_nobody_is_not_found(town: Town) -> None:
    with pytest.raises(CaseNotFoundError):
        evidence.replay(town.inst, OPERATOR, town.inst.ids.new())


def test_case_of_another_district_is_not_shown(town: Town) -> None:
    case_id = town.report()
    with pytest.raises(CaseNotFoundError):
        evidence.verify(town.inst, who("liang"), case_id)
    assert evidence.verify(town.inst, who("lin"), case_id)["verdict"] == "intact"


def test_release_that_is_gone_is_told_as_a_divergence(town: Town) -> None:
    record = record_of(town, town.report())
    Hand(town.inst.database).run("DELETE FROM release_file")
    town.clock.forward(minutes=1)
    fresh = replay_record(record, town.inst._build)
    assert (fresh.verdict, fresh.seq) == ("diverges", 1)
    assert "release" in str(fresh.problem)
    assert verify_record(record).verdict == "intact"


def test_record_of_a_moment_is_whole(town: Town) -> None:
    case_id = town.dispatched()
    record = record_of(town, case_id)
    town.do(case_id, "peng", "assign_crew", "assigned", crew="municipal_crew_a")
    assert replay_record(record, town.inst.world).verdict == "conforms"
    assert record.snapshot.at + timedelta(minutes=5) == record_of(town, case_id).snapshot.at
