"""Where a command works: a server that was named, the one that runs here, or the files here."""

import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import wraps
from typing import Any, Concatenate, ParamSpec

import click

from api.cli.failure import Refused
from api.cli.session import Session
from api.cli.transport import InProcess, over_http
from engine.settings import Settings


@dataclass(frozen=True, slots=True)
class Place:
    """The options that say which installation is meant."""

    database: str | None = None
    data: str | None = None
    server: str | None = None
    key: str | None = None

    def settings(self, **more: Any) -> Settings:
        """The settings of the installation on this machine."""
        return Settings.read(database=self.database, data=self.data, **more)

    @contextmanager
    def session(self, *, founds: bool = False) -> Iterator[Session]:
        """A session with the API, wherever it is.

        Only who brings something in `founds` an installation where there is none: who asks, or
        changes what is there, has mistaken the place.
        """
        if self.server is not None:
            if self.key is None:
                raise click.UsageError("--server needs --key (or CASELOOP_KEY).")
            with over_http(self.server) as transport:
                yield Session(transport, self.key)
            return
        with self._session_here(founds=founds) as session:
            yield session

    @contextmanager
    def _session_here(self, *, founds: bool) -> Iterator[Session]:
        # What is loaded here is the whole engine: a question to a server elsewhere goes without.
        from engine.bootstrap import find_server, is_founded, open_installation  # noqa: PLC0415

        settings = self.settings()
        running = find_server(settings)
        if running is None:
            if not founds and not is_founded(settings):
                raise Refused(_nothing_at(settings))
            from api.app import create_app  # noqa: PLC0415 as above

            token = secrets.token_urlsafe(32)
            with open_installation(settings) as installation:
                yield Session(InProcess(create_app(installation, local_token=token)), token)
        elif running.address is None:
            raise Refused(
                f"Process {running.pid} has the database open and is not a server; wait for it."
            )
        else:
            with over_http(running.address) as transport:
                yield Session(transport, running.token)


def _nothing_at(settings: Settings) -> str:
    return (
        f"There is no installation at {settings.place}; "
        "`caseloop serve`, `demo` or `import` makes one."
    )


P = ParamSpec("P")
_Placed = Callable[Concatenate[Place, P], None]

_DATABASE = click.option(
    "--database",
    envvar="CASELOOP_DATABASE",
    metavar="URL",
    help="sqlite:///FILE, postgresql+psycopg://…, or embedded-postgres. Default: a file in --data.",
)
_DATA = click.option(
    "--data",
    envvar="CASELOOP_DATA_DIR",
    type=click.Path(file_okay=False),
    metavar="DIR",
    help="Folder of the database file and of the attachments. Default: ./caseloop-data.",
)
_SERVER = click.option(
    "--server",
    envvar="CASELOOP_SERVER",
    metavar="URL",
    help="Speak to this server instead of the installation on this machine; needs --key.",
)
_KEY = click.option("--key", envvar="CASELOOP_KEY", metavar="KEY", help="The key for --server.")


def here(function: _Placed[P]) -> Callable[..., None]:
    """Options of a command that works on this machine's installation itself."""

    @_DATABASE
    @_DATA
    @wraps(function)
    def command(*args: Any, database: str | None, data: str | None, **options: Any) -> None:
        function(Place(database=database, data=data), *args, **options)

    return command


def anywhere(function: _Placed[P]) -> Callable[..., None]:
    """Options of a command that also works on a server elsewhere."""

    @_DATABASE
    @_DATA
    @_SERVER
    @_KEY
    @wraps(function)
    def command(
        *args: Any,
        database: str | None,
        data: str | None,
        server: str | None,
        key: str | None,
        **options: Any,
    ) -> None:
        function(Place(database=database, data=data, server=server, key=key), *args, **options)

    return command
