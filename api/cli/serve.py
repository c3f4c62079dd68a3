"""`caseloop serve` and `caseloop worker`: the processes of an installation."""

import signal
from threading import Event

import click

from api.cli.place import Place, here
from api.server import THREADS, Listening
from api.server import serve as run_server
from engine.bootstrap import open_installation
from engine.runtime import start_runtime
from handlers import BUILT_IN


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8080, show_default=True, type=click.IntRange(0, 65535))
@click.option("--threads", default=THREADS, show_default=True, type=click.IntRange(1, 64))
@click.option(
    "--processes",
    default=1,
    show_default=True,
    type=click.IntRange(1, 64),
    help="So many server processes on the port. PostgreSQL only.",
)
@click.option("--share-port", is_flag=True, hidden=True)
@click.option(
    "--virtual-clock",
    metavar="START",
    help="Case time starts at this instant and moves only when it is moved (or by --speed). "
    "Only for a database that was made with it.",
)
@click.option(
    "--speed",
    type=click.FloatRange(min=0),
    help="With --virtual-clock: this many seconds of case time per second.",
)
@here
def serve(
    place: Place,
    *,
    host: str,
    port: int,
    threads: int,
    processes: int,
    virtual_clock: str | None,
    speed: float | None,
    share_port: bool,
) -> None:
    """Runs the server: API, timers and built-in workers, until SIGTERM.

    Example: caseloop serve --data ./city --port 8080
    """
    if speed is not None and virtual_clock is None:
        raise click.UsageError("--speed needs --virtual-clock.")
    settings = place.settings(virtual_clock=virtual_clock, speed=speed)
    if processes > 1 and (virtual_clock or settings.database_url.startswith("sqlite")):
        raise click.UsageError("SQLite and a virtual clock take one process; drop --processes.")
    run_server(
        settings,
        host=host,
        port=port,
        threads=threads,
        announce=_announce,
        processes=processes,
        share_port=share_port,
    )
    click.echo("Stopped.")


def _announce(told: Listening) -> None:
    click.echo(f"CaseLoop listens at {told.url}; the API is described at /api/v1/openapi.json")


@click.command()
@here
def worker(place: Place) -> None:
    """Adds a node without HTTP: timers and built-in workers, until SIGTERM. PostgreSQL only.

    Example: caseloop worker --database postgresql+psycopg://caseloop@db/caseloop
    """
    settings = place.settings()
    if settings.database_url.startswith("sqlite"):
        raise click.UsageError("SQLite takes one process: serve has timers and workers already.")
    stopping = Event()
    for wanted in (signal.SIGTERM, signal.SIGINT):
        signal.signal(wanted, lambda *_: stopping.set())
    with (
        open_installation(settings) as installation,
        start_runtime(installation, handlers=BUILT_IN),
    ):
        click.echo("Working.")
        stopping.wait()
    click.echo("Stopped.")
