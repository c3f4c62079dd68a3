"""What the command line tells of a case, on a closed installation with one case in it."""

import json
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from api.cli import main
from engine.bootstrap import open_installation
from engine.settings import Settings
from tests.api.house import START, furnish, ok, open_house


@pytest.fixture(scope="module")
def lived_in(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    folder = tmp_path_factory.mktemp("lived-in")
    with open_installation(Settings.read(data=str(folder), virtual_clock=START)) as installation:
        house = open_house(installation, furnish(installation))
        return folder, house.handled()


@pytest.fixture
def case(lived_in: tuple[Path, str], tmp_path: Path) -> tuple[Path, str]:
    shutil.copytree(lived_in[0], tmp_path / "data")
    return tmp_path / "data", lived_in[1]


def run(folder: Path, *arguments: str) -> Result:
    return CliRunner().invoke(main, ["case", *arguments, "--data", str(folder)])


def test_show_tells_state_waiting_work_and_document(case: tuple[Path, str]) -> None:
    output = run(case[0], "show", case[1]).output
    assert "check_result" in output
    assert "stamp_no" in output
    shown = json.loads(run(case[0], "show", case[1], "--format", "json").output)
    assert [item["element"] for item in shown["work_items"]] == ["check_result"]


def test_history_tells_who_did_what_in_order(case: tuple[Path, str]) -> None:
    lines = run(case[0], "history", case[1]).output.splitlines()[1:]
    assert [line.split()[3] for line in lines] == [
        "open_case",
        "complete_work_item",
        "complete_job",
        "add_attachment",
        "complete_work_item",
    ]
    assert [line.split()[2] for line in lines] == ["gao", "lin", "cli", "chen", "chen"]


@pytest.mark.parametrize(("command", "good"), [("replay", "conforms"), ("verify", "intact")])
def test_untouched_case_is_good(case: tuple[Path, str], command: str, good: str) -> None:
    result = run(case[0], command, case[1])
    assert (result.exit_code, result.output) == (0, f"1 of 1 {good}.\n")


@pytest.mark.parametrize(
    ("command", "count", "good"), [("replay", 1, "conforms"), ("verify", 6, "intact")]
)
def test_untouched_installation_is_good(
    case: tuple[Path, str], command: str, count: int, good: str
) -> None:
    """Verification looks at the streams that are no case's, too."""
    result = run(case[0], command, "--all")
    assert (result.exit_code, result.output) == (0, f"{count} of {count} {good}.\n")


def test_case_with_a_result_given_by_hand_conforms_and_is_told(tmp_path: Path) -> None:
    with open_installation(Settings.read(data=str(tmp_path), virtual_clock=START)) as installation:
        house = open_house(installation, furnish(installation))
        case_id = house.accepted()
        job = house.locked_job()
        lost = {"worker": "stamper", "lock_token": job["lock_token"], "reason": "lost"}
        ok(house.operator.post(f"/jobs/{job['id']}/fail", {**lost, "retries": 0}))
        by_hand = {"reason": "stamped by hand", "data": {"stamp_no": 7}}
        ok(house.operator.post(f"/cases/{case_id}/incidents/1/resolve", by_hand))
    result = run(tmp_path, "replay", "--all")
    told, count = result.output.splitlines()
    assert f"{case_id}: override at entry" in told
    assert "stamped by hand" in told
    assert (result.exit_code, count) == (0, "1 of 1 conforms, 1 of them with an override.")


def change(folder: Path, sql: str) -> None:
    """A hand in the database."""
    with sqlite3.connect(folder / "caseloop.db") as database:
        database.execute(sql)
    database.close()


@pytest.mark.parametrize("table", ["case_file", "case_state"])
@pytest.mark.parametrize("command", ["replay", "verify"])
def test_case_without_its_row_is_found_and_exits_with_1(
    case: tuple[Path, str], command: str, table: str
) -> None:
    change(case[0], f"DELETE FROM {table}")
    result = run(case[0], command, "--all")
    assert result.exit_code == 1
    assert f"{case[1]}: " in result.output
    assert "is gone" in result.output or "is missing" in result.output


def test_changed_stream_that_is_no_case_is_found_and_exits_with_1(case: tuple[Path, str]) -> None:
    change(case[0], "UPDATE stream_head SET hash = 'other' WHERE stream = 'organisation'")
    result = run(case[0], "verify", "--all")
    assert result.exit_code == 1
    assert "organisation: broken" in result.output


@pytest.mark.parametrize("command", ["replay", "verify"])
def test_changed_document_is_found_and_exits_with_1(case: tuple[Path, str], command: str) -> None:
    change(
        case[0],
        "UPDATE case_state SET document = CAST(replace(CAST(document AS TEXT), "
        "'a hole', 'a mole') AS BLOB)",
    )
    result = run(case[0], command, case[1])
    assert result.exit_code == 1
    assert f"{case[1]}: " in result.output
    assert "0 of 1" in result.output


def test_export_is_verified_without_us(case: tuple[Path, str], tmp_path: Path) -> None:
    target = tmp_path / "evidence"
    assert run(case[0], "export", case[1], "--to", str(target)).exit_code == 0
    verified = subprocess.run(
        [sys.executable, "-I", str(target / "verify.py"), str(target)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert verified.returncode == 0, verified.stdout + verified.stderr
