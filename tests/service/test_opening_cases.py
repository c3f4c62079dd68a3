"""Opening a case: the source decides who may, the start event what, the release with which."""

from typing import Any

import pytest

from engine.domain.errors import BadVariablesError, ForbiddenError, NotYourWorkItemError
from engine.domain.people import Actor
from engine.service import cases, releases
from tests.audit.town import OPERATOR, Town, pack, who

GIVEN = {"class": "01-01", "description": "井盖裂了", "grid_cell": "990101001001001"}
DIAGRAM = "case_disposition/case_disposition.bpmn"
KEY = Actor(via="key:hotline", unit="municipal_works")


def opened(town: Town, actor: Actor, source: str, **more: Any) -> str:
    answer = cases.open_case(town.inst, actor, data={**GIVEN, "source": source, **more})
    return str(answer.data["case_id"])


def let_systems_in(town: Town) -> None:
    """A release in which a system opens whatever the source is."""
    word = b'cl:role="=if source = &quot;collector&quot; then &quot;collector&quot; else'
    drawn = pack()[DIAGRAM]
    assert word in drawn
    freed = drawn.replace(word + b' &quot;acceptor&quot;"', b'cl:role="collector acceptor system"')
    assert freed != drawn
    releases.deploy(town.inst, OPERATOR, {**pack(), DIAGRAM: freed}, note="test")


@pytest.mark.parametrize(("person", "source"), [("lin", "public"), ("feng", "collector")])
def test_source_of_the_others_is_refused(town: Town, person: str, source: str) -> None:
    with pytest.raises(NotYourWorkItemError) as refused:
        opened(town, who(person), source)
    assert refused.value.context["rule"] == "authorisation/role"


@pytest.mark.parametrize("actor", [KEY, OPERATOR], ids=["key", "operator"])
@pytest.mark.parametrize("source", ["public", "collector"])
def test_system_is_refused_when_the_diagram_names_none(
    town: Town, actor: Actor, source: str
) -> None:
    with pytest.raises(ForbiddenError) as refused:
        opened(town, actor, source)
    assert refused.value.context["rule"] == "authorisation/person"


def test_system_registers_but_never_reports_when_the_diagram_names_it(town: Town) -> None:
    let_systems_in(town)
    assert opened(town, KEY, "public")
    with pytest.raises(ForbiddenError) as refused:
        opened(town, KEY, "collector")
    assert refused.value.context["rule"] == "authorisation/person"


@pytest.mark.parametrize(
    "field", [{"limit": "90 工作日"}, {"responsible_unit": "municipal_works"}, {"severity": "high"}]
)
def test_field_that_a_report_does_not_bring_is_refused(town: Town, field: dict[str, str]) -> None:
    with pytest.raises(BadVariablesError) as refused:
        opened(town, who("lin"), "collector", **field)
    assert refused.value.context["rule"] == "output/not-declared"
    assert [e["pointer"] for e in refused.value.context["errors"]] == [f"/data/{next(iter(field))}"]


def test_process_that_a_case_only_calls_is_refused(town: Town) -> None:
    with pytest.raises(BadVariablesError, match="case_disposition") as refused:
        cases.open_case(town.inst, who("lin"), data={}, process="escalation")
    assert refused.value.context["rule"] == "process/not-a-case"


@pytest.mark.parametrize("place", [{}, {"place": None}, {"grid_cell": None}])
def test_collector_who_does_not_say_where_is_refused_at_the_fields(
    town: Town, place: dict[str, Any]
) -> None:
    given = {"class": "01-01", "description": "井盖裂了", "source": "collector"}
    with pytest.raises(BadVariablesError) as refused:
        cases.open_case(town.inst, who("lin"), data={**given, **place})
    assert refused.value.context["rule"] == "report/no-place"
    pointers = [e["pointer"] for e in refused.value.context["errors"]]
    assert pointers == ["/data/grid_cell", "/data/place"]


def test_acceptor_may_register_a_call_before_the_place_is_known(town: Town) -> None:
    given = {"class": "01-01", "description": "井盖裂了", "source": "public"}
    assert cases.open_case(town.inst, who("feng"), data=given).data["case_id"]
