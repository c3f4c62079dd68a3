"""Separation against a staff: which duty grid and shift cannot finish, at which step and why."""

from dataclasses import replace

import pytest

from engine.domain.city import AXIS_OF_ROLE, City
from engine.domain.people import Post
from engine.kernel.compile.model import Definition, Separation
from engine.kernel.findings import Severity
from engine.kernel.proof import ProofFinding, Roster, Shift, prove_roster
from tests.installations import sample_city
from tests.kernel.drawing import end, flows, start, user, words, xor
from tests.proof.proving import definition_of


def person(role: str, **where: str) -> list[Post]:
    return [Post(f"post-{role}", role, AXIS_OF_ROLE[role], **where)]


@pytest.fixture
def loop() -> Definition:
    """The smallest loop: report, file, handle, check, close; a second check where unable."""

    def task(name: str, role: str, **more: str) -> str:
        axis = str(AXIS_OF_ROLE[role])
        return user(name, cl_act=name, cl_role=role, cl_axis=axis, **more)

    return definition_of(
        start("report", cl_act="report", cl_role="collector"),
        task("file", "duty_officer"),
        task("handle", "crew"),
        task("check", "collector", cl_dutyGrid="=duty_grid", cl_outcomes="passed unable"),
        xor("seen", default="seen_to_close"),
        task("close", "duty_officer"),
        end("closed", cl_outcome="closed"),
        flows('report > file > handle > check > seen ? outcome = "unable" > check'),
        flows("seen > close > closed"),
        cl_profile="case",
    )


@pytest.fixture
def town() -> City:
    """One duty grid with two collectors, its neighbour with one."""
    return City(
        people={
            "lin": person("collector", duty_grid="north"),
            "he": person("collector", duty_grid="north"),
            "xu": person("collector", duty_grid="south"),
            "zhou": person("duty_officer"),
            "chen": person("crew"),
        },
        duty_grids={
            "north": {"id": "north", "district": None, "neighbours": []},
            "south": {"id": "south", "district": None, "neighbours": ["north"]},
        },
    )


def strictly(loop: Definition) -> Definition:
    """The same loop, in which who has filed does not check."""
    check = replace(loop.elements["check"], separation=(Separation(from_="file"),))
    return replace(loop, elements={**loop.elements, "check": check})


def without(town: City, *names: str) -> City:
    return replace(town, people={p: v for p, v in town.people.items() if p not in names})


def told(found: list[ProofFinding]) -> dict[str | None, str]:
    return {f.element: f.message for f in found}


def test_staff_that_can_finish_is_no_finding(loop: Definition, town: City) -> None:
    assert prove_roster(loop, Roster(town)) == []


def test_path_is_the_shortest_to_the_task_that_nobody_may_do(town: City) -> None:
    where = definition_of(
        start("report"),
        xor("which", default="which_to_extra"),
        user("extra", cl_role="duty_officer"),
        user("handle", cl_act="handle", cl_role="crew", cl_axis="handling"),
        end("closed", cl_outcome="closed"),
        flows("report > which > extra > handle > closed", "which ? n = 1 > handle"),
    )
    [finding] = prove_roster(where, Roster(without(town, "chen")))
    assert finding.path == ("report", "which", "handle")


def test_neighbour_checks_what_the_only_collector_reported(loop: Definition, town: City) -> None:
    """No duty officer could: he has filed the case, and here that excludes checking it."""
    strict = strictly(loop)
    assert prove_roster(strict, Roster(without(town, "he", "xu"))) != []
    town.duty_grids["north"]["neighbours"] = ["south"]
    assert prove_roster(strict, Roster(without(town, "he"))) == []


def test_duty_officer_checks_where_no_collector_is_free(loop: Definition, town: City) -> None:
    assert prove_roster(loop, Roster(without(town, "he"))) == []


def test_post_of_another_district_does_not_count(loop: Definition, town: City) -> None:
    town.people["zhou"] = person("duty_officer", district="elsewhere")
    for grid in town.duty_grids.values():
        grid["district"] = "here"
    [finding] = prove_roster(loop, Roster(town))
    assert finding.severity is Severity.WARNING
    assert finding.element == "file"
    assert "duty grid north, duty grid south" in finding.message
    assert "no post of duty_officer (supervision) is held by anybody here" in finding.message
    assert finding.path == ("report", "file")


def test_reporter_alone_may_not_check_his_own_report(loop: Definition, town: City) -> None:
    """With a further rule that the duty officer who filed does not check, nobody is left."""
    found = prove_roster(strictly(loop), Roster(without(town, "he", "xu")))
    messages = told(found)
    assert set(messages) == {"check"}
    assert "lin did report at report (separation/reported-this-case)" in messages["check"]
    assert "zhou did file at file (separation/diagram/file)" in messages["check"]
    assert found[0].path == ("report", "file", "handle", "check")


def test_shift_that_cannot_finish_is_named(loop: Definition, town: City) -> None:
    night = Shift("night", frozenset({"lin", "zhou"}))
    day = Shift("day", frozenset(town.people))
    found = prove_roster(loop, Roster(town, (day, night)))
    assert told(found).keys() == {"handle"}
    assert "duty grid north in the shift night" in found[0].message
    assert "duty grid south in the shift night" in found[0].message
    assert "day" not in found[0].message
    assert found[0].path == ("report", "file", "handle")


def test_unit_without_a_crew_of_its_own_is_not_chosen() -> None:
    outputs = words(
        '<cl:output name="desk" type="unit" kind="department"/>'
        '<cl:output name="crew" type="unit" kind="crew" within="=desk"/>'
    )
    definition = definition_of(
        start(),
        user("dispatch", outputs, cl_act="dispatch", cl_role="dispatcher", cl_axis="command"),
        user("assign", cl_act="assign", cl_role="department", cl_axis="handling", cl_unit="=desk"),
        user("handle", cl_act="handle", cl_role="crew", cl_axis="handling", cl_unit="=crew"),
        end("closed", cl_outcome="closed"),
        flows("start > dispatch > assign > handle > closed"),
    )
    units = {
        name: {"id": name, "kind": kind, "parent": parent, "district": None}
        for name, kind, parent in (
            ("parks", "department", None),
            ("roads", "department", None),
            ("roads_1", "crew", "roads"),
        )
    }
    people = {
        "wang": person("dispatcher"),
        "peng": person("department", unit="roads"),
        "du": person("department", unit="parks"),
        "chen": person("crew", unit="roads_1"),
    }
    city = City(people=people, units=units)
    assert prove_roster(definition, Roster(city)) == []
    found = prove_roster(definition, Roster(without(city, "peng")))
    assert told(found).keys() == {"assign"}
    assert "in the unit roads" in found[0].message


def test_sample_city_without_its_duty_officers_cannot_file(loop: Definition) -> None:
    city = without(sample_city(), "zhou", "deng")
    messages = told(prove_roster(loop, Roster(city)))
    assert "file" in messages
    for grid in city.duty_grids:
        assert grid in messages["file"]
