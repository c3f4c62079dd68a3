"""Incidents are found, retried and resolved by those who may read the case."""

import pytest

from engine.domain.errors import CaseNotFoundError
from engine.domain.people import Actor
from engine.service import incidents, jobs
from tests.audit.town import OPERATOR, ROBOT, Town, who

LIZHOU = "990102001001001"


def stuck(town: Town, **data: str) -> str:
    """A case whose job has failed for good."""
    case_id = town.report(**data)
    town.do(case_id, "zhou", "file_case", "filed", condition=2)
    [job] = town.locked("propose_unit", "w")
    lock = {"worker": "w", "lock_token": job["lock_token"]}
    jobs.fail(town.inst, ROBOT, job["id"], reason="no answer", retries=0, **lock)
    return case_id


@pytest.fixture
def two_stuck(town: Town) -> tuple[Town, str, str]:
    """An incident of each district, that of Lin's first."""
    return town, stuck(town), stuck(town, grid_cell=LIZHOU)


def listed(town: Town, actor: Actor, limit: int = 50) -> list[str]:
    found, cursor = [], None
    while True:
        page = incidents.list_incidents(
            town.inst, actor, filters={"open": True}, cursor=cursor, limit=limit
        )
        found += [incident["case_id"] for incident in page.items]
        cursor = page.next_cursor
        if cursor is None:
            return found


def test_incidents_come_newest_first(two_stuck: tuple[Town, str, str]) -> None:
    town, first, second = two_stuck
    assert listed(town, OPERATOR) == [second, first]
    assert listed(town, OPERATOR, limit=1) == [second, first]


def test_page_is_full_though_others_have_incidents(two_stuck: tuple[Town, str, str]) -> None:
    """What the reader may not see takes no place on his page."""
    town, here, there = two_stuck
    page = incidents.list_incidents(town.inst, who("lin"), filters={}, limit=1)
    assert [incident["case_id"] for incident in page.items] == [here]
    assert page.next_cursor is None
    assert listed(town, who("liang")) == [there]
    assert listed(town, Actor(via="key:k", unit="municipal_works")) == []


@pytest.mark.parametrize("what", ["retry", "resolve"])
def test_incident_of_a_case_that_is_none_of_his_is_not_found(
    two_stuck: tuple[Town, str, str], what: str
) -> None:
    town, here, there = two_stuck
    act = getattr(incidents, what)
    with pytest.raises(CaseNotFoundError):
        act(town.inst, who("lin"), there, 1, reason="mended")
    assert listed(town, OPERATOR) == [there, here]
    incidents.retry(town.inst, who("lin"), here, 1, reason="mended")
    assert listed(town, OPERATOR) == [there]
