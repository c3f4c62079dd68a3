"""The feed shows of what happened what the reader may read; its cursor moves over the rest."""

from typing import Any

import pytest

from engine.domain.people import Actor
from engine.service import cases, events, keys
from tests.audit.town import OPERATOR, Town, who

LIZHOU = "990102001001001"


def key_of(unit: str | None) -> Actor:
    return Actor(via="key:k", unit=unit)


def read_all(town: Town, actor: Actor, limit: int = 100) -> list[dict[str, Any]]:
    """Everything that a reader gets who goes on from `next` until it does not move."""
    found: list[dict[str, Any]] = []
    after = 0
    while True:
        page = events.page(town.inst, actor, after=after, limit=limit)
        assert all(after < event["position"] <= page["next"] for event in page["events"])
        found += page["events"]
        if page["next"] == after:
            return found
        after = page["next"]


def streams(found: list[dict[str, Any]]) -> set[str]:
    return {event["stream"] for event in found}


@pytest.fixture
def busy_town(town: Town) -> tuple[Town, str, str]:
    """A case of each district with the municipal works, one that is nobody's yet, and a key."""
    here, there = town.dispatched(), town.dispatched(grid_cell=LIZHOU)
    town.report()
    keys.create_key(town.inst, OPERATOR, name="some system", scopes=["events:read"])
    return town, here, there


@pytest.mark.parametrize(
    ("actor", "sees"),
    [
        (key_of("municipal_works"), "both"),
        (key_of("municipal_crew_a"), "both"),
        (key_of("sanitation"), "none"),
        (who("peng"), "both"),
        (who("liang"), "there"),
        (who("nobody"), "none"),
    ],
    ids=lambda value: value if isinstance(value, str) else value.person or value.unit,
)
def test_feed_shows_the_cases_that_the_reader_may_open(
    busy_town: tuple[Town, str, str], actor: Actor, sees: str
) -> None:
    town, here, there = busy_town
    wanted = {"both": {here, there}, "none": set(), "there": {there}}[sees]
    assert streams(read_all(town, actor)) == {f"case:{case_id}" for case_id in wanted}


@pytest.mark.parametrize(
    ("actor", "beside"),
    [
        (OPERATOR, {"security"}),
        (key_of(None), {"security"}),
        (who("cheng"), {"security"}),  # administrator
        (who("wei"), {"security"}),  # auditor
        (who("ye"), set()),  # leader
        (who("zhou"), set()),  # duty officer of the whole city
    ],
    ids=lambda value: "".join(value) if isinstance(value, set) else value.person or value.via,
)
def test_logins_and_keys_are_told_to_those_who_look_after_the_installation(
    busy_town: tuple[Town, str, str], actor: Actor, beside: set[str]
) -> None:
    town, here, there = busy_town
    seen = streams(read_all(town, actor))
    assert {f"case:{here}", f"case:{there}"} <= seen
    assert {stream for stream in seen if not stream.startswith("case:")} == beside


def test_reader_misses_nothing_whatever_the_size_of_his_pages(
    busy_town: tuple[Town, str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    town, _, _ = busy_town
    at_once = read_all(town, key_of("municipal_works"))
    monkeypatch.setattr("engine.service.events._LOOKED_AT", 3)
    monkeypatch.setattr("engine.service.events._MOST_LOOKS", 1)
    assert read_all(town, key_of("municipal_works"), limit=2) == at_once
    assert at_once == [
        event for event in read_all(town, OPERATOR) if event["stream"] in streams(at_once)
    ]


def test_cursor_moves_over_what_is_hidden(busy_town: tuple[Town, str, str]) -> None:
    town, _, _ = busy_town
    last = events.page(town.inst, OPERATOR, limit=500)["next"]
    assert events.page(town.inst, key_of("sanitation")) == {"events": [], "next": last}


def test_case_is_told_from_its_beginning_once_it_is_the_unit_s(town: Town) -> None:
    case_id = town.report()
    key = key_of("municipal_works")
    assert read_all(town, key) == []
    town.do(case_id, "zhou", "file_case", "filed", condition=2)
    town.job("propose_unit", proposed_unit="municipal_works")
    town.do(case_id, "wang", "dispatch", "dispatched", responsible_unit="municipal_works")
    types = [event["type"] for event in read_all(town, key)]
    assert {"case.reported", "case.dispatched"} <= set(types)
    assert cases.get_case(town.inst, key, case_id)["case_id"] == case_id
