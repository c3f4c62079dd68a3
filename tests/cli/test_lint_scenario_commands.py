import json
from pathlib import Path

from click.testing import CliRunner

from api.cli import main
from tests.api.house import PERMIT

DIAGRAM = PERMIT / "permit.bpmn"
KEYS = {"file", "accepted", "executable", "findings"}
FINDING_KEYS = {"rule", "severity", "element", "line", "message", "help"}


def test_lint_accepts_a_diagram_that_can_run() -> None:
    result = CliRunner().invoke(main, ["lint", str(DIAGRAM)])
    assert result.exit_code == 0, result.output
    assert "accepted (permit)" in result.output


def test_lint_prints_json_as_documented(tmp_path: Path) -> None:
    copy = tmp_path / "copy.xml"
    copy.write_bytes(DIAGRAM.read_bytes())
    result = CliRunner().invoke(main, ["lint", "--format", "json", str(DIAGRAM), str(copy)])
    verdicts = json.loads(result.output)
    assert [set(verdict) for verdict in verdicts] == [KEYS, KEYS]
    assert [verdict["file"] for verdict in verdicts] == [str(DIAGRAM), str(copy)]
    assert [verdict["executable"] for verdict in verdicts] == [["permit"], ["permit"]]


def test_lint_refuses_what_cannot_run_with_place_and_way_out(tmp_path: Path) -> None:
    broken = tmp_path / "broken.bpmn"
    text = DIAGRAM.read_text(encoding="utf-8")
    broken.write_text(text.replace('targetRef="stamp"', 'targetRef="nowhere"'), encoding="utf-8")
    result = CliRunner().invoke(main, ["lint", "--format", "json", str(broken)])
    assert result.exit_code == 1
    [verdict] = json.loads(result.output)
    errors = [f for f in verdict["findings"] if f["severity"] == "error"]
    assert errors
    assert all(set(finding) == FINDING_KEYS for finding in verdict["findings"])


def test_lint_accepts_documentation_unless_told_otherwise(tmp_path: Path) -> None:
    drawing = tmp_path / "drawing.bpmn"
    text = DIAGRAM.read_text(encoding="utf-8").replace('isExecutable="true"', "")
    drawing.write_text(text, encoding="utf-8")
    [verdict] = json.loads(
        CliRunner().invoke(main, ["lint", "--format", "json", str(drawing)]).output
    )
    assert (verdict["accepted"], verdict["executable"]) == (True, [])
    assert "info" in {finding["severity"] for finding in verdict["findings"]}
    result = CliRunner().invoke(main, ["lint", "--format", "json", "--as-executable", str(drawing)])
    assert json.loads(result.output)[0]["executable"] == ["permit"]


def test_lint_refuses_a_file_that_is_no_diagram(tmp_path: Path) -> None:
    file = tmp_path / "note.bpmn"
    file.write_text("not XML")
    result = CliRunner().invoke(main, ["lint", str(file)])
    assert result.exit_code == 1
    assert "Traceback" not in result.output


def test_lint_of_a_missing_file_is_wrong_usage() -> None:
    assert CliRunner().invoke(main, ["lint", "missing.bpmn"]).exit_code == 2


def test_scenario_reports_every_story() -> None:
    folder = Path(__file__).parents[2] / "processes" / "escalation"
    result = CliRunner().invoke(main, ["scenario", str(folder)])
    assert result.exit_code == 0, result.output
    assert "scenarios as expected" in result.output


def test_scenario_that_differs_exits_with_1(tmp_path: Path) -> None:
    process = tmp_path / "pack" / "permit"
    scenarios = process / "scenarios"
    scenarios.mkdir(parents=True)
    (process / "permit.bpmn").write_bytes(DIAGRAM.read_bytes())
    (scenarios / "wrong.yaml").write_text(
        "story: never so\nat: 2026-03-02T09:00:00+08:00\ncase: {description: a hole}\n"
        "expect: {ends: [closed]}\n",
        encoding="utf-8",
    )
    result = CliRunner().invoke(main, ["scenario", str(process)])
    assert result.exit_code == 1
    assert "never so" in result.output


def test_folder_without_scenarios_is_wrong_usage(tmp_path: Path) -> None:
    assert CliRunner().invoke(main, ["scenario", str(tmp_path)]).exit_code == 2


def test_lint_refuses_files_that_are_not_what_their_names_say(tmp_path: Path) -> None:
    (tmp_path / "s.yaml").write_text("a: [1,\nb: {\n")
    (tmp_path / "bad.json").write_text('{"a": ,')
    for name in ("s.yaml", "bad.json"):
        result = CliRunner().invoke(main, ["lint", str(tmp_path / name)])
        assert result.exit_code == 1
        assert "refused" in result.output
        assert "error file/broken" in result.output
