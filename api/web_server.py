"""The socket and the HTTP protocol: granian's Rust server around one WSGI application.

It runs in the process that calls it, so that SQLite stays open in one process and the ticker and
the workers live beside it. An event loop takes the bodies (`api/request_bodies.py`); a thread of
the application is given what has come whole. granian offers this part only inside its own
supervisor; the few names used here are pinned with its version and tried by
`tests/api/test_web_server.py`.
"""

import asyncio
import logging
import socket
import sys
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from io import BytesIO
from threading import Event
from typing import Any

from granian._granian import CallbackScheduler, RSGIWorker, SocketHolder, WorkerSignal
from granian.http import HTTP1Settings

from api.request_bodies import STALL_SECONDS, BodyError, announced, read_whole, told

Wsgi = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]

_log = logging.getLogger(__name__)
_BACKLOG = 1024
_MOST_WAITING = 1024
_IDLE_SECONDS = 30
#: After the stop: so long bodies may still come, and so long answers may still be fetched.
LAST_BODIES_SECONDS = 2.0
DRAIN_SECONDS = 20.0
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
        self,
        app: Wsgi,
        host: str,
        port: int,
        threads: int,
        *,
        share_port: bool = False,
        stall: float = STALL_SECONDS,
        drain: float = DRAIN_SECONDS,
    ) -> None:
        """`stall` and `drain` are seconds: how long a body may pause, how long an end may take."""
        self._socket = _bind(host, port, share_port=share_port)
        self._address = self._socket.getsockname()[:2]
        self._stop, self._ended = WorkerSignal(), Event()
        self._stop.add_cb(self._drained)
        self._asked = Event()
        self._app, self._threads = app, threads
        self._stall, self._drain = stall, drain
        self._loop = asyncio.new_event_loop()
        self._reading: set[asyncio.Task[None]] = set()

    @property
    def url(self) -> str:
        host, port = self._address
        return f"http://{f'[{host}]' if ':' in host else host}:{port}"

    @property
    def port(self) -> int:
        return int(self._address[1])

    def run(self) -> None:
        """Serves until `stop`, then answers what has begun, for a while, and closes."""
        if self._asked.is_set():
            self._socket.close()
            self._loop.close()
            return
        pool = ThreadPoolExecutor(self._threads, "application")
        try:
            scheduler = CallbackScheduler(self._loop, None, None, None, None)
            scheduler._schedule_fn = self._taking(pool)  # noqa: SLF001 as granian does itself
            _worker(self._socket.detach()).serve_mtr(scheduler, self._loop, self._stop)
            if self._asked.is_set():  # between the question above and here
                self._loop.call_soon(self._begin_end)
            self._listen_for_signals()
            self._loop.run_forever()
        finally:
            pool.shutdown(wait=True, cancel_futures=True)
        self._loop.close()

    def stop(self) -> None:
        """Asks the server to end: from a signal handler or another thread, and more than once."""
        if not self._asked.is_set():
            self._asked.set()
            with suppress(RuntimeError):  # the loop has ended already
                self._loop.call_soon_threadsafe(self._begin_end)

    def _begin_end(self) -> None:
        """In the loop: nobody new is let in, stalled bodies are given up, then everything."""
        if not self._ended.is_set():
            self._ended.set()
            self._stop.set()
            self._loop.call_later(min(LAST_BODIES_SECONDS, self._drain), self._give_up_bodies)
            self._loop.call_later(self._drain, self._loop.stop)

    def _listen_for_signals(self) -> None:
        """Python runs a handler between two steps of the main thread, so the loop takes some."""
        self._loop.call_later(0.25, self._listen_for_signals)

    def _give_up_bodies(self) -> None:
        for task in self._reading:
            task.cancel()

    def _drained(self) -> None:
        with suppress(RuntimeError):
            self._loop.call_soon_threadsafe(self._loop.stop)

    def _taking(self, pool: ThreadPoolExecutor) -> Callable[[Any], None]:
        """What granian calls from a thread of its own: one request, its body not yet read."""

        def take(watcher: Any) -> None:
            length = announced(watcher.scope.headers.get("content-length"))
            if length:
                self._loop.call_soon_threadsafe(begin, watcher, length)
            else:
                pool.submit(self._answer, watcher, b"")

        def begin(watcher: Any, length: int) -> None:
            task = self._loop.create_task(take_body(watcher, length))
            self._reading.add(task)
            task.add_done_callback(self._reading.discard)

        async def take_body(watcher: Any, length: int) -> None:
            try:
                content = await read_whole(watcher.proto, length, self._stall)
            except BodyError as exc:
                _refuse(watcher, exc)
            except asyncio.CancelledError:
                detail = "The server stops; the body had not come whole."
                _refuse(watcher, BodyError("request-timeout", detail))
            else:
                pool.submit(self._answer, watcher, content)

        return take

    def _answer(self, watcher: Any, content: bytes) -> None:
        """In a thread of the application: one request, one answer."""
        try:
            answer = _answered(self._app, _environment(watcher.scope, content))
        except Exception:  # noqa: BLE001 a thread must answer whatever happens
            # the application makes problems of its own errors: this is an error beside it
            _log.exception("request failed outside of the application")
            answer = told("internal-error", "The server's log has the cause.", watcher.scope.path)
        watcher.proto.response_bytes(*answer)
        watcher.done()


