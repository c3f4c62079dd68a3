from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from api.cli import main
from api.reference import cli_page, commands, errors_page

PAGES = Path(__file__).parents[2] / "docs" / "reference"
COMMANDS = dict(commands(main))
REQUIRED = (
    "serve worker demo db-upgrade lint play scenario describe diff processes-export deploy import "
    "calendar-preview calendar-apply user-add post-add "
    "key-create key-revoke key-list case-show case-history case-replay case-verify case-export "
    "bench"
)


def test_committed_page_of_commands_says_what_the_code_says() -> None:
    text = (PAGES / "cli.md").read_text(encoding="utf-8")
    assert text == cli_page(main), "run: make openapi"


def test_committed_page_of_errors_says_what_the_code_says() -> None:
    text = (PAGES / "errors.md").read_text(encoding="utf-8")
    assert text == errors_page(), "run: make openapi"


@pytest.mark.parametrize("name", REQUIRED.split())
def test_every_promised_command_is_there(name: str) -> None:
    assert f"caseloop {name.replace('-', ' ')}" in COMMANDS


@pytest.mark.parametrize(("path", "command"), COMMANDS.items(), ids=COMMANDS)
def test_command_explains_itself_with_an_example(path: str, command: click.Command) -> None:
    arguments = [*path.split()[1:], "--help"]
    result = CliRunner().invoke(main, arguments)
    assert result.exit_code == 0
    assert "Example: caseloop " in " ".join(result.output.split())


def test_example_names_the_command_it_explains() -> None:
    for path, command in COMMANDS.items():
        example = (command.help or "").partition("Example: ")[2]
        assert example.startswith(path), path


def test_wrong_usage_exits_with_2() -> None:
    for arguments in (["nothing"], ["serve", "--port", "many"], ["lint"], ["case", "show"]):
        assert CliRunner().invoke(main, arguments).exit_code == 2
