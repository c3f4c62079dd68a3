"""`caseloop describe`: a diagram as a procedure that whoever signs it can read."""

import json
from pathlib import Path

import click

from api.cli.diagrams import PLACES, read_places
from engine.domain.errors import InvalidRequestError
from engine.service.describing import (
    LANGUAGES,
    Language,
    as_json,
    as_markdown,
    as_text,
    describe_files,
    describe_folder,
)

LANG = click.option(
    "--lang",
    type=click.Choice(LANGUAGES),
    default="zh",
    show_default=True,
    help="Chinese or English.",
)


@click.command()
@PLACES
@LANG
@click.option(
    "--format",
    "form",
    type=click.Choice(("text", "markdown", "json")),
    default="text",
    show_default=True,
    help="For paper, for a page, or for programs: each sentence with the ids it speaks of.",
)
@click.option("--process", metavar="ID", help="Only this process, and the decisions that it uses.")
def describe(paths: tuple[Path, ...], lang: Language, form: str, process: str | None) -> None:
    """Writes diagrams as procedures, in Chinese or English; needs no database.

    Who does what, within what time, what happens when it is late, where it may be returned, who
    may not do it. Everything that has an effect is said, nothing that is only drawn. Below stands
    what a signature signs: of one FOLDER the SHA-256 that names the release, else that of each
    file. Exit codes: 0 described, 1 a file is refused, 2 wrong usage.

    Example: caseloop describe ./our-processes --lang zh
    """
    try:
        if len(paths) == 1 and paths[0].is_dir():
            description = describe_folder(paths[0], lang, process)
        else:
            description = describe_files(read_places(paths), lang, process)
    except InvalidRequestError as exc:
        raise click.UsageError(exc.message) from exc
    if form == "json":
        click.echo(json.dumps(as_json(description), ensure_ascii=False, indent=2))
    else:
        shown = as_markdown(description) if form == "markdown" else as_text(description)
        click.echo(shown, nl=False)
