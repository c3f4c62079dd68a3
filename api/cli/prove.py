"""`caseloop prove`: can every case come to an end, and can these people bring it there."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from api.cli.diagrams import FORMAT, PLACES, read_places
from api.cli.failure import REFUSED, finding_line
from engine.service.proving import prove_files

_CITY = "sample_city"


@click.command()
@PLACES
@click.option(
    "--city",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Folder with people.json, units.json, duty_grids.json and perhaps shifts.json: can this "
    "staff finish a case. Else that of a named FOLDER, where it has a sample_city.",
)
@FORMAT
def prove(paths: tuple[Path, ...], city: Path | None, form: str) -> None:
    """Proves diagrams as deployment does; needs no database.

    For each process: sound, unsound or unknown, how many states were explored, and each finding
    with the shortest way to it. Exit codes: 0 every process is sound and nothing would keep it
    from being deployed, 1 something would, 2 wrong usage.

    Example: caseloop prove ./our-processes
    """
    files = read_places(paths)
    place = city or _city_beside(paths)
    verdicts = prove_files(files, place, tells_refusal=form == "json")
    if form == "json":
        click.echo(json.dumps(verdicts, ensure_ascii=False, indent=2))
    else:
        for verdict in verdicts:
            _tell(verdict)
    if not all(map(_is_good, verdicts)):
        raise click.exceptions.Exit(REFUSED)


def _city_beside(paths: tuple[Path, ...]) -> Path | None:
    """The first city in a named folder that says who works there."""
    cities = (path / _CITY for path in paths)
    return next((city for city in cities if (city / "people.json").is_file()), None)


def _is_good(verdict: Mapping[str, Any]) -> bool:
    errors = any(finding["severity"] == "error" for finding in verdict["findings"])
    return verdict["verdict"] == "sound" and not errors


def _tell(verdict: Mapping[str, Any]) -> None:
    why = f": {verdict['reason']}" if verdict["reason"] else ""
    states = f"{verdict['states']} states"
    click.echo(f"{verdict['process']}: {verdict['verdict']} ({states}{why})")
    for finding in verdict["findings"]:
        click.echo(f"  {finding_line(finding)}")
