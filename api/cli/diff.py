"""`caseloop diff`: what two diagrams or packs say differently."""

import json
from collections.abc import Sequence
from itertools import groupby
from pathlib import Path

import click

from api.cli.describe import LANG
from api.cli.diagrams import FORMAT
from api.cli.failure import REFUSED
from engine.domain.errors import InvalidRequestError
from engine.service.comparing import Change, Field, compare_files
from engine.service.describing import Change as WordChange
from engine.service.describing import Language, changes_as_text, compare_in_words
from engine.service.scenarios import release_files

_SIGNS = {"added": "+", "removed": "-", "changed": "~"}
_PLACE = click.Path(exists=True, path_type=Path)


@click.command()
@click.argument("old", metavar="OLD", type=_PLACE)
@click.argument("new", metavar="NEW", type=_PLACE)
@FORMAT
@click.option(
    "--words",
    is_flag=True,
    help="In the words of `caseloop describe`: which sentences are new, gone or different.",
)
@LANG
def diff(old: Path, new: Path, form: str, lang: Language, *, words: bool) -> None:
    """Tells what has changed between two diagrams, or between two folders of a release.

    By element id: added, removed, changed names, conditions, timers, roles, targets, documentation
    and extensions. Layout, order of elements, prefixes and white space are no difference.
    With --words the difference is told as those read it who sign the procedure; what has no effect
    is no difference then. Exit codes: 0 the same, 1 different, 2 wrong usage.

    Example: caseloop diff old/order.bpmn new/order.bpmn
    """
    if old.is_dir() is not new.is_dir():
        raise click.UsageError("Name two files or two folders.")
    if words:
        _tell_in_words(compare_in_words(_files_of(old), _files_of(new), lang), form, lang)
        return
    try:
        changes = compare_files(_files_of(old), _files_of(new))
    except InvalidRequestError as exc:
        raise click.UsageError(exc.message) from exc
    if form == "json":
        told = [change.to_json() for change in changes]
        click.echo(json.dumps(told, ensure_ascii=False, indent=2))
    else:
        _tell(changes)
    if changes:
        raise click.exceptions.Exit(REFUSED)


def _tell_in_words(changes: Sequence[WordChange], form: str, lang: Language) -> None:
    if form == "json":
        told = [change.to_json() for change in changes]
        click.echo(json.dumps(told, ensure_ascii=False, indent=2))
    else:
        click.echo(changes_as_text(changes, lang), nl=False)
    if changes:
        raise click.exceptions.Exit(REFUSED)


def _files_of(place: Path) -> dict[str, bytes]:
    """Files by their path inside the place, so that both sides can be compared."""
    if place.is_dir():
        return release_files(place)
    return {place.name: place.read_bytes()}


def _tell(changes: Sequence[Change]) -> None:
    if not changes:
        click.echo("No difference.")
        return
    for file, found in groupby(changes, key=lambda change: change.file):
        click.echo(file)
        for change in found:
            _tell_change(change)
    counts = [f"{sum(c.what == what for c in changes)} {what}" for what in _SIGNS]
    click.echo(", ".join(counts))


def _tell_change(change: Change) -> None:
    name = f" “{change.name}”" if change.name else ""
    scope = f" in {change.scope}" if change.scope else ""
    click.echo(f"  {_SIGNS[change.what]} {change.kind} {change.id}{name}{scope}")
    for field in change.fields:
        click.echo(f"      {field.name}: {_side(field, old=True)} → {_side(field, old=False)}")


def _side(field: Field, *, old: bool) -> str:
    text = field.old if old else field.new
    return "nothing" if text is None else f"“{text}”"
