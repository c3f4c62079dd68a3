"""Which elements and flows stories take: counted exactly, told as table, JSON and picture."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from lxml import etree

from api.cli import main
from engine.kernel.coverage import Coverage, Share, draw_coverage
from engine.kernel.source import read_source
from engine.service.coverage import run_with_coverage
from engine.service.scenarios import find_scenarios, run_scenarios
from tests.kernel.drawing import (
    boundary,
    catch,
    diagram,
    end,
    first_of,
    flows,
    message,
    process,
    shape,
    some,
    start,
    timer,
    user,
    xor,
)
from tests.player.packs import put_diagram

PACK = Path(__file__).parents[2] / "processes"
DI = (
    "http://www.omg.org/spec/BPMN/20100524/DI",
    "http://www.omg.org/spec/DD/20100524/DC",
    "http://www.omg.org/spec/DD/20100524/DI",
)
CHOICE = process(
    "choice",
    start(),
    '<userTask id="ask" name="&lt;script&gt;alert(1)&lt;/script&gt; &amp; 询问"/>',
    xor("which", default="plain"),
    user("hurry"),
    end(),
    shape("sequenceFlow", "begin", sourceRef="start", targetRef="ask"),
    shape("sequenceFlow", "asked", sourceRef="ask", targetRef="which"),
    shape(
        "sequenceFlow",
        "urgent",
        "<conditionExpression>urgent</conditionExpression>",
        sourceRef="which",
        targetRef="hurry",
    ),
    shape("sequenceFlow", "plain", sourceRef="which", targetRef="hurry"),
    shape("sequenceFlow", "done", sourceRef="hurry", targetRef="end"),
)


def test_stories_take_every_flow_and_element_of_every_shipped_diagram() -> None:
    reports, covered = run_with_coverage([PACK])
    assert [report.problem for report in reports if not report.green] == []
    assert {found.path.name for found in covered} == {path.name for path in PACK.rglob("*.bpmn")}
    left = {
        found.path.name: (found.coverage.elements.uncovered, found.coverage.flows.uncovered)
        for found in covered
    }
    assert set(left.values()) == {((), ())}, left


def test_counting_changes_no_way_that_a_story_takes() -> None:
    counted, _ = run_with_coverage([PACK / "escalation"])
    plain = run_scenarios([PACK / "escalation"])
    assert len(plain) == len(find_scenarios([PACK / "escalation"]))
    assert [r.flows_path for r in counted] == [r.flows_path for r in plain]


def test_two_flows_between_the_same_elements_are_told_apart(tmp_path: Path) -> None:
    folder = put_diagram(
        tmp_path / "choice",
        diagram(CHOICE),
        plain={"steps": [{"complete": "ask"}, {"complete": "hurry"}]},
    )
    _, (found,) = run_with_coverage([folder])
    assert found.coverage.elements.percent == 100
    assert found.coverage.flows.uncovered == ("urgent",)
    assert found.coverage.flows.percent == 80


def test_flow_of_a_race_is_taken_when_its_event_has_come(tmp_path: Path) -> None:
    drawing = diagram(
        process(
            "race",
            start(),
            first_of("of"),
            catch("paid", message("paid")),
            catch("late", timer("PT1H")),
            end(),
            flows("start > of > paid > end", "of > late > end"),
        )
    )
    folder = put_diagram(tmp_path / "race", drawing, lost={"steps": [{"advance": "PT2H"}]})
    _, (found,) = run_with_coverage([folder])
    assert found.coverage.flows.uncovered == ("of_to_paid", "paid_to_end")
    assert found.coverage.elements.uncovered == ("paid",)


def test_joins_and_boundaries_run_alike_when_flows_are_counted(tmp_path: Path) -> None:
    drawing = diagram(
        process(
            "p",
            start(),
            some("fork"),
            user("a"),
            user("b"),
            boundary("late", "b", timer("PT1H")),
            some("join"),
            user("after"),
            end(),
            flows("start > fork", "fork ? a > a", "fork ? b > b", "a > join", "b > join"),
            flows("late > join", "join > after > end"),
        )
    )
    steps = [{"complete": "a"}, {"advance": "PT1H"}, {"expect": {"waiting": ["after"]}}]
    story = {"case": {"a": True, "b": True}, "steps": steps}
    folder = put_diagram(tmp_path / "p", drawing, both=story)
    (report,), (found,) = run_with_coverage([folder])
    assert report.problem is None
    assert found.coverage.flows.uncovered == ("b_to_join", "after_to_end")


def test_scenario_command_prints_the_table_of_coverage(tmp_path: Path) -> None:
    folder = put_diagram(tmp_path / "choice", diagram(CHOICE), plain={"steps": []})
    result = CliRunner().invoke(main, ["scenario", str(folder), "--coverage"])
    assert result.exit_code == 0, result.output
    assert "choice.bpmn" in result.output
    assert "2/5  40 %" in result.output
    assert "flows not covered: asked, urgent, plain, done" in result.output


def test_scenario_command_prints_coverage_as_json(tmp_path: Path) -> None:
    folder = put_diagram(tmp_path / "choice", diagram(CHOICE), plain={"steps": []})
    result = CliRunner().invoke(main, ["scenario", str(folder), "--coverage", "--format", "json"])
    told = json.loads(result.stdout)
    assert told["green"] is True
    assert told["scenarios"][0]["story"] == "plain"
    assert told["coverage"][0]["flows"] == {
        "total": 5,
        "covered": 1,
        "percent": 20,
        "uncovered": ["asked", "urgent", "plain", "done"],
    }


def _drawn(body: str) -> bytes:
    """The diagram with a drawing: shapes in a row, flows as straight lines."""
    shapes = "".join(
        f'<di:BPMNShape bpmnElement="{name}"><dc:Bounds x="{100 * i}" y="0" width="80" '
        f'height="60"/></di:BPMNShape>'
        for i, name in enumerate(("start", "ask", "which", "hurry", "end"))
    )
    lines = "".join(
        f'<di:BPMNEdge bpmnElement="{name}"><dd:waypoint x="0" y="30"/><dd:waypoint x="90" y="30"/>'
        f"</di:BPMNEdge>"
        for name in ("begin", "asked", "urgent", "plain", "done")
    )
    spaces = f'<di:BPMNDiagram xmlns:di="{DI[0]}" xmlns:dc="{DI[1]}" xmlns:dd="{DI[2]}">'
    plane = f'<di:BPMNPlane bpmnElement="choice">{shapes}{lines}</di:BPMNPlane></di:BPMNDiagram>'
    text = diagram(body).decode()
    return text.replace("</definitions>", spaces + plane + "</definitions>").encode()


@pytest.fixture
def picture(tmp_path: Path) -> etree._Element:
    folder = put_diagram(tmp_path / "choice", _drawn(CHOICE), plain={"steps": []})
    target = tmp_path / "pictures"
    arguments = ["scenario", str(folder), "--coverage-picture", str(target)]
    result = CliRunner().invoke(main, arguments)
    assert result.exit_code == 0, result.output
    assert str(target / "choice.svg") in result.output
    return etree.fromstring((target / "choice.svg").read_bytes())


def said(node: etree._Element) -> str:
    """All text of a node, in one line."""
    return " ".join(" ".join(map(str, node.itertext())).split())


def test_picture_is_green_where_stories_went_and_red_and_dashed_elsewhere(
    picture: etree._Element,
) -> None:
    lines = {
        said(node): (node.get("stroke"), node.get("stroke-dasharray"))
        for node in picture.iter("{*}polyline")
    }
    assert lines["begin"] == ("#1a7f37", "none")
    assert lines["urgent"] == ("#cf222e", "6 3")
    text = said(picture)
    assert "flows: 1 of 5 covered (20 %)" in text
    assert "not covered: urgent" in text


def test_picture_holds_names_as_text_and_no_scripts(picture: etree._Element) -> None:
    assert {etree.QName(node).localname for node in picture.iter()} <= {
        "svg",
        "title",
        "defs",
        "marker",
        "path",
        "rect",
        "g",
        "circle",
        "polygon",
        "polyline",
        "text",
    }
    assert "<script>alert(1)</script>" in said(picture)
    assert not any(
        "href" in str(k) or str(k).startswith("on") for n in picture.iter() for k in n.attrib
    )


def test_diagram_without_drawing_has_no_picture_and_says_so(tmp_path: Path) -> None:
    folder = put_diagram(tmp_path / "choice", diagram(CHOICE), plain={"steps": []})
    target = tmp_path / "pictures"
    result = CliRunner().invoke(main, ["scenario", str(folder), "--coverage-picture", str(target)])
    assert result.exit_code == 0, result.output
    assert "no drawing, so there is no picture" in result.output
    assert list(target.iterdir()) == []


def test_every_real_drawing_becomes_a_picture(real_data: Path) -> None:
    drawn = 0
    for file in sorted((real_data / "bpmn").rglob("*.bpmn")):
        nothing = Share((), frozenset())
        root = read_source(file.name, file.read_bytes()).root
        svg = draw_coverage(root, Coverage(file.name, (), nothing, nothing))
        if svg is not None:
            drawn += 1
            assert etree.fromstring(svg).get("viewBox")
    assert drawn > 20
