"""`caseloop import`: the tables of a city from files."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click
import yaml

from api.cli.boston import boston
from api.cli.place import Place, anywhere
from api.cli.sample_city import load_city

_FILE = click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))


@click.group("import")
def import_() -> None:
    """Imports a city's tables: organisation, catalog, calendar, grid; or all of them.

    Files are JSON (GeoJSON) or YAML.

    Example: caseloop import organisation people.json
    """


@import_.command()
@click.argument(
    "folder", metavar="DIR", type=click.Path(exists=True, file_okay=False, path_type=Path)
)
@anywhere
def city(place: Place, folder: Path) -> None:
    """Imports all tables of a folder that is laid out like the pack's sample_city.

    Example: caseloop import city our-processes/sample_city
    """
    told = False
    with place.session(founds=True) as session:
        for names, counts in load_city(session, folder):
            _tell(names, counts)
            told = True
    if not told:
        raise click.UsageError(f"{folder} holds no table of a city.")


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
    with place.session(founds=True) as session:
        made = session.write("PUT", path, {"data": data})
    _tell(file.name, made.get("counts") or {})


def _tell(names: str, counts: Mapping[str, int]) -> None:
    entered = ", ".join(f"{count} {name}" for name, count in counts.items() if count)
    click.echo(f"{names}: {entered or 'nothing that is new'}.")


class _Texts(yaml.SafeLoader):
    """YAML whose dates stay the texts that were written, as in JSON."""

    yaml_implicit_resolvers = {  # noqa: RUF012 yaml's own way
        first: [(tag, text) for tag, text in rules if tag != "tag:yaml.org,2002:timestamp"]
        for first, rules in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }


def read_table(file: Path) -> Any:
    """A file's content; numbers that are not integers become decimal strings, as on the wire."""
    try:
        content = file.read_text(encoding="utf-8")
        if file.suffix in (".yaml", ".yml"):
            data = yaml.load(content, _Texts)  # noqa: S506 a SafeLoader
        else:
            data = json.loads(content, parse_float=str)
        json.dumps(data, ensure_ascii=False).encode()
    except UnicodeEncodeError as exc:
        half = ascii(exc.object[exc.start])
        raise click.UsageError(f"{file} holds {half}, half of a character.") from exc
    except UnicodeDecodeError as exc:
        raise click.UsageError(f"{file} is not text in UTF-8 (byte {exc.start}).") from exc
    except (TypeError, ValueError, yaml.YAMLError, RecursionError) as exc:
        raise click.UsageError(f"{file}: {exc}") from exc
    return data
