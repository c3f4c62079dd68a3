"""Scenarios are read strictly, know their diagram, and say what was possible instead."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from api.cli import main
from tests.kernel.drawing import diagram, end, flows, process, service, start, user
from tests.player.packs import put_diagram

LINE = diagram(
    process("line", start(), user("ask"), service("send"), end(), flows("start > ask > send > end"))
)


def problem_of(folder: Path) -> str | None:
    """Runs the one scenario of a folder."""
    result = CliRunner().invoke(main, ["scenario", "--format", "json", str(folder)])
    (report,) = json.loads(result.stdout)["scenarios"]
    assert result.exit_code == (0 if report["green"] else 1)
    problem: str | None = report["problem"]
    return problem


def test_scenario_of_a_foreign_diagram_is_played_with_its_own_names(tmp_path: Path) -> None:
    story = {
        "steps": [{"complete": "ask", "by": "li", "data": {"n": 1}}, {"complete": "send"}],
        "expect": {
            "status": "completed",
            "ends": ["end"],
            "case": {"n": 1},
        },
    }
    assert problem_of(put_diagram(tmp_path / "line", LINE, story=story)) is None


@pytest.mark.parametrize(
    ("story", "told"),
    [
        ({"expects": {}}, "unknown key 'expects'"),
        ({"steps": [{"complete": "ask", "with": 1}]}, "unknown key 'with'"),
        ({"expect": {"statuz": "waiting"}}, "unknown key 'statuz'"),
        ({"expect": {"status": "done"}}, "status is one of completed, waiting"),
        ({"steps": [{"complete": "aks"}]}, "no element 'aks'; waiting: ask (work item)"),
        ({"steps": [{"complete": "send"}]}, "send does not wait now"),
        ({"steps": [{"complete": "ask", "outcome": True}]}, "outcome: a text is needed, not True"),
        ({"steps": [{"message": "m"}]}, "does not wait for a message 'm'"),
        ({"expect": {"path": ["start", "end"]}}, "'end' does not come after"),
        ({"expect": {"never": ["aks"]}}, "never: the diagram has no element 'aks'"),
        ({"expect": {"ends": ["end"]}}, "ends: expected ['end'], found []"),
        ({"process": "other"}, "there is no process 'other'"),
        ({"calendar": "moon"}, "there is no calendar 'moon'"),
    ],
)
def test_scenario_that_cannot_be_fails_and_says_why(
    tmp_path: Path, story: dict[str, Any], told: str
) -> None:
    problem = problem_of(put_diagram(tmp_path / "line", LINE, story=story))
    assert problem is not None
    assert told in problem


def test_scenario_plays_the_diagram_beside_it(tmp_path: Path) -> None:
    """Also where the folder around holds other diagrams, broken ones among them."""
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken" / "broken.bpmn").write_text("no XML")
    folder = put_diagram(tmp_path / "line", LINE, story={"expect": {"waiting": ["ask"]}})
    assert problem_of(folder) is None


def test_process_beside_is_played_where_a_pack_holds_several(tmp_path: Path) -> None:
    (tmp_path / "policies").mkdir()
    other = process("other", start("begin"), user("look"), flows("begin > look"))
    put_diagram(tmp_path / "other", diagram(other))
    folder = put_diagram(tmp_path / "line", LINE, story={"expect": {"waiting": ["ask"]}})
    assert problem_of(folder) is None


def test_refused_diagram_fails_its_scenarios_with_the_finding(tmp_path: Path) -> None:
    broken = LINE.replace(b'targetRef="end"', b'targetRef="nowhere"')
    problem = problem_of(put_diagram(tmp_path / "line", broken, story={}))
    assert problem is not None
    assert "nowhere" in problem


def test_incident_is_a_status_that_can_be_expected(tmp_path: Path) -> None:
    story = {
        "steps": [{"complete": "ask"}, {"fail": "send", "reason": "down"}],
        "expect": {"status": "incident", "waiting": ["send"]},
    }
    assert problem_of(put_diagram(tmp_path / "line", LINE, story=story)) is None
