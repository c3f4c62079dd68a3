"""`caseloop import`: the tables of a city from files."""

import json
from pathlib import Path
from typing import Any

import click
import yaml

from api.cli.boston import boston
from api.cli.place import Place, anywhere

_FILE = click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))


@click.group("import")
def import_() -> None:
    """Imports a city's tables: organisation, catalog, calendar, grid.

    Files are JSON (GeoJSON) or YAML.

    Example: caseloop import organisation people.json
    """


@import_.command()
@_FILE
@anywhere
def organisation(place: Place, file: Path) -> None:
    """Imports units, duty grids, people and posts.

    Example: caseloop import organisation people.json
    """
    _import(place, "/organisation", file)


@import_.command()
@_FILE
@anywhere
def catalog(place: Place, file: Path) -> None:
    """Imports a version of the catalog 立结案标准: classes, conditions, limits.

    Example: caseloop import catalog catalog.json
    """
    _import(place, "/catalog", file)


@import_.command()
@_FILE
@anywhere
def calendar(place: Place, file: Path) -> None:
    """Imports a version of a working calendar.

    Example: caseloop import calendar calendar.json
    """
    _import(place, "/calendar", file)


@import_.command()
@_FILE
@anywhere
def grid(place: Place, file: Path) -> None:
    """Imports grid cells (GeoJSON).

    Example: caseloop import grid grid.geojson
    """
    _import(place, "/grid", file)


import_.add_command(boston)


def _import(place: Place, path: str, file: Path) -> None:
    data = read_table(file)
    with place.session() as session:
        made = session.write("PUT", path, {"data": data})
    counts = ", ".join(f"{count} {name}" for name, count in (made.get("counts") or {}).items())
    click.echo(f"{file.name}: {counts or 'imported'}.")


def read_table(file: Path) -> Any:
    """A file's content; numbers that are not integers become decimal strings, as on the wire."""
    content = file.read_text(encoding="utf-8")
    try:
        if file.suffix in (".yaml", ".yml"):
            return yaml.safe_load(content)
        return json.loads(content, parse_float=str)
    except (ValueError, yaml.YAMLError) as exc:
        raise click.UsageError(f"{file}: {exc}") from exc
