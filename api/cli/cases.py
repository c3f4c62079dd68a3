"""`caseloop case`: what happened to a case, and whether the record of it holds."""

import json
from base64 import b64decode
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import click

from api.cli.failure import REFUSED, Refused
from api.cli.place import Place, anywhere
from api.cli.session import Session, part
from api.cli.tables import table

_FORMAT = click.option(
    "--format", "form", type=click.Choice(("text", "json")), default="text", show_default=True
)

#: A page of verdicts: what a server works out before it answers.
_AT_ONCE = 50


@click.group()
def case() -> None:
    """Cases 案卷: show, history, replay, verify, export, erase.

    Example: caseloop case history 0197f7c4-1c3a-7bd0-8a43-8f2a51f3d001
    """


@case.command()
@click.argument("case_id", metavar="CASE")
@_FORMAT
@anywhere
def show(place: Place, case_id: str, form: str) -> None:
    """Shows a case as its last entry left it.

    Example: caseloop case show 0197f7c4-1c3a-7bd0-8a43-8f2a51f3d001
    """
    with place.session() as session:
        found = session.get(f"/cases/{part(case_id)}")
        clocks = session.get(f"/cases/{part(case_id)}/clocks")["items"]
        waiting = session.get("/work-items", case_id=case_id)["items"]
    if form == "json":
        click.echo(_pretty({**found, "clocks": clocks, "work_items": waiting}))
        return
    document = found.pop("document", {})
    for name, value in found.items():
        click.echo(f"{name:<12} {_pretty(value) if isinstance(value, dict) else value}")
    click.echo("\nwaiting")
    click.echo(table(waiting, ("element", "act", "role", "unit", "holder", "due_at")))
    click.echo("\nclocks")
    click.echo(table(clocks, ("name", "round", "state", "started_at", "due_at", "on_time")))
    click.echo("\ndocument")
    click.echo(_pretty(document))


@case.command()
@click.argument("case_id", metavar="CASE")
@_FORMAT
@anywhere
def history(place: Place, case_id: str, form: str) -> None:
    """Tells what happened, entry by entry: when, who, which command, which events.

    Example: caseloop case history 0197f7c4-1c3a-7bd0-8a43-8f2a51f3d001
    """
    with place.session() as session:
        entries = list(_entries(session, case_id))
    if form == "json":
        click.echo(_pretty(entries))
        return
    rows = [_history_row(entry["entry"]) for entry in entries]
    click.echo(table(rows, ("seq", "at", "who", "command", "events")))


def _history_row(entry: dict[str, Any]) -> dict[str, Any]:
    actor = entry["actor"]
    return {
        "seq": entry["seq"],
        "at": entry["at"],
        "who": actor.get("person") or actor["via"],
        "command": entry["command"]["kind"],
        "events": [event["type"] for event in entry["events"]],
    }


def _entries(session: Session, case_id: str) -> Any:
    after: int | None = 0
    while after is not None:
        page = session.get(f"/cases/{part(case_id)}/journal", after_seq=after, limit=500)
        yield from page["items"]
        after = page["next_after_seq"]


@case.command()
@click.argument("case_id", metavar="CASE", required=False)
@click.option("--all", "every", is_flag=True, help="All cases of the installation.")
@anywhere
def replay(place: Place, case_id: str | None, *, every: bool) -> None:
    """Executes a case again from its journal and compares the state after every entry.

    Exit code 1 when a case diverges.

    Example: caseloop case replay --all
    """
    _check_named(case_id, every=every)
    with place.session() as session:
        _judge(_verdicts(session, "replay", case_id), "conforms")


@case.command()
@click.argument("case_id", metavar="CASE", required=False)
@click.option(
    "--all", "every", is_flag=True,
    help="All cases of the installation, and every other stream of the journal.",
)  # fmt: skip
@anywhere
def verify(place: Place, case_id: str | None, *, every: bool) -> None:
    """Checks that the chain of a case's entries, its state and its document belong together.

    With --all also the chains of releases, catalog, calendars, organisation and security. Exit
    code 1 when something was changed.

    Example: caseloop case verify --all
    """
    _check_named(case_id, every=every)
    with place.session() as session:
        _judge(_verdicts(session, "verification", case_id), "intact")


def _check_named(case_id: str | None, *, every: bool) -> None:
    if every == (case_id is not None):
        raise click.UsageError("Name one CASE, or give --all.")


def _verdicts(session: Session, what: str, case_id: str | None) -> Iterator[dict[str, Any]]:
    if case_id is not None:
        yield session.get(f"/cases/{part(case_id)}/{what}")
    else:
        yield from session.pages(f"/{what}", limit=_AT_ONCE)


def _judge(verdicts: Iterable[dict[str, Any]], good: str) -> None:
    """Tells what is strange as it is found, and how many were good.

    An override is told, not held against the case: an administrator's command says what it did.
    """
    count, bad, overridden = 0, 0, 0
    for found in verdicts:
        count += 1
        if found["verdict"] == good:
            continue
        if found["verdict"] == "override":
            overridden += 1
        else:
            bad += 1
        where = f" at entry {found['seq']}" if found.get("seq") is not None else ""
        click.echo(f"{found['case_id']}: {found['verdict']}{where}: {found.get('problem')}")
    if not count:
        raise Refused(f"There is nothing to look at here: 0 of 0 {good} says nothing.")
    by_hand = f", {overridden} of them with an override" if overridden else ""
    click.echo(f"{count - bad} of {count} {good}{by_hand}.")
    if bad:
        raise click.exceptions.Exit(REFUSED)


@case.command()
@click.argument("case_id", metavar="CASE")
@click.option(
    "--to", "target", type=click.Path(file_okay=False, path_type=Path), required=True,
    help="The folder to write to; it is made.",
)  # fmt: skip
@anywhere
def export(place: Place, case_id: str, target: Path) -> None:
    """Writes entries, release and pins into a folder, with verify.py that checks them.

    Example: caseloop case export 0197f7c4-1c3a-7bd0-8a43-8f2a51f3d001 --to ./evidence
    """
    with place.session() as session:
        files = session.get(f"/cases/{part(case_id)}/export")["files"]
    with click.progressbar(files.items(), label="export") as bar:
        for name, content in bar:
            path = target / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(b64decode(content))
    click.echo(f"{len(files)} files in {target}; check them with: python {target / 'verify.py'}")


@case.command()
@click.argument("case_id", metavar="CASE")
@click.option("--reason", required=True, help="By which law or whose wish; it is recorded.")
@click.option(
    "--at", "pointers", metavar="POINTER", multiple=True,
    help="A place of the document, for example /reporter/phone; all that ever stood there.",
)  # fmt: skip
@click.option("--all", "every", is_flag=True, help="Every personal value of the case.")
@anywhere
def erase(
    place: Place, case_id: str, reason: str, pointers: tuple[str, ...], *, every: bool
) -> None:
    """Erases personal values for ever; chain and replay of the case hold without them.

    Example: caseloop case erase 0197f7c4-1c3a-7bd0-8a43-8f2a51f3d001 --at /reporter --reason 来信
    """
    if every == bool(pointers):
        raise click.UsageError("Name the places with --at POINTER, or give --all.")
    body = {"pointers": list(pointers) or None, "reason": reason}
    with place.session() as session:
        erased = session.write("POST", f"/cases/{part(case_id)}/erasures", body)["erased"]
    click.echo(f"{len(erased)} personal values erased.")


def _pretty(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2)
