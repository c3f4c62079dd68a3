"""`caseloop lint`: know whether a diagram can run before anybody else has to."""

import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import click

from api.cli.failure import REFUSED, finding_line
from engine.service.linting import lint_files
from engine.service.scenarios import release_files

PLACES = click.argument(
    "paths",
    metavar="FOLDER|FILE...",
    nargs=-1,
    required=True,
    type=click.Path(exists=True, path_type=Path),
)
FORMAT = click.option(
    "--format", "form", type=click.Choice(("text", "json")), default="text", show_default=True
)


@click.command()
@PLACES
@FORMAT
@click.option(
    "--as-executable", is_flag=True, help="Treat processes of documentation files as executable."
)
def lint(paths: tuple[Path, ...], form: str, *, as_executable: bool) -> None:
    """Says whether diagrams can run as BPMN says; needs no database.

    A FOLDER stands for all files of a release below it; files that are named together know each
    other's processes and decisions. Exit codes: 0 every file accepted, 1 some refused, 2 wrong
    usage.

    Example: caseloop lint ./our-processes
    """
    files = read_places(paths)
    verdicts = lint_files(files, as_executable=as_executable)
    if form == "json":
        click.echo(json.dumps(verdicts, ensure_ascii=False, indent=2))
    else:
        named = {str(path) for path in paths}
        for verdict in verdicts:
            if verdict["file"] in named or verdict["executable"] or verdict["findings"]:
                _tell(verdict)
    if not all(verdict["accepted"] for verdict in verdicts):
        raise click.exceptions.Exit(REFUSED)


def read_places(paths: Iterable[Path]) -> dict[str, bytes]:
    """The files that places on the command line stand for, each by its path; UsageError for none.

    A folder stands for all files of a release below it.
    """
    files = {name: content for path in paths for name, content in _files_at(path)}
    if not files:
        raise click.UsageError("There is no diagram, decision, form or policy in these places.")
    return files


def _files_at(path: Path) -> Iterator[tuple[str, bytes]]:
    if path.is_file():
        yield str(path), path.read_bytes()
        return
    for name, content in release_files(path).items():
        yield str(path / name), content


def _tell(verdict: Mapping[str, Any]) -> None:
    word = "accepted" if verdict["accepted"] else "refused"
    runs = ", ".join(verdict["executable"]) or "nothing executable"
    click.echo(f"{verdict['file']}: {word} ({runs})")
    for finding in verdict["findings"]:
        click.echo(f"  {finding_line(finding)}")
