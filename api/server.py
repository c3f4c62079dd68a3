"""The process: a WSGI server with threads, the ticker and the built-in workers beside it.

One place starts and stops all of it: installation (with its lock), socket, runtime; and back.
On SIGTERM requests that have begun are answered before the process ends.
"""

import logging
import os
import secrets
import signal
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Event
from types import FrameType
from typing import Any

from flask import Flask
from waitress import create_server, wasyncore

from api.app import create_app
from api.siblings import TOKEN_VARIABLE, siblings
from api.uploads import RELEASE_LIMIT
from engine.bootstrap import Installation, open_installation
from engine.runtime import start_runtime
from engine.settings import Settings
from handlers import BUILT_IN

#: Measured on two cores (ADR 8): with more threads reads gain nothing, and writes wait for SQLite's
#: one writer anyway.
THREADS = 8
_DRAIN_ROUNDS = 100
_ROUND_SECONDS = 0.1
_BACKLOG = 1024


@dataclass(frozen=True, slots=True)
class Listening:
    """What a running server tells: where it is, and the token of the operator."""

    url: str
    token: str
    installation: Installation


class WebServer:
    """waitress around one application, with an orderly end."""

    def __init__(
        self, app: Flask, host: str, port: int, threads: int, *, share_port: bool = False
    ) -> None:
        self._stopping = Event()
        self._map: dict[int, Any] = {}
        self._socket = _bind(host, port, share_port=share_port)
        logging.getLogger("waitress.queue").setLevel(logging.ERROR)
        self._server = create_server(
            app,
            map=self._map,
            sockets=[self._socket],
            threads=threads,
            max_request_body_size=2 * RELEASE_LIMIT,
            ident=None,
        )

    @property
    def url(self) -> str:
        host, port = self._socket.getsockname()[:2]
        return f"http://{f'[{host}]' if ':' in host else host}:{port}"

    @property
    def port(self) -> int:
        return int(self._socket.getsockname()[1])

    def run(self) -> None:
        """Serves until `stop`, then answers what has begun and closes."""
        while not self._stopping.is_set():
            wasyncore.loop(timeout=1, map=self._map, count=1)
        self._server.accepting = False
        self._server.del_channel()
        self._socket.close()
        for _ in range(_DRAIN_ROUNDS):
            if not self._is_busy():
                break
            wasyncore.loop(timeout=_ROUND_SECONDS, map=self._map, count=1)
        self._server.task_dispatcher.shutdown()
        wasyncore.close_all(self._map)

    def stop(self) -> None:
        """Asks the loop to end: from a signal handler or another thread, and more than once."""
        if self._stopping.is_set():
            return
        self._stopping.set()
        self._server.pull_trigger()

    def _is_busy(self) -> bool:
        channels = list(self._server.active_channels.values())
        return any(c.requests or c.total_outbufs_len for c in channels)


def _bind(host: str, port: int, *, share_port: bool) -> socket.socket:
    family, kind, proto, _, address = socket.getaddrinfo(
        host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
    )[0]
    bound = socket.socket(family, kind, proto)
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    if share_port:
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    try:
        bound.bind(address)
    except OSError as exc:
        bound.close()
        raise OSError(exc.errno, exc.strerror, f"{host}:{port}") from exc
    bound.listen(_BACKLOG)
    return bound


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
