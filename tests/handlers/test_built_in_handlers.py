import logging
import re
from importlib.resources import files
from typing import Any

import pytest

from engine.domain.errors import HandlerRefusedError
from engine.domain.grid import Cell, Point
from engine.domain.handlers import Unit
from handlers import BUILT_IN
from handlers.archive_summary import archive_summary
from handlers.locate_grid import locate_grid
from handlers.notify import notify
from handlers.propose_unit import propose_unit
from tests.handlers.city_lookups import ListedCity, context

WORKS = Unit("works", "市政处", "department", None, "municipal")
NORTH_WORKS = Unit("north_works", "北区市政处", "department", "north", "municipal")
CREW = Unit("a_crew", "一班", "crew", None, "municipal")
PARKS = Unit("parks", "园林处", "department", None, "greening")
CITY = ListedCity(
    listed_cells=(Cell("n-1", ((Point(0, 0), Point(10, 0), Point(10, 10), Point(0, 10)),)),),
    listed_units=(CREW, WORKS, NORTH_WORKS, PARKS),
    catalog={("01-01", 1): {"trade": "municipal"}, ("01-01", 2): {"trade": None}},
)


def test_place_is_located_in_its_cell() -> None:
    given: Any = {"place": {"x": 5, "y": 5, "address": "路口"}}
    assert locate_grid(given, context(CITY)) == {"grid_cell": "n-1"}


@pytest.mark.parametrize(
    "place", [None, {}, {"x": 5}, {"x": "5", "y": 5}, {"x": 99, "y": 5}, "路口"]
)
def test_place_without_a_cell_is_refused_with_no_grid(place: Any) -> None:
    with pytest.raises(HandlerRefusedError) as caught:
        locate_grid({"place": place}, context(CITY))
    assert caught.value.error_code == "NO_GRID"


@pytest.mark.parametrize(
    ("district", "unit"), [("north", "north_works"), ("south", "works"), (None, "works")]
)
def test_district_s_own_department_goes_before_the_city_s(district: str | None, unit: str) -> None:
    given: Any = {"class": "01-01", "condition": 1, "district": district}
    assert propose_unit(given, context(CITY)) == {"proposed_unit": unit}


@pytest.mark.parametrize(
    ("class_code", "condition"), [("01-01", 2), ("01-01", 9), ("01-01", None), (None, 1)]
)
def test_nothing_is_proposed_when_the_catalog_names_no_trade(
    class_code: str | None, condition: int | None
) -> None:
    given: Any = {"class": class_code, "condition": condition, "district": "north"}
    assert propose_unit(given, context(CITY)) == {}


def test_summary_says_what_the_indicators_say() -> None:
    given: Any = {
        "class": "01-01",
        "responsible_unit": "works",
        "indicators": {"on_time": False, "rework_count": 2, "return_count": 1, "total_minutes": 95},
    }
    summary = archive_summary(given, context(CITY))["summary"]
    assert summary == (
        "类别 01-01，处置部门 市政处，超时处置，返工 2 次，退回 1 次，历时 95 分钟。"
    )


def test_summary_of_a_case_without_limit_and_unit_is_still_one() -> None:
    summary = archive_summary({"class": None, "indicators": None}, context(CITY))["summary"]
    assert summary == "类别 未定，处置部门 无，无时限，返工 0 次，退回 0 次。"


def test_notice_goes_to_the_log_with_its_job(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, logger="caseloop.notify"):
        assert notify({"to": "chen", "message": "快到期"}, context(CITY)) == {}
    assert '"job": "case-1.0.7"' in caplog.text
    assert "快到期" in caplog.text


def test_every_handler_is_registered_under_its_name() -> None:
    assert {topic: handler.__name__ for topic, handler in BUILT_IN.items()} == {  # type: ignore[attr-defined]  # functions have names
        topic: topic for topic in BUILT_IN
    }


def test_every_topic_of_the_packaged_diagrams_has_a_handler() -> None:
    pack = files("processes")
    diagrams = [
        diagram.read_text(encoding="utf-8")
        for folder in pack.iterdir()
        if folder.is_dir()
        for diagram in folder.iterdir()
        if diagram.name.endswith(".bpmn")
    ]
    topics = {topic for text in diagrams for topic in re.findall(r'cl:topic="([^"]+)"', text)}
    assert topics
    assert topics <= set(BUILT_IN)