def _refuse(watcher: Any, error: BodyError) -> None:
    watcher.proto.response_bytes(*told(error.code, error.detail, watcher.scope.path))
    watcher.done()


def _worker(listening: int) -> RSGIWorker:
    """HTTP/1.1 without TLS: a reverse proxy in front of it does that in production."""
    is_unix = False
    holder = SocketHolder(listening, is_unix, _BACKLOG)
    tls: tuple[Any, ...] = (False, None, None, None, "tls1.3", None, [], False)
    runtime = (1, 1, 1, _IDLE_SECONDS, _MOST_WAITING)
    no_websockets = False
    http1 = HTTP1Settings()
    return RSGIWorker(
        1, (None, holder), None, *runtime, "1", http1, None, no_websockets, None, *tls, (None, None)
    )


def _answered(app: Wsgi, environment: dict[str, Any]) -> tuple[int, list[tuple[str, str]], bytes]:
    found: list[Any] = []

    def start_response(status: str, headers: list[tuple[str, str]], _: Any = None) -> None:
        found[:] = [int(status[:3]), headers]

    body = app(environment, start_response)
    try:
        content = b"".join(body)
    finally:
        close = getattr(body, "close", None)
        if close is not None:
            close()
    status, headers = found
    return status, headers, content


def _environment(scope: Any, content: bytes) -> dict[str, Any]:
    """The request as WSGI tells it (PEP 3333): texts are bytes read as Latin-1."""
    host, _, port = scope.server.rpartition(":")
    environment = {
        **_ENVIRONMENT,
        "PATH_INFO": scope.path.encode().decode("latin-1"),
        "QUERY_STRING": scope.query_string,
        "REMOTE_ADDR": scope.client.rpartition(":")[0],
        "REQUEST_METHOD": scope.method,
        "SERVER_NAME": host,
        "SERVER_PORT": port,
        "SERVER_PROTOCOL": f"HTTP/{scope.http_version}",
        "wsgi.input": BytesIO(content),
        "wsgi.url_scheme": scope.scheme,
    }
    for name, value in scope.headers.items():
        if "_" in name:
            continue  # it would pass for the header with a hyphen
        key = name.upper().replace("-", "_")
        if key not in ("CONTENT_TYPE", "CONTENT_LENGTH"):
            key = f"HTTP_{key}"
        environment[key] = f"{environment[key]},{value}" if key in environment else value
    return environment


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
