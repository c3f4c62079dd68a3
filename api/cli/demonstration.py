"""`caseloop demo`: a sample city, a server, simulated people; then it stays up to be looked at."""

import signal
from contextlib import AbstractContextManager
from pathlib import Path
from threading import Event, Thread

import click

from api.cli.demo import run_demo
from api.cli.failure import REFUSED
from api.cli.place import Place
from api.cli.sample_city import load_sample_city
from api.cli.session import Session
from api.cli.transport import over_http
from api.demo.report import DemoReport
from api.server import Listening, listening
from api.web_server import WebServer

#: A Monday morning in the sample city's calendar.
START = "2026-03-02T09:00:00+08:00"


@click.command()
@click.option("--exit", "leave", is_flag=True, help="End when the cases are done.")
@click.option(
    "--data",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("caseloop-demo"),
    show_default=True,
    help="Folder for the demo's database.",
)
@click.option("--cases", default=200, show_default=True, type=click.IntRange(1, 100_000))
@click.option("--seed", default=1, show_default=True, help="The same seed, the same stories.")
@click.option("--port", default=0, type=click.IntRange(0, 65535), help="Default: a free one.")
def demo(data: Path, cases: int, seed: int, port: int, *, leave: bool) -> None:
    """Loads the sample city and lets simulated people work cases through the HTTP API.

    Exit code 1 when a case is lost.

    Example: caseloop demo --exit --data ./demo
    """
    settings = Place(data=str(data)).settings(virtual_clock=START)
    opened: AbstractContextManager[tuple[WebServer, Listening]] = listening(
        settings, host="127.0.0.1", port=port
    )
    with opened as (server, told):
        thread = Thread(target=server.run, name="web")
        thread.start()
        try:
            report = _play(told, cases=cases, seed=seed)
            if not leave:
                _stay(told.url)
        finally:
            server.stop()
            thread.join()
    click.echo(report.summary())
    if report.lost:
        raise click.exceptions.Exit(REFUSED)


def _play(told: Listening, *, cases: int, seed: int) -> DemoReport:
    with over_http(told.url) as transport:
        load_sample_city(Session(transport, told.token))
    return run_demo(told.url, token=told.token, cases=cases, seed=seed, echo=click.echo)


def _stay(url: str) -> None:
    click.echo(f"CaseLoop stays up at {url} until Ctrl-C; the API is at {url}/api/v1/openapi.json")
    ended = Event()
    for wanted in (signal.SIGTERM, signal.SIGINT):
        signal.signal(wanted, lambda *_: ended.set())
    ended.wait()
