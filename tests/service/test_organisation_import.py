"""Units, people and posts: read strictly, one axis per person, only differences written."""

import copy
from typing import Any

import pytest

from engine.domain.errors import ConflictError, InvalidRequestError, NotFoundError
from engine.domain.people import Actor
from engine.service import people
from engine.service.installation import Installation
from engine.store.queries.people import find_person, list_people, list_roster, list_units
from tests.databases import SettableClock
from tests.service.sample_town import organisation_tables

TABLES: dict[str, Any] = {
    "districts": [{"id": "north", "name": "North"}],
    "units": [
        {"id": "centre", "name": "Centre"},
        {"id": "works", "name": "Works", "kind": "department", "trade": "roads"},
        {"id": "crew_a", "name": "Crew A", "kind": "crew", "parent": "works"},
    ],
    "duty_grids": [{"id": "n-1", "district": "north", "neighbours": []}],
    "people": [
        {"id": "lin", "name": "Lin", "posts": [
            {"id": "c1", "role": "collector", "axis": "supervision", "duty_grid": "n-1"},
        ]},
        {"id": "chen", "name": "Chen", "posts": [
            {"id": "h1", "role": "crew", "axis": "handling", "unit": "crew_a"},
        ]},
    ],
}  # fmt: skip


@pytest.fixture
def tables() -> dict[str, Any]:
    return copy.deepcopy(TABLES)


def post(**changes: Any) -> dict[str, Any]:
    return {"id": "x", "role": "crew", "axis": "handling", "unit": "works", **changes}


def posts_of(inst: Installation, person: str) -> list[str]:
    with inst.database.reads() as reader:
        found = find_person(reader, person, now=inst.now())
    assert found is not None
    return [held.id for held in found.posts]


def test_sample_city_is_imported_as_it_is(inst: Installation, operator: Actor) -> None:
    answer = people.import_organisation(inst, operator, organisation_tables())
    assert answer.data["counts"] == {"duty_grids": 5, "people": 30, "units": 16}
    with inst.database.reads() as reader:
        trades = {u.id: u.trade for u in list_units(reader, now=inst.now())}
        found = list_people(reader, now=inst.now())
    assert trades["municipal_works"] == "municipal"
    assert len(found) == 30
    assert all(len({held.axis for held in person.posts}) == 1 for person in found)


def test_same_import_again_writes_nothing(
    inst: Installation, operator: Actor, tables: dict[str, Any], case_clock: SettableClock
) -> None:
    first = people.import_organisation(inst, operator, tables)
    case_clock.forward(days=1)
    again = people.import_organisation(inst, operator, tables)
    assert again.receipt == first.receipt
    assert again.data["counts"] == {"duty_grids": 0, "people": 0, "units": 0}


def test_past_stays_as_it_was_after_an_import(
    inst: Installation, operator: Actor, tables: dict[str, Any], case_clock: SettableClock
) -> None:
    people.import_organisation(inst, operator, tables)
    before = inst.now()
    case_clock.forward(days=1)
    tables["people"][0]["posts"] = []
    tables["units"][1]["name"] = "Public works"
    people.import_organisation(inst, operator, tables)
    with inst.database.reads() as reader:
        assert list_roster(reader, "collector", now=before) == ["lin"]
        assert list_roster(reader, "collector", now=inst.now()) == []
        names = [{u.id: u.name for u in list_units(reader, now=at)}["works"]
                 for at in (before, inst.now())]  # fmt: skip
    assert names == ["Works", "Public works"]


@pytest.mark.parametrize("order", [("lin", "gao"), ("gao", "lin")])
def test_post_is_given_on_by_one_import(
    inst: Installation,
    operator: Actor,
    tables: dict[str, Any],
    case_clock: SettableClock,
    order: tuple[str, str],
) -> None:
    people.import_organisation(inst, operator, tables)
    case_clock.forward(days=1)
    given = {"gao": tables["people"][0]["posts"], "lin": []}
    rows = [{"id": who, "name": who, "posts": given[who]} for who in order]
    people.import_organisation(inst, operator, {"people": rows})
    assert (posts_of(inst, "lin"), posts_of(inst, "gao")) == ([], ["c1"])


def test_post_of_somebody_else_is_refused(
    inst: Installation, operator: Actor, tables: dict[str, Any]
) -> None:
    people.import_organisation(inst, operator, tables)
    row = {"id": "gao", "name": "Gao", "posts": tables["people"][0]["posts"]}
    with pytest.raises(InvalidRequestError, match="c1 is lin's"):
        people.import_organisation(inst, operator, {"people": [row]})


def test_person_of_two_axes_is_refused_with_both_posts(
    inst: Installation, operator: Actor, tables: dict[str, Any]
) -> None:
    tables["people"][1]["posts"].append(
        {"id": "d1", "role": "dispatcher", "axis": "command", "unit": "centre"}
    )
    with pytest.raises(InvalidRequestError) as refused:
        people.import_organisation(inst, operator, tables)
    for word in ("chen", "h1", "d1", "handling", "command"):
        assert word in refused.value.message


