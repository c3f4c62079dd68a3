"""The process: a WSGI server with threads, the ticker and the built-in workers beside it.

One place starts and stops all of it: installation (with its lock), socket, runtime; and back.
On SIGTERM requests that have begun are answered before the process ends.
"""

import os
import secrets
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import FrameType

from api.app import create_app
from api.siblings import TOKEN_VARIABLE, siblings
from api.web_server import WebServer
from engine.bootstrap import Installation, open_installation
from engine.runtime import start_runtime
from engine.settings import Settings
from handlers import BUILT_IN

#: Measured on two cores (ADR 8): with more threads reads gain nothing, and writes wait for SQLite's
#: one writer anyway.
THREADS = 8


@dataclass(frozen=True, slots=True)
class Listening:
    """What a running server tells: where it is, and the token of the operator."""

    url: str
    token: str
    installation: Installation


@contextmanager
def listening(
    settings: Settings,
    *,
    host: str,
    port: int,
    threads: int = THREADS,
    token: str | None = None,
    workers: bool = True,
    share_port: bool = False,
) -> Iterator[tuple[WebServer, Listening]]:
    """Everything but the loop: the caller runs `WebServer.run` where he likes.

    Without `workers` the built-in handlers rest, and somebody outside does their jobs. With
    `share_port` other processes may listen there too (`api.siblings`).
    """
    token = token or os.environ.get(TOKEN_VARIABLE) or secrets.token_urlsafe(32)
    with open_installation(settings) as inst:
        app = create_app(inst, local_token=token)
        server = WebServer(app, host, port, threads, share_port=share_port)
        if inst.database.lock is not None:
            inst.database.lock.announce(server.url, token)
        with start_runtime(inst, handlers=BUILT_IN if workers else {}):
            yield server, Listening(server.url, token, inst)


def serve(
    settings: Settings,
    *,
    host: str,
    port: int,
    threads: int,
    announce: Callable[[Listening], None],
    processes: int = 1,
    share_port: bool = False,
) -> None:
    """Runs in the main thread until SIGTERM or SIGINT; `processes` of them on PostgreSQL."""
    several = processes > 1
    with (
        listening(
            settings, host=host, port=port, threads=threads, share_port=several or share_port
        ) as (server, told),
        siblings(
            processes - 1,
            database=told.installation.database.url.render_as_string(hide_password=False),
            data=str(settings.data),
            host=host,
            port=server.port,
            threads=threads,
            token=told.token,
        ),
    ):

        def stop(_: int, __: FrameType | None) -> None:
            server.stop()

        for wanted in (signal.SIGTERM, signal.SIGINT):
            signal.signal(wanted, stop)
        announce(told)
        server.run()
