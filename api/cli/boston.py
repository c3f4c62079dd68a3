"""`caseloop import boston`: Boston's requests replayed over HTTP, judged against the city."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from importlib.resources import files
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Thread

import click

from api.boston import city
from api.boston.reading import Request, count_rows, read_requests
from api.boston.replaying import Replay
from api.boston.verdicts import Verdicts, judge
from api.cli.failure import REFUSED, Refused
from api.cli.packs import pack_files, zipped
from api.cli.place import Place
from api.cli.session import Session
from api.cli.transport import over_http
from api.demo.client import Client, RefusedError, sign_in
from api.server import Listening, listening

FILE = "boston311-100.csv"
PASSWORD = "boston-import"  # noqa: S105 of the import's own made-up people
_BEFORE = timedelta(minutes=1)


@click.command()
@click.argument(
    "file", required=False, type=click.Path(exists=True, dir_okay=False, path_type=Path)
)
@click.option(
    "--data",
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder of the new installation that is filled. Default: one that is removed afterwards.",
)
def boston(file: Path | None, data: Path | None) -> None:
    """Replays Boston's service requests through a server of its own and prints the verdicts.

    FILE defaults to boston311-100.csv in the folder that CASELOOP_DATA names, else in
    ../shared/data. Exit code 1 when a deadline or a verdict differs from the city's, or a row
    cannot be read.

    Example: caseloop import boston boston311-100.csv
    """
    content = (file or _default_file()).read_bytes()
    requests, unreadable = read_requests(content)
    if not requests:
        raise Refused("The file has no row that can be read.")
    with _folder(data) as folder, _server(folder, requests) as told:
        _load(told, requests)
        try:
            with _replay(told, requests) as replay:
                clocks = replay.run()
                unreadable = [*unreadable, *replay.refused.values()]
        except RefusedError as exc:
            raise Refused(f"The replay was refused: {exc}") from exc
    unreadable.sort(key=lambda bad: bad.line)
    verdicts = judge(requests, unreadable, clocks, count_rows(content))
    _print(verdicts)


def _default_file() -> Path:
    folder = Path(os.environ.get("CASELOOP_DATA") or Path.cwd().parent / "shared" / "data")
    found = folder / FILE
    if not found.is_file():
        raise Refused(f"There is no {found}; name the file, or its folder by CASELOOP_DATA.")
    return found


@contextmanager
def _folder(data: Path | None) -> Iterator[Path]:
    if data is not None:
        yield data
        return
    with TemporaryDirectory(prefix="caseloop-boston-") as folder:
        yield Path(folder)


@contextmanager
def _server(folder: Path, requests: list[Request]) -> Iterator[Listening]:
    """A server with a virtual clock that stands just before the first request."""
    start = min(r.opened for r in requests) - _BEFORE
    settings = Place(data=str(folder)).settings(virtual_clock=start.isoformat())
    with listening(settings, host="127.0.0.1", port=0, workers=False) as (server, told):
        thread = Thread(target=server.run, name="web")
        thread.start()
        try:
            yield told
        finally:
            server.stop()
            thread.join()


def _load(told: Listening, requests: list[Request]) -> None:
    """Boston's tables, and the packaged diagrams as the release."""
    types = [r.type for r in requests]
    pack = {n: c for n, c in pack_files(files("processes")) if "sample_city" not in n}
    with over_http(told.url) as transport:
        session = Session(transport, told.token)
        session.write("PUT", "/organisation", {"data": city.organisation()})
        session.write("PUT", "/grid", {"data": city.grid()})
        session.write("PUT", "/catalog", {"data": city.catalog(types)})
        session.write("PUT", "/calendar", {"data": city.limits_table()["calendar"]})
        session.send_file("POST", "/releases", zipped(pack), "application/zip", note="pack")


@contextmanager
def _replay(told: Listening, requests: list[Request]) -> Iterator[Replay]:
    root = Client(told.url, told.token, _name="boston")
    clients: dict[str, Client] = {}
    for person in city.organisation()["people"]:
        login = person["id"]
        root.post("/users", {"login": login, "password": PASSWORD, "person": login})
        clients[login] = sign_in(told.url, login, PASSWORD)
    steps = len(requests) + sum(r.closed is not None for r in requests)
    try:
        with click.progressbar(length=steps, label="replaying") as bar:
            yield Replay(root, clients, requests, tick=lambda: bar.update(1))
    finally:
        for client in (root, *clients.values()):
            client.close()


def _print(verdicts: Verdicts) -> None:
    click.echo()
    for line in verdicts.lines():
        click.echo(line)
    if not verdicts.agrees:
        raise click.exceptions.Exit(REFUSED)
