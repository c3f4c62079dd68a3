"""The reference pages that are generated from the code: errors and the command line.

`python -m api` writes them; tests compare them with the committed pages.
"""

import importlib
import pkgutil
from collections.abc import Iterator

import click

import engine
from api.errors import API_PROBLEMS, status_of, title_of
from api.ways_out import WAYS_OUT
from engine.domain.errors import EngineError

_ERRORS_HEAD = """# Errors

<!-- Generated from the code by `make openapi`; do not edit. -->

Every error of the API is `application/problem+json` (RFC 9457) with `type`
(`urn:caseloop:problem:` and the code), `title`, `status`, `detail`, `instance` and `code`. Codes
never change their meaning. Further members depend on the code: `errors` (a list of places, each
with `pointer`, `parameter` or `header`, and `message`), `rule` and `earlier_act` (separation),
`outcomes`, `findings`, `scope`, `reference` (what the server's log has the cause under).

| code | status | what it says | way out |
|---|---|---|---|
"""
_CLI_HEAD = """# Commands

<!-- Generated from the code by `make openapi`; do not edit. -->

`caseloop` speaks to the server that runs on this machine (found by the lock file beside the
database) or, when none runs, opens the database itself; with `--server` and `--key` it speaks to
a server elsewhere. Exit codes: 0 done, 1 refused or different from what was expected, 2 wrong
usage.
"""


def error_classes() -> list[type[EngineError]]:
    """Every class of the tree, the root first; all rooms are loaded so that none is missed."""
    for module in pkgutil.walk_packages(engine.__path__, "engine."):
        if ".migrations" not in module.name:
            importlib.import_module(module.name)
    return [EngineError, *_below(EngineError)]


def _below(kind: type[EngineError]) -> Iterator[type[EngineError]]:
    for child in kind.__subclasses__():
        yield child
        yield from _below(child)


def errors_page() -> str:
    """`docs/reference/errors.md`."""
    rows = {code: (status, title) for code, (status, title) in API_PROBLEMS.items()}
    for kind in error_classes():
        rows.setdefault(kind.code, (status_of(kind), title_of(kind)))
    lines = [
        f"| `{code}` | {status} | {title} | {WAYS_OUT[code]} |"
        for code, (status, title) in sorted(rows.items())
    ]
    return _ERRORS_HEAD + "\n".join(lines) + "\n"


def cli_page(root: click.Group) -> str:
    """`docs/reference/cli.md`."""
    above = click.Context(root, info_name="caseloop", **root.context_settings)
    return _CLI_HEAD + "".join(_section(above, path, c) for path, c in commands(root))


def commands(group: click.Group, path: str = "caseloop") -> Iterator[tuple[str, click.Command]]:
    """Every command with its full name, groups before their commands."""
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        yield f"{path} {name}", command
        if isinstance(command, click.Group):
            yield from commands(command, f"{path} {name}")


def _section(above: click.Context, path: str, command: click.Command) -> str:
    # Below the root as at a call: a command keeps the help option that it was first asked with.
    context = click.Context(command, parent=above, info_name=path.removeprefix("caseloop "))
    text = command.get_help(context)
    level = "##" if path.count(" ") == 1 else "###"
    return f"\n{level} {path}\n\n```text\n{text}\n```\n"