WRONG: list[tuple[str, Any, str]] = [
    ("units/1/parent", "nowhere", "units/works/parent"),
    ("units/1/parent", "crew_a", "above itself"),
    ("units/1/colour", "red", "units/1/colour"),
    ("units/1/id", None, "units/1/id"),
    ("units/2/id", "works", "'works' twice"),
    ("duty_grids/0/neighbours", ["n-2"], "n-2"),
    ("duty_grids/0/neighbours", "n-1", "duty_grids/0/neighbours"),
    ("people/0/name", "", "people/0/name"),
    ("people/0/posts", {}, "posts"),
    ("people/0/posts/0/unit", "nowhere", "people/lin/posts/c1/unit"),
    ("people/0/posts/0/duty_grid", "n-9", "n-9"),
    ("people/0/posts/0/district", "south", "no district"),
    ("people/0/posts/0/axis", "command", "belongs to supervision"),
    ("people/0/posts/0/axis", "upwards", "people/0/posts/0/axis"),
    ("people/1/posts/0/id", "c1", "'c1' twice"),
    ("citizens", [], "citizens"),
    ("people", "lin", "people"),
    ("people/0", "lin", "people/0"),
]


@pytest.mark.parametrize(("place", "value", "told"), WRONG)
def test_import_names_the_place_that_is_wrong(
    inst: Installation,
    operator: Actor,
    tables: dict[str, Any],
    place: str,
    value: Any,
    told: str,
) -> None:
    *way, last = [int(part) if part.isdecimal() else part for part in place.split("/")]
    target: Any = tables
    for part in way:
        target = target[part]
    target[last] = value
    with pytest.raises(InvalidRequestError) as refused:
        people.import_organisation(inst, operator, tables)
    assert told in refused.value.message
    with inst.database.reads() as reader:
        assert list_units(reader, now=inst.now()) == []


@pytest.mark.parametrize("data", [None, 5, "x", [], [{}]])
def test_table_that_is_no_object_is_refused(inst: Installation, operator: Actor, data: Any) -> None:
    with pytest.raises(InvalidRequestError):
        people.import_organisation(inst, operator, data)


def test_added_post_enters_a_new_person_with_his_name(
    inst: Installation, operator: Actor, tables: dict[str, Any]
) -> None:
    people.import_organisation(inst, operator, tables)
    people.add_post(inst, operator, "zhao", name="Zhao", **post(id="h2"))
    assert posts_of(inst, "zhao") == ["h2"]
    people.add_post(inst, operator, "zhao", **post(id="h3", unit="crew_a"))
    assert posts_of(inst, "zhao") == ["h2", "h3"]


def test_added_post_of_another_axis_is_refused_with_both_posts(
    inst: Installation, operator: Actor, tables: dict[str, Any]
) -> None:
    people.import_organisation(inst, operator, tables)
    with pytest.raises(ConflictError) as refused:
        people.add_post(inst, operator, "lin", **post(id="h2"))
    for word in ("lin", "c1", "h2", "supervision", "handling"):
        assert word in refused.value.message
    assert posts_of(inst, "lin") == ["c1"]


def test_added_post_changes_none_that_is_held_under_its_id(
    inst: Installation, operator: Actor, tables: dict[str, Any]
) -> None:
    people.import_organisation(inst, operator, tables)
    added = people.add_post(inst, operator, "zhao", name="Zhao", **post(id="h2"))
    with pytest.raises(ConflictError, match="another id"):
        people.add_post(inst, operator, "zhao", **post(id="h2", unit="crew_a"))
    again = people.add_post(inst, operator, "zhao", **post(id="h2"))
    assert (again.receipt, again.data["counts"]) == (added.receipt, {"posts": 0})


def test_added_post_asks_for_a_name_of_a_stranger(
    inst: Installation, operator: Actor, tables: dict[str, Any]
) -> None:
    people.import_organisation(inst, operator, tables)
    with pytest.raises(NotFoundError, match="give the name"):
        people.add_post(inst, operator, "zhao", **post())


def test_added_post_of_somebody_else_is_refused(
    inst: Installation, operator: Actor, tables: dict[str, Any]
) -> None:
    people.import_organisation(inst, operator, tables)
    with pytest.raises(ConflictError, match="h1 is chen's"):
        people.add_post(inst, operator, "zhao", name="Zhao", **post(id="h1"))


def test_people_are_listed_page_by_page(
    inst: Installation, operator: Actor, tables: dict[str, Any]
) -> None:
    people.import_organisation(inst, operator, organisation_tables())
    found, cursor = [], None
    while True:
        page = people.list_people(inst, operator, filters={}, cursor=cursor, limit=7)
        found += [item["id"] for item in page.items]
        cursor = page.next_cursor
        if cursor is None:
            break
    assert found == sorted(found)
    assert len(found) == 30


def test_people_are_filtered_by_one_post(
    inst: Installation, operator: Actor, tables: dict[str, Any]
) -> None:
    tables["people"][1]["posts"].append(post(id="h2", role="department"))
    people.import_organisation(inst, operator, tables)

    def found(**filters: str) -> list[str]:
        page = people.list_people(inst, operator, filters=filters)
        return [item["id"] for item in page.items]

    assert found(role="crew", unit="crew_a") == ["chen"]
    assert found(role="crew", unit="works") == []
    with pytest.raises(InvalidRequestError, match="colour"):
        found(colour="red")
