"""The socket and the HTTP protocol: granian's Rust server around one WSGI application.

It runs in the process that calls it, so that SQLite stays open in one process and the ticker and
the workers live beside it. granian offers this part only inside its own supervisor; the few names
used here are pinned with its version and tried by `tests/api/test_web_server.py`.
"""

import asyncio
import socket
import sys
from collections.abc import Callable, Iterable
from io import BytesIO
from threading import Event
from typing import Any

from granian._granian import CallbackScheduler, SocketHolder, WorkerSignal, WSGIWorker
from granian.http import HTTP1Settings

from api.uploads import RELEASE_LIMIT

Wsgi = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]

_BACKLOG = 1024
_MOST_WAITING = 1024
_IDLE_SECONDS = 30
_ENVIRONMENT = {
    "SCRIPT_NAME": "",
    "wsgi.errors": sys.stderr,
    "wsgi.input_terminated": True,
    "wsgi.multiprocess": False,
    "wsgi.multithread": True,
    "wsgi.run_once": False,
    "wsgi.version": (1, 0),
}


class WebServer:
    """One listening socket, a pool of `threads` for the application, and an orderly end."""

    def __init__(
        self, app: Wsgi, host: str, port: int, threads: int, *, share_port: bool = False
    ) -> None:
        self._socket = _bind(host, port, share_port=share_port)
        self._address = self._socket.getsockname()[:2]
        self._stop, self._ended = WorkerSignal(), Event()
        self._stop.add_cb(self._ended.set)
        self._asked = Event()
        self._threads, self._answer = threads, _answering(app)

    @property
    def url(self) -> str:
        host, port = self._address
        return f"http://{f'[{host}]' if ':' in host else host}:{port}"

    @property
    def port(self) -> int:
        return int(self._address[1])

    def run(self) -> None:
        """Serves until `stop`, then answers what has begun and closes."""
        if self._asked.is_set():
            self._socket.close()
            return
        loop = asyncio.new_event_loop()  # asked for, never run: no call here is async
        scheduler = CallbackScheduler(loop, self._answer, None, None, None)
        _worker(self._socket.detach(), self._threads).serve_mtr(scheduler, loop, self._stop)
        while not self._ended.wait(1):
            pass  # a signal is heard between two waits
        loop.close()

    def stop(self) -> None:
        """Asks the server to end: from a signal handler or another thread, and more than once."""
        if not self._asked.is_set():
            self._asked.set()
            self._stop.set()


def _worker(listening: int, threads: int) -> WSGIWorker:
    """HTTP/1.1 without TLS: a reverse proxy in front of it does that in production."""
    is_unix = False
    holder = SocketHolder(listening, is_unix, _BACKLOG)
    tls: tuple[Any, ...] = (False, None, None, None, "tls1.3", None, [], False)
    runtime = (1, 1, threads, _IDLE_SECONDS, _MOST_WAITING)
    return WSGIWorker(
        1, (None, holder), None, *runtime, "1", HTTP1Settings(), None, None, *tls, (None, None)
    )


def _answering(app: Wsgi) -> Callable[[Any, dict[str, Any]], int]:
    """The application as granian calls it: one request, one answer."""

    def answer(protocol: Any, scope: dict[str, Any]) -> int:
        told: list[Any] = []

        def start_response(status: str, headers: list[tuple[str, str]], _: Any = None) -> None:
            told[:] = [int(status[:3]), headers]

        environment = {**_ENVIRONMENT, **scope}
        if not _take_body(environment):
            protocol.response_bytes(400, [("Connection", "close")], b"")
            return 400
        body = app(environment, start_response)
        try:
            content = b"".join(body)
        finally:
            close = getattr(body, "close", None)
            if close is not None:
                close()
        status, headers = told
        protocol.response_bytes(status, headers, content)
        return int(status)

    return answer


def _take_body(environment: dict[str, Any]) -> bool:
    """Reads the body whole before anybody acts on it; False when the sender broke off.

    Left to itself the framework takes for complete what ended early. A body that is too long for
    everybody stays unread and gets the framework's 413; one without a length gets our 411.
    """
    length = int(environment.get("CONTENT_LENGTH") or 0)
    if not 0 < length <= RELEASE_LIMIT:
        return True
    content = bytearray()
    while len(content) < length and (chunk := environment["wsgi.input"].read(length)):
        content += chunk  # a read gives what has come, not what was asked for
    environment["wsgi.input"] = BytesIO(content)
    return len(content) == length


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
    bound.settimeout(0)
    return bound
