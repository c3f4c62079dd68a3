"""Who reads which case: lists, items and single cases show the same."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import pytest

from engine.domain.errors import (
    BadVariablesError,
    CaseNotFoundError,
    SeparationError,
    WorkItemNotFoundError,
)
from engine.domain.people import Actor
from engine.service import cases, evidence, work_items
from engine.service.executor import Answer
from tests.audit.hand import Hand
from tests.audit.town import OPERATOR, Town, who

LIZHOU = "990102001001001"


@pytest.fixture
def two_districts(town: Town) -> tuple[Town, str, str]:
    """A case of each district, both with the municipal works."""
    here = town.dispatched()
    there = town.dispatched(grid_cell=LIZHOU)
    return town, here, there


def listed(town: Town, actor: Actor, **filters: Any) -> set[str]:
    return {c["case_id"] for c in cases.list_cases(town.inst, actor, filters=filters).items}


def shown(town: Town, actor: Actor, *case_ids: str) -> set[str]:
    """Those of the cases that the actor may open."""
    found = set()
    for case_id in case_ids:
        try:
            cases.get_case(town.inst, actor, case_id)
        except CaseNotFoundError:
            continue
        found.add(case_id)
    return found


def items_of(town: Town, actor: Actor, filters: Mapping[str, Any]) -> set[str]:
    page = work_items.list_work_items(town.inst, actor, filters=filters)
    return {item["case_id"] for item in page.items}


def key_of(unit: str | None) -> Actor:
    return Actor(via="key:k", unit=unit)


#: Lin collects in the first district; Zhou and Wang work in all; Peng is the municipal works' desk,
#: Chen of its crew, Zeng of the sanitation; Nobody holds no post.
@pytest.mark.parametrize(
    ("actor", "sees"),
    [
        (who("lin"), "here"),
        (who("liang"), "there"),
        (who("zhou"), "both"),
        (who("wang"), "both"),
        (who("peng"), "both"),
        (who("chen"), "both"),
        (who("zeng"), "none"),
        (who("nobody"), "none"),
        (key_of("municipal_works"), "both"),
        (key_of("municipal_crew_a"), "both"),
        (key_of("sanitation"), "none"),
        (key_of(None), "both"),
        (OPERATOR, "both"),
    ],
    ids=lambda value: value if isinstance(value, str) else value.person or value.unit or value.via,
)
def test_lists_show_what_may_be_opened(
    two_districts: tuple[Town, str, str], actor: Actor, sees: str
) -> None:
    town, here, there = two_districts
    expected = {"both": {here, there}, "here": {here}, "none": set(), "there": {there}}[sees]
    assert shown(town, actor, here, there) == expected
    assert listed(town, actor) == expected
    everything = actor.unit is None  # a key of a unit is shown its own unit's items
    for filters in ({}, {"stage": "handling"}, {"case_id": here}, {"case_id": there}):
        wanted = {filters["case_id"]} & expected if "case_id" in filters else expected
        items = items_of(town, actor, filters)
        assert items == wanted if everything else items <= wanted


@pytest.mark.parametrize("filters", [{"district": "990102"}, {"unit": "municipal_works"}])
def test_filter_does_not_widen_what_is_seen(
    two_districts: tuple[Town, str, str], filters: dict[str, str]
) -> None:
    town, here, there = two_districts
    assert there not in listed(town, who("lin"), **filters)
    assert there not in items_of(town, who("lin"), filters)
    assert not {here, there} & listed(town, key_of("sanitation"), **filters)
    assert not {here, there} & items_of(town, key_of("sanitation"), filters)


def test_inbox_holds_what_the_person_may_do(two_districts: tuple[Town, str, str]) -> None:
    town, here, there = two_districts
    assert items_of(town, who("peng"), {"mine": True}) == {here, there}
    assert items_of(town, who("zeng"), {"mine": True}) == set()
    work_items.claim(town.inst, who("peng"), item(town, here))
    assert items_of(town, who("peng"), {"mine": True}) == {here, there}


def test_work_item_of_a_case_that_is_none_of_his_is_not_found(
    two_districts: tuple[Town, str, str],
) -> None:
    town, _, there = two_districts
    with pytest.raises((CaseNotFoundError, WorkItemNotFoundError)):
        work_items.get_work_item(town.inst, who("lin"), item(town, there))


def item(town: Town, case_id: str) -> str:
    open_ = town.items(case_id)["assign_crew"]
    return f"{case_id}.{open_.instance}.{open_.token}"


def test_case_before_dispatch_is_no_unit_s_business(town: Town) -> None:
    case_id = town.report()
    assert shown(town, who("peng"), case_id) == set()
    assert listed(town, who("peng")) == set()
    assert listed(town, key_of("municipal_works")) == set()


def test_replay_of_all_leaves_out_what_may_not_be_read(
    two_districts: tuple[Town, str, str],
) -> None:
    town, here, _ = two_districts
    assert [v["case_id"] for v in evidence.replay_all(town.inst, who("lin")).items] == [here]
    assert [v["case_id"] for v in evidence.verify_all(town.inst, who("lin")).items] == [here]


def test_refused_write_tells_a_stranger_nothing(two_districts: tuple[Town, str, str]) -> None:
    town, here, _ = two_districts
    item = f"{here}.0.{town.items(here)['assign_crew'].token}"
    asked: dict[str, Callable[..., Answer]] = {
        "claim": work_items.claim,
        "release": work_items.release,
        "complete": partial(work_items.complete, outcome="assigned"),
    }
    for place, more in ((item, {}), (item, {"if_match": 1}), (f"{here}.0.999", {})):
        for ask in asked.values():
            with pytest.raises(WorkItemNotFoundError) as caught:
                ask(town.inst, who("zeng"), place, **more)
            assert set(caught.value.context) == {"work_item"}


def test_refusal_tells_whoever_handled_of_his_act_where_he_reads_no_more(town: Town) -> None:
    case_id = town.handed_back()
    mover = Hand(town.inst.database)
    mover.run("UPDATE post SET unit = 'sanitation_crew_a' WHERE person = 'chen'")
    item = f"{case_id}.0.{town.items(case_id)['review_feedback'].token}"
    with pytest.raises(CaseNotFoundError):
        cases.get_case(town.inst, who("chen"), case_id)
    with pytest.raises(SeparationError) as caught:
        work_items.claim(town.inst, who("chen"), item)
    assert caught.value.context["earlier_act"]["act"] == "handle"


def test_required_field_of_a_case_cannot_be_emptied(town: Town) -> None:
    case_id = town.report(source="public")
    item = f"{case_id}.0.{town.items(case_id)['accept_report'].token}"
    with pytest.raises(BadVariablesError) as caught:
        work_items.complete(
            town.inst,
            who("feng"),
            item,
            outcome="send_for_verification",
            data={"description": None},
        )
    assert caught.value.context["errors"][0]["pointer"] == "/data/description"
