"""`caseloop calendar`: what a newer version would do to live cases, and doing it."""

from typing import Any

import click

from api.cli.failure import REFUSED
from api.cli.place import Place, anywhere
from api.cli.tables import table

_COLUMNS = ("case_no", "clock", "due_before", "due_after", "provisional", "calendar_before")
_VERSION = click.argument("version", metavar="[NAME@VERSION]", required=False)
#: So many cases a request: a page of the dry run, or commands of the order.
_PAGE = 200


@click.group()
def calendar() -> None:
    """A newer version of a working calendar on the cases under way.

    An imported version is taken by new cases only, until it is applied.

    Example: caseloop calendar preview cn@2
    """


@calendar.command()
@_VERSION
@anywhere
def preview(place: Place, version: str | None) -> None:
    """Tells which deadlines of live cases would move, and changes nothing.

    Without NAME@VERSION: the current calendar.

    Example: caseloop calendar preview cn@2
    """
    moved, examined, cursor, name = 0, 0, None, version
    with place.session() as session:
        while True:
            page = session.get("/calendar/preview", calendar=version, cursor=cursor, limit=_PAGE)
            if page["items"]:
                click.echo(table([_row(item) for item in page["items"]], _COLUMNS))
            moved, examined = moved + len(page["items"]), examined + page["examined"]
            cursor, name = page["next_cursor"], page["calendar"]
            if cursor is None:
                break
    click.echo(f"{name}: {moved} deadlines would move in {examined} live cases.")


def _row(item: dict[str, Any]) -> dict[str, Any]:
    words = {True: "provisional", False: "settled"}
    before, after = words[item["provisional_before"]], words[item["provisional_after"]]
    return {**item, "provisional": before if before == after else f"{before} → {after}"}


@calendar.command()
@_VERSION
@anywhere
def apply(place: Place, version: str | None) -> None:
    """Takes all live cases to a version: deadlines and timers move, one journal entry a case.

    Clocks that were handed back stay. Interrupted, it goes on when it is given again.
    Exit code 1 when a case could not be taken over.

    Example: caseloop calendar apply cn@2
    """
    cases, deadlines, cursor = 0, 0, None
    failed: list[dict[str, Any]] = []
    with place.session() as session:
        while True:
            wanted = {"calendar": version, "cursor": cursor, "limit": _PAGE}
            body = {name: value for name, value in wanted.items() if value is not None}
            done = session.write("POST", "/calendar/apply", body)
            cases, deadlines = cases + done["cases"], deadlines + done["deadlines"]
            failed += done["failed"]
            cursor = done["next_cursor"]
            if cursor is None:
                break
    for case in failed:
        click.echo(f"{case['case_id']}: {case['code']}: {case['message']}", err=True)
    left = f"; {done['left']} cases are left, give it again" if done["left"] else ""
    click.echo(f"{done['calendar']}: {deadlines} deadlines moved in {cases} live cases{left}.")
    if failed:
        raise click.exceptions.Exit(REFUSED)
