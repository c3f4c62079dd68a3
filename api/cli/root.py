"""The root of the command line. A command's module is imported when the command is asked for.

Together they load the whole engine and the server, which takes seconds that `lint` or a question
to a running server need not wait for.
"""

from importlib import import_module
from importlib.metadata import version

import click

from api.cli.failure import Guarded

#: Where each command stands: module below `api.cli`, and its name there.
COMMANDS = {
    "bench": ("bench", "bench"),
    "calendar": ("calendars", "calendar"),
    "case": ("cases", "case"),
    "db": ("database", "db"),
    "demo": ("demonstration", "demo"),
    "deploy": ("packs", "deploy"),
    "describe": ("describe", "describe"),
    "diff": ("diff", "diff"),
    "import": ("city", "import_"),
    "key": ("keys", "key"),
    "lint": ("diagrams", "lint"),
    "play": ("play", "play"),
    "post": ("people", "post"),
    "processes": ("packs", "processes"),
    "prove": ("prove", "prove"),
    "scenario": ("scenarios", "scenario"),
    "serve": ("serve", "serve"),
    "user": ("people", "user"),
    "worker": ("serve", "worker"),
}


class Root(Guarded):
    """The group of all commands, each loaded when it is named."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """All names, in the order of the alphabet."""
        del ctx
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of this name; None where there is none."""
        del ctx
        if cmd_name not in COMMANDS:
            return None
        module, name = COMMANDS[cmd_name]
        command: click.Command = getattr(import_module(f"api.cli.{module}"), name)
        return command


@click.group(cls=Root, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(version("caseloop"), prog_name="caseloop")
def main() -> None:
    """Orchestrates the disposition of city-management cases (案卷) with editable diagrams.

    Exit codes: 0 done, 1 refused or different from what was expected, 2 wrong usage.

    Example: caseloop serve --data ./city --port 8080
    """
