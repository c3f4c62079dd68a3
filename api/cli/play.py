"""`caseloop play`: try a diagram, ours or not, without a server and without waiting."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from api.cli.diagrams import FORMAT, PLACES, read_places
from api.cli.failure import REFUSED, finding_line
from engine.domain.errors import InvalidRequestError
from engine.service.playing import Played, empty_script, play_files, read_script

_IMPOSSIBLE = 2
_SIGNS = {"entered": "→", "left": "✓", "cancelled": "✗"}


@click.command()
@PLACES
@click.option(
    "--script",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A scenario without `expect` (YAML or JSON): what happens.",
)
@click.option(
    "--auto",
    is_flag=True,
    help="Then complete every work item and job without data, until only events are awaited.",
)
@FORMAT
def play(paths: tuple[Path, ...], script: Path | None, form: str, *, auto: bool) -> None:
    """Runs one story on a diagram in memory, with a clock that waits for nobody.

    All files named together know each other's processes and decisions; a folder stands for all
    files of a release below it. Where a diagram declares nothing of ours, lanes are roles,
    everybody may act, and data is written under the names given. Exit codes: 0 the story ran,
    1 the diagram was refused, 2 wrong usage or an impossible step.

    Example: caseloop play order.bpmn --auto
    """
    files = read_places(paths)
    try:
        story = empty_script() if script is None else read_script(script.read_bytes(), str(script))
        played = play_files(files, story, auto=auto)
    except InvalidRequestError as exc:
        raise click.UsageError(exc.message) from exc
    if form == "json":
        click.echo(json.dumps(played.told, ensure_ascii=False, indent=2))
        for remark in played.remarks:
            click.echo(f"caseloop: {remark}", err=True)
    else:
        _tell(played)
    if played.problem is not None:
        click.echo(f"caseloop: {played.problem}", err=True)
        raise click.exceptions.Exit(_IMPOSSIBLE)
    if not played.told["accepted"]:
        raise click.exceptions.Exit(REFUSED)


def _tell(played: Played) -> None:
    told = played.told
    for remark in played.remarks:
        click.echo(f"({remark})")
    for finding in told["findings"]:
        click.echo(finding_line(finding))
    if not told["accepted"]:
        click.echo("refused: the diagram cannot run as BPMN says; nothing was played")
        return
    _tell_path(told["path"])
    click.echo(f"\nstatus: {told['status']}" + _listed(", at ", told["ends"]))
    for wait in told["waiting"]:
        click.echo(f"  waits: {_wait_line(wait)}")
    for sent in told["sent"]:
        click.echo(f"  sent: {sent['kind']} {sent['name']}")
    for incident in told["incidents"]:
        click.echo(f"  incident at {incident['id']}: {incident['code']}: {incident['message']}")
    if told["case"]:
        click.echo(f"case: {json.dumps(told['case'], ensure_ascii=False, indent=2)}")


def _tell_path(path: list[Mapping[str, Any]]) -> None:
    """One line per step; the time stands where it changes, what is inside stands indented."""
    at = None
    for step in path:
        if step["at"] != at:
            at = step["at"]
            click.echo(str(at))
        depth = step["in"].count("/") + 1 if step["in"] else 0
        click.echo(f"  {'  ' * depth}{_SIGNS[step['what']]} {step['id']}")


def _wait_line(wait: Mapping[str, Any]) -> str:
    name = f" “{wait['name']}”" if wait["name"] else ""
    due = f", due {wait['due']}" if wait["due"] else ""
    return f"{wait['id']}{name} ({wait['kind'].replace('_', ' ')}{due})"


def _listed(before: str, names: list[str]) -> str:
    return before + ", ".join(names) if names else ""
