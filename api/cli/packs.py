"""`caseloop processes export` and `caseloop deploy`: a pack of diagrams, out and in."""

import io
import zipfile
from collections.abc import Iterator, Mapping
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

import click

from api.cli.failure import finding_line
from api.cli.place import Place, anywhere

_UNLIMITED = "time/no-limit"
_LEFT_OUT = ("__init__.py", "__pycache__")


@click.group()
def processes() -> None:
    """The starting pack of diagrams, decisions, forms and scenarios.

    Example: caseloop processes export ./our-processes
    """


@processes.command()
@click.argument("folder", metavar="DIR", type=click.Path(file_okay=False, path_type=Path))
def export(folder: Path) -> None:
    """Writes the starting pack into a folder, to be edited, linted, tried and deployed.

    A file that is there already and differs is not overwritten.

    Example: caseloop processes export ./our-processes
    """
    pack = dict(pack_files(files("processes")))
    changed = [name for name, content in pack.items() if _differs(folder / name, content)]
    if changed:
        raise click.UsageError(
            f"{folder / changed[0]} is there already and differs; choose an empty folder."
        )
    for name, content in pack.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    click.echo(f"{len(pack)} files in {folder}. Next: caseloop lint, scenario, deploy {folder}")


@click.command()
@click.argument(
    "folder", metavar="DIR", type=click.Path(exists=True, file_okay=False, path_type=Path)
)
@click.option("--note", default="", help="Why; it stands in the journal.")
@click.option("--keep-current", is_flag=True, help="New cases do not take it yet.")
@click.option(
    "--accept-unproven",
    "reason",
    metavar="REASON",
    default="",
    help="Publish it though the proof comes to no verdict; the reason stands in the journal.",
)
@click.option("--verbose", is_flag=True, help="Name also each human task that no clock limits.")
@anywhere
def deploy(
    place: Place, folder: Path, note: str, reason: str, *, keep_current: bool, verbose: bool
) -> None:
    """Makes a release of a folder; new cases take it, running ones keep theirs.

    Exit code 1 when the gate refuses a file, or the proof a case's process; it says which, where
    and why, and by which way.

    Example: caseloop deploy ./our-processes --note "limit of class 01-01 is 4 hours"
    """
    pack = dict(pack_files(folder))
    if not pack:
        raise click.UsageError(f"{folder} holds no files.")
    with place.session(founds=True) as session:
        made = session.send_file(
            "POST",
            "/releases",
            zipped(pack),
            "application/zip",
            note=note or None,
            accept_unproven=reason or None,
            make_current=not keep_current,
        )
    _report(made, len(pack), every=verbose)


def _report(made: Mapping[str, Any], count: int, *, every: bool) -> None:
    unlimited = 0
    for finding in made.get("findings") or ():
        if finding["rule"] == _UNLIMITED and not every:
            unlimited += 1
        elif finding["rule"] != "release/left-out":
            click.echo(finding_line(finding))
    if unlimited:
        click.echo(
            f"Human tasks that no clock limits: {unlimited} (warning {_UNLIMITED}); "
            "`caseloop prove` and --verbose name them."
        )
    kept = len(made["files"])
    beside = f"; {count - kept} beside it (scenarios, city, texts) are not part of it"
    click.echo(f"Release {made['release']} of {kept} files{beside if kept < count else ''}.")


def pack_files(folder: Traversable, prefix: str = "") -> Iterator[tuple[str, bytes]]:
    """The files below a folder by their path in it, sorted; hidden ones are left out."""
    for item in sorted(folder.iterdir(), key=lambda found: found.name):
        if item.name.startswith(".") or item.name in _LEFT_OUT:
            continue
        if item.is_dir():
            yield from pack_files(item, f"{prefix}{item.name}/")
        else:
            yield f"{prefix}{item.name}", item.read_bytes()


def zipped(pack: Mapping[str, bytes]) -> bytes:
    """The files as one archive."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in pack.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def _differs(path: Path, content: bytes) -> bool:
    return path.exists() and (not path.is_file() or path.read_bytes() != content)
