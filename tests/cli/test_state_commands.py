import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from api.cli import main
from tests.api.house import ORGANISATION, PERMIT


class Shell:
    """Runs commands in one data folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._runner = CliRunner()

    def run(self, *arguments: str, stdin: str | None = None) -> Result:
        environment = {"CASELOOP_DATA_DIR": str(self.folder / "data")}
        return self._runner.invoke(main, list(arguments), env=environment, input=stdin)

    def ok(self, *arguments: str, stdin: str | None = None) -> str:
        result = self.run(*arguments, stdin=stdin)
        assert result.exit_code == 0, result.output
        return result.output


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    return Shell(tmp_path)


@pytest.fixture
def organisation(tmp_path: Path) -> str:
    file = tmp_path / "organisation.json"
    file.write_text(json.dumps(ORGANISATION), encoding="utf-8")
    return str(file)


def test_db_upgrade_can_be_repeated(shell: Shell) -> None:
    assert shell.ok("db", "upgrade") == shell.ok("db", "upgrade")


def test_key_is_created_listed_and_revoked(shell: Shell) -> None:
    made = shell.ok("key", "create", "gateway", "--scope", "cases:read")
    key_id = made.splitlines()[0].removeprefix("id:").strip()
    listed = shell.ok("key", "list")
    assert key_id in listed
    assert "gateway" in listed
    assert "is revoked" in shell.ok("key", "revoke", key_id)


def test_unknown_key_is_one_line_and_exit_1(shell: Shell) -> None:
    result = shell.run("key", "revoke", "nonsense")
    assert result.exit_code == 1
    assert result.output.startswith("caseloop: ")
    assert "Traceback" not in result.output


def test_organisation_user_and_post_are_entered(shell: Shell, organisation: str) -> None:
    assert "organisation.json" in shell.ok("import", "organisation", organisation)
    assert "lin can sign in" in shell.ok(
        "user", "add", "lin", "--person", "lin", "--password", "correct horse battery"
    )
    added = shell.ok(
        "post", "add", "mei", "crew", "--name", "Mei", "--axis", "handling", "--unit", "works"
    )
    assert "mei holds" in added


def test_post_of_another_axis_is_refused(shell: Shell, organisation: str) -> None:
    shell.ok("import", "organisation", organisation)
    result = shell.run("post", "add", "chen", "dispatcher", "--axis", "command")
    assert (result.exit_code, result.output[:10]) == (1, "caseloop: ")


def test_file_that_is_not_json_is_wrong_usage(shell: Shell, tmp_path: Path) -> None:
    file = tmp_path / "broken.json"
    file.write_text("{")
    result = shell.run("import", "organisation", str(file))
    assert result.exit_code == 2
    assert "broken.json" in result.output


def test_folder_is_deployed(shell: Shell) -> None:
    assert "Release " in shell.ok("deploy", str(PERMIT), "--note", "first")


def test_broken_folder_is_refused_with_place_and_way_out(shell: Shell, tmp_path: Path) -> None:
    folder = tmp_path / "pack"
    folder.mkdir()
    text = (PERMIT / "permit.bpmn").read_text(encoding="utf-8")
    broken = text.replace('targetRef="stamp"', 'targetRef="nowhere"')
    (folder / "permit.bpmn").write_text(broken, encoding="utf-8")
    result = shell.run("deploy", str(folder))
    assert result.exit_code == 1
    assert "error" in result.output
    assert "Traceback" not in result.output


def test_pack_is_exported_once_and_not_overwritten(shell: Shell, tmp_path: Path) -> None:
    target = tmp_path / "pack"
    shell.ok("processes", "export", str(target))
    diagram = target / "case_disposition" / "case_disposition.bpmn"
    assert diagram.exists()
    shell.ok("processes", "export", str(target))
    diagram.write_text("mine", encoding="utf-8")
    result = shell.run("processes", "export", str(target))
    assert result.exit_code == 2
    assert diagram.read_text(encoding="utf-8") == "mine"


@pytest.mark.parametrize("command", ["show", "history", "replay", "verify"])
def test_unknown_case_is_one_line_and_exit_1(shell: Shell, command: str) -> None:
    result = shell.run("case", command, "0197f7c4-1c3a-7bd0-8a43-8f2a51f3d001")
    assert result.exit_code == 1
    assert result.output.startswith("caseloop: ")
    assert len(result.output.splitlines()) == 1


@pytest.mark.parametrize("command", ["replay", "verify"])
def test_case_or_all_is_wanted(shell: Shell, command: str) -> None:
    assert shell.run("case", command).exit_code == 2
    assert shell.run("case", command, "x", "--all").exit_code == 2


def test_server_needs_a_key(shell: Shell) -> None:
    assert shell.run("key", "list", "--server", "http://127.0.0.1:1").exit_code == 2


def test_server_that_does_not_answer_is_one_line(shell: Shell) -> None:
    result = shell.run("key", "list", "--server", "http://127.0.0.1:1", "--key", "x")
    assert (result.exit_code, len(result.output.splitlines())) == (1, 1)
