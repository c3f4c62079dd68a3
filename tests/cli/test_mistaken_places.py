"""Commands that ask make nothing; what cannot be read or sent is one line, never a traceback."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from api.cli import main
from engine.settings import Settings

CASE = "0197f7c4-1c3a-7bd0-8a43-8f2a51f3d001"
ASKING = (
    ("case", "show", CASE),
    ("case", "history", CASE),
    ("case", "replay", "--all"),
    ("case", "verify", "--all"),
    ("case", "export", CASE, "--to", "out"),
    ("case", "erase", CASE, "--all", "--reason", "wish"),
    ("key", "list"),
    ("key", "revoke", "nonsense"),
    ("calendar", "preview"),
    ("user", "close", "lin"),
)


def run(*arguments: str, data: Path | None = None) -> Result:
    place = () if data is None else ("--data", str(data))
    return CliRunner().invoke(main, [*arguments, *place])


def check_one_line(result: Result, exit_code: int) -> None:
    assert result.exit_code == exit_code, result.output
    assert isinstance(result.exception, SystemExit)


@pytest.mark.parametrize("command", ASKING, ids=" ".join)
def test_command_that_asks_makes_no_installation(tmp_path: Path, command: tuple[str, ...]) -> None:
    folder = tmp_path / "nothing"
    result = run(*command, data=folder)
    check_one_line(result, 1)
    assert f"There is no installation at {folder / 'caseloop.db'}" in result.output
    assert "`caseloop serve`, `demo` or `import` makes one" in result.output
    assert not folder.exists()


def test_empty_file_is_no_installation(tmp_path: Path) -> None:
    (tmp_path / "caseloop.db").touch()
    check_one_line(run("key", "list", data=tmp_path), 1)
    assert (tmp_path / "caseloop.db").stat().st_size == 0


def test_embedded_server_that_never_ran_is_not_started(tmp_path: Path) -> None:
    result = run("key", "list", "--database", "embedded-postgres", data=tmp_path / "nothing")
    check_one_line(result, 1)
    assert not (tmp_path / "nothing").exists()


def test_place_of_a_server_is_told_without_its_password() -> None:
    url = "postgresql+psycopg://caseloop:secret@db/city?sslpassword=secret"
    assert Settings.read(database=url).place == "postgresql+psycopg://db/city"


@pytest.mark.parametrize("command", ["replay", "verify"])
def test_all_of_nothing_is_no_success(tmp_path: Path, command: str) -> None:
    assert run("db", "upgrade", data=tmp_path).exit_code == 0
    result = run("case", command, "--all", data=tmp_path)
    check_one_line(result, 1)
    assert "0 of 0" in result.output


def test_file_that_is_not_utf8_is_wrong_usage(tmp_path: Path) -> None:
    file = tmp_path / "b.json"
    file.write_bytes(b"\xff\xfe")
    result = run("import", "organisation", str(file), data=tmp_path)
    check_one_line(result, 2)
    assert "b.json is not text in UTF-8" in result.output


@pytest.mark.parametrize("key", ["井", "clk_a\nb", "clk_a\x00"])
def test_key_that_no_request_can_carry_is_one_line_and_not_shown(key: str) -> None:
    result = run("key", "list", "--server", "http://127.0.0.1:9", "--key", key)
    check_one_line(result, 1)
    assert "The key has characters that a request cannot carry" in result.output
    assert key not in result.output


@pytest.mark.parametrize("address", ["127.0.0.1:9", "http://", "http://a:port", "http://[a"])
def test_address_that_is_none_is_one_line(address: str) -> None:
    result = run("key", "list", "--server", address, "--key", "clk_a")
    check_one_line(result, 1)
    assert "is not the address of a server" in result.output


def test_unquoted_date_in_a_table_is_the_text_that_it_is(tmp_path: Path) -> None:
    file = tmp_path / "catalog.yaml"
    file.write_text(
        "id: city\nvalid_from: 2026-01-01\nclasses:\n"
        "  - {code: 01-01, name: Hole, conditions: [{number: 1, text: deep}]}\n"
    )
    result = run("import", "catalog", str(file), data=tmp_path / "data")
    assert result.exit_code == 0, result.output


def test_half_a_character_in_a_table_is_named(tmp_path: Path) -> None:
    file = tmp_path / "catalog.json"
    file.write_text('{"id": "\\ud800"}')
    result = run("import", "catalog", str(file), data=tmp_path / "data")
    check_one_line(result, 2)
    assert "half of a character" in result.output


@pytest.mark.parametrize("start", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59Z"])
def test_virtual_clock_starts_where_calendars_reach(tmp_path: Path, start: str) -> None:
    result = run("serve", "--virtual-clock", start, data=tmp_path / "data")
    check_one_line(result, 1)
    assert "virtual clock" in result.output
