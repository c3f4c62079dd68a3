"""What is due comes before the command that comes after it, also when no node has ticked."""

import json

import pytest

from engine.domain.errors import SeparationError, StaleVersionError
from engine.runtime.ticker import Ticker
from engine.service import cases, evidence, messages, work_items
from engine.store.queries import notifications
from engine.store.queries.case import find_snapshot
from tests.audit.town import OPERATOR, Town, who


def kinds_of(town: Town, case_id: str) -> list[str]:
    with town.inst.database.reads() as reader:
        rows = notifications.list_notifications(reader, case_id=case_id, limit=200).items
    return sorted({view.notification.kind for view in rows})


def commands(town: Town, case_id: str) -> list[str]:
    entries = cases.journal(town.inst, OPERATOR, case_id)
    return [entry["entry"]["command"]["kind"] for entry in entries]


def version(town: Town, case_id: str) -> int:
    with town.inst.database.reads() as reader:
        snapshot = find_snapshot(reader, case_id)
    assert snapshot is not None
    return snapshot.seq


def test_nobody_acts_over_a_reminder_that_a_stopped_node_did_not_send(town: Town) -> None:
    """The case is overdue when the department comes back to it: first it is told so."""
    case_id = town.dispatched()
    town.clock.forward(days=3)
    town.do(case_id, "peng", "assign_crew", "assigned", crew="municipal_crew_a")
    assert commands(town, case_id)[-3:] == ["fire_timer", "fire_timer", "complete_work_item"]
    assert kinds_of(town, case_id) == ["escalation", "reminder"]
    assert Ticker(town.inst, "n").tick().fired == 0
    assert evidence.replay(town.inst, OPERATOR, case_id)["verdict"] == "conforms"


def test_hand_back_after_the_deadline_comes_after_its_points(town: Town) -> None:
    case_id = town.dispatched()
    town.do(case_id, "peng", "assign_crew", "assigned", crew="municipal_crew_a")
    after = [town.photo(case_id, "chen")]
    town.do(case_id, "chen", "handle_on_site", "submitted", photos_after=after)
    town.clock.forward(days=3)
    town.do(case_id, "peng", "confirm_handling", "handed_back")
    [clock] = cases.clocks(town.inst, OPERATOR, case_id)
    assert clock["on_time"] is False
    assert kinds_of(town, case_id) == ["escalation", "reminder"]


def test_who_read_the_case_before_the_timer_reads_it_again(town: Town) -> None:
    case_id = town.dispatched()
    before = version(town, case_id)
    town.clock.forward(days=3)
    item = town.items(case_id)["assign_crew"]
    place = f"{case_id}.{item.instance}.{item.token}"
    with pytest.raises(StaleVersionError):
        work_items.claim(town.inst, who("peng"), place, if_match=before)
    assert commands(town, case_id)[-2:] == ["fire_timer", "fire_timer"]


def test_repeated_request_gets_its_answer_and_fires_nothing(town: Town) -> None:
    case_id = town.dispatched()
    item = town.items(case_id)["assign_crew"]
    place = f"{case_id}.{item.instance}.{item.token}"
    first = work_items.claim(town.inst, who("peng"), place, idempotency_key="k")
    town.clock.forward(days=3)
    again = work_items.claim(town.inst, who("peng"), place, idempotency_key="k")
    assert json.dumps(first.data, default=str) == json.dumps(again.data, default=str)
    assert commands(town, case_id)[-1] == "claim_work_item"


def test_who_did_an_act_hears_so_of_a_case_that_he_may_not_read(town: Town) -> None:
    """A department that returned the case no longer reads it; separation is told none the less."""
    case_id = town.dispatched()
    town.do(case_id, "peng", "assign_crew", "rejected", reason="非本单位")
    town.do(case_id, "wang", "dispatch", "dispatched", responsible_unit="sanitation")
    with pytest.raises(SeparationError) as refused:
        messages.correlate(
            town.inst, who("peng"), name="void_requested", case_id=case_id, reason="重复"
        )
    assert refused.value.context["earlier_act"]["person"] == "peng"
    assert commands(town, case_id)[-1] == "complete_work_item"
