import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from api.cli import main
from tests.installations import PACK
from tests.proof.case_drawings import stuck, vast

KEYS = {"process", "file", "verdict", "states", "reason", "findings"}
FINDING_KEYS = {
    "rule", "severity", "process", "element", "line", "message", "help", "path", "file"
}  # fmt: skip


def prove(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["prove", *arguments])


@pytest.fixture
def stuck_file(tmp_path: Path) -> Path:
    file = tmp_path / "stuck.bpmn"
    file.write_bytes(stuck())
    return file


def test_prove_tells_verdict_states_and_way(stuck_file: Path) -> None:
    result = prove(str(stuck_file))
    assert result.exit_code == 1
    assert "p: unsound (" in result.output
    assert "error proof/deadlock join" in result.output
    assert "way: start > which > a" in result.output


def test_prove_prints_json(stuck_file: Path) -> None:
    [verdict] = json.loads(prove(str(stuck_file), "--format", "json").output)
    assert set(verdict) == KEYS
    assert verdict["verdict"] == "unsound"
    assert verdict["states"] > 0
    assert all(set(finding) == FINDING_KEYS for finding in verdict["findings"])


def test_prove_prints_json_of_what_the_gate_refuses(tmp_path: Path) -> None:
    file = tmp_path / "broken.bpmn"
    file.write_bytes(stuck().replace(b"parallelGateway", b"complexGateway"))
    result = prove(str(file), "--format", "json")
    [verdict] = json.loads(result.stdout)
    assert (result.exit_code, verdict["verdict"]) == (1, "refused")
    assert set(verdict) == KEYS
    assert "gateway/complex" in {f["rule"] for f in verdict["findings"]}
    assert all(set(finding) == FINDING_KEYS for finding in verdict["findings"])


def test_reason_without_a_verdict_names_the_element(tmp_path: Path) -> None:
    file = tmp_path / "vast.bpmn"
    file.write_bytes(vast())
    assert "which has 13 ways" in prove(str(file)).output


def test_prove_starting_pack_and_its_city() -> None:
    result = prove(str(PACK))
    assert result.exit_code == 0, result.output
    assert "case_disposition: sound" in result.output
    assert "separation/roster" not in result.output


def test_prove_against_shifts_names_the_one_that_cannot_finish(tmp_path: Path) -> None:
    for file in (PACK / "sample_city").iterdir():
        (tmp_path / file.name).write_bytes(file.read_bytes())
    night = {"shifts": [{"id": "night", "people": ["lin", "zhou", "wang", "peng", "chen"]}]}
    (tmp_path / "shifts.json").write_text(json.dumps(night), encoding="utf-8")
    result = prove(str(PACK), "--city", str(tmp_path))
    assert result.exit_code == 0, "a roster warns and blocks nothing"
    assert "separation/roster" in result.output
    assert "in the shift night" in result.output


@pytest.mark.parametrize("text", ["{", '{"shifts": [{"id": "n", "people": ["nobody"]}]}', "[]"])
def test_prove_refuses_shifts_that_cannot_be_read(tmp_path: Path, text: str) -> None:
    (tmp_path / "people.json").write_text('{"people": []}', encoding="utf-8")
    (tmp_path / "shifts.json").write_text(text, encoding="utf-8")
    result = prove(str(PACK), "--city", str(tmp_path))
    assert result.exit_code == 1
    assert "shifts.json" in result.output


def test_prove_without_people_says_which_file_it_wants(tmp_path: Path) -> None:
    result = prove(str(PACK), "--city", str(tmp_path))
    assert result.exit_code == 1
    assert "people.json" in result.output


def test_prove_refuses_what_the_gate_refuses(tmp_path: Path) -> None:
    file = tmp_path / "broken.bpmn"
    file.write_bytes(stuck().replace(b'targetRef="join"', b'targetRef="nowhere"'))
    result = prove(str(file))
    assert result.exit_code == 1
    assert "nowhere" in result.output


def test_deploy_wants_a_reason_for_what_is_unproven(tmp_path: Path) -> None:
    folder = tmp_path / "pack"
    folder.mkdir()
    (folder / "vast.bpmn").write_bytes(vast())
    environment = {"CASELOOP_DATA_DIR": str(tmp_path / "data")}
    runner = CliRunner()
    refused = runner.invoke(main, ["deploy", str(folder)], env=environment)
    assert refused.exit_code == 1
    assert "give a reason" in refused.output
    arguments = ["deploy", str(folder), "--accept-unproven", "tried by hand"]
    made = runner.invoke(main, arguments, env=environment)
    assert made.exit_code == 0, made.output
    assert "error proof/unknown" in made.output
