import json
from pathlib import Path

from engine.bootstrap import open_installation
from engine.settings import Settings
from tests.api.house import CALENDAR, START, furnish, open_house
from tests.cli.test_state_commands import Shell


def furnished(folder: Path, cases: int) -> Shell:
    """A data folder with a calendar, a small procedure and open cases."""
    settings = Settings.read(data=str(folder / "data"), virtual_clock=START)
    with open_installation(settings) as installation:
        house = open_house(installation, furnish(installation))
        for _ in range(cases):
            house.open_case()
    return Shell(folder)


def test_newer_calendar_is_imported_previewed_and_applied(tmp_path: Path) -> None:
    shell = furnished(tmp_path, cases=2)
    file = tmp_path / "calendar.json"
    file.write_text(json.dumps({**CALENDAR, "version": 2, "holiday": ["2026-03-02"]}))
    shell.ok("import", "calendar", str(file))
    told = shell.ok("calendar", "preview", "north@2")
    assert told == "north@2: 0 deadlines would move in 2 live cases.\n"
    done = "north@2: 0 deadlines moved in {} live cases.\n"
    assert shell.ok("calendar", "apply") == done.format(2)
    assert shell.ok("calendar", "apply", "north@2") == done.format(0)
    assert "2 of 2 conforms" in shell.ok("case", "replay", "--all")


def test_unknown_calendar_is_one_line_and_exit_1(tmp_path: Path) -> None:
    result = furnished(tmp_path, cases=0).run("calendar", "preview", "north@7")
    assert result.exit_code == 1
    assert result.output.startswith("caseloop: there is no calendar north@7")
