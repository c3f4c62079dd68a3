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
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from io import BytesIO
from threading import Event
from typing import Any

from granian._granian import CallbackScheduler, RSGIWorker, SocketHolder, WorkerSignal
from granian.http import HTTP1Settings

from api.errors import api_problem
from api.problem import ApiProblem
from api.request_bodies import (
    PATIENCE_SECONDS,
    ROOM,
    STALL_SECONDS,
    Bodies,
    announced,
    is_long,
    problem_answer,
)
from api.wsgi import Wsgi, answered, environment_of

_log = logging.getLogger(__name__)
_BACKLOG = 1024
_MOST_WAITING = 1024
_IDLE_SECONDS = 30
#: After the stop: so long bodies may still come, and so long answers may still be fetched.
LAST_BODIES_SECONDS = 2.0
DRAIN_SECONDS = 20.0
#: So long granian's threads have for their last steps; a process that ends before them aborts.
_LAST_STEPS_SECONDS = 0.1


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
        room: int = ROOM,
        patience: float = PATIENCE_SECONDS,
        drain: float = DRAIN_SECONDS,
    ) -> None:
        """`room` is bytes, how much of long bodies is in memory at once; the others are seconds.

        A body may pause for `stall`, and waits for room for `patience`. An end waits for senders
        and readers for `drain`; what the application has begun by then is waited for, however long
        it takes: a thread cannot be broken off.
        """
        self._socket = _bind(host, port, share_port=share_port)
        self._address = self._socket.getsockname()[:2]
        self._stop, self._ending = WorkerSignal(), False
        self._stop.add_cb(self._drained)
        self._asked = Event()
        self._app, self._drain = app, drain
        self._pool = ThreadPoolExecutor(threads, "application")
        self._bodies = Bodies(stall=stall, room=room, patience=patience)
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
        """Serves until `stop`, then answers what has begun and closes."""
        if self._asked.is_set():
            self._socket.close()
            self._loop.close()
            return
        try:
            scheduler = CallbackScheduler(self._loop, None, None, None, None)
            scheduler._schedule_fn = self._take  # noqa: SLF001 as granian does itself
            _worker(self._socket.detach()).serve_mtr(scheduler, self._loop, self._stop)
            if self._asked.is_set():  # between the question above and here
                self._loop.call_soon(self._begin_end)
            self._listen_for_signals()
            self._loop.run_forever()
        finally:
            self._pool.shutdown(wait=True, cancel_futures=True)
        self._loop.close()

    def stop(self) -> None:
        """Asks the server to end: from a signal handler or another thread, and more than once."""
        if not self._asked.is_set():
            self._asked.set()
            with suppress(RuntimeError):  # the loop has ended already
                self._loop.call_soon_threadsafe(self._begin_end)

    def _begin_end(self) -> None:
        """In the loop: nobody new is let in, stalled bodies are given up, then everything."""
        if not self._ending:
            self._ending = True
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
        """In a thread of granian's, which has a few steps left, and so has another."""
        with suppress(RuntimeError):
            self._loop.call_soon_threadsafe(
                self._loop.call_later, _LAST_STEPS_SECONDS, self._loop.stop
            )

    def _take(self, watcher: Any) -> None:
        """What granian calls in a thread of its own: one request, its body not yet read."""
        try:
            _refuse_unreadable(watcher.scope.headers)
            length = announced(watcher.scope.headers.get("content-length"))
            with _refusing_at_the_end():
                if length:
                    self._loop.call_soon_threadsafe(self._begin, watcher, length)
                else:
                    self._pool.submit(self._answer, watcher, BytesIO(), length)
        except ApiProblem as problem:
            _answer_problem(watcher, problem)

    def _begin(self, watcher: Any, length: int) -> None:
        task = self._loop.create_task(self._take_body(watcher, length))
        self._reading.add(task)
        task.add_done_callback(self._reading.discard)

    async def _take_body(self, watcher: Any, length: int) -> None:
        try:
            content = await self._bodies.take(watcher.proto, length)
            with _refusing_at_the_end():
                self._pool.submit(self._answer, watcher, content, length)
        except ApiProblem as problem:
            _answer_problem(watcher, problem)
        except asyncio.CancelledError:
            detail = "The server stops; the body had not come whole."
            _answer_problem(watcher, api_problem("request-timeout", detail))

    def _answer(self, watcher: Any, content: BytesIO, length: int) -> None:
        """In a thread of the application: one request, one answer."""
        try:
            answer = answered(self._app, environment_of(watcher.scope, content))
            watcher.proto.response_bytes(*answer)
            watcher.done()
        except Exception:  # noqa: BLE001 a thread must answer whatever happens
            # the application makes problems of its own errors: this is an error beside it
            _log.exception("request failed outside of the application")
            detail = "The server's log has the cause."
            _answer_problem(watcher, api_problem("internal-error", detail))
        finally:
            if is_long(length):
                with suppress(RuntimeError):  # the loop has ended
                    self._loop.call_soon_threadsafe(self._bodies.forget, length)


def _refuse_unreadable(headers: Any) -> None:
    """A problem for the names whose value granian leaves out, because it is not ASCII.

    Without it such a condition or key would pass for none. Of several values under one name the
    first one counts; granian tells nothing of a later one.
    """
    names = [name.title() for name in headers.keys() if headers.get(name) is None]  # noqa: SIM118
    if names:
        message = "is not ASCII"
        raise api_problem(
            "malformed-request",
            f"{names[0]}: {message}; headers are, and ids in them come percent-encoded in UTF-8.",
            errors=[{"header": name, "message": message} for name in names],
        )


@contextmanager
def _refusing_at_the_end() -> Iterator[None]:
    """Some connections outlive the threads and the loop."""
    try:
        yield
    except RuntimeError as exc:
        detail, headers = "The server stops.", {"Retry-After": "5"}
        raise api_problem("server-busy", detail, headers=headers) from exc


def _answer_problem(watcher: Any, problem: ApiProblem) -> None:
    watcher.proto.response_bytes(*problem_answer(problem, watcher.scope.path))
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
