"""The server's own manners, with an application that does nothing of ours."""

import http.client
import json
import socket
import weakref
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from http import HTTPStatus
from threading import Event, Thread, local
from typing import Any

import pytest
from flask import Flask, request

from api.reading import JSON_LIMIT
from api.web_server import WebServer
from tests.api.house import House


class Slow:
    """An application whose answer is held until it is let go."""

    def __init__(self) -> None:
        self.begun, self.go = Event(), Event()
        self.app = Flask("slow")

        @self.app.route("/slow", methods=["GET", "POST"])
        def slow() -> str:
            self.begun.set()
            assert self.go.wait(10)
            return "answered"

        @self.app.get("/quick")
        def quick() -> str:
            return "quick"

        @self.app.post("/echo")
        def echo() -> bytes:
            return request.get_data()


def connect(server: WebServer) -> http.client.HTTPConnection:
    host, _, port = server.url.removeprefix("http://").rpartition(":")
    return http.client.HTTPConnection(host, int(port), timeout=10)


def get(server: WebServer, path: str) -> tuple[int, bytes]:
    connection = connect(server)
    connection.request("GET", path)
    answer = connection.getresponse()
    found = answer.status, answer.read()
    connection.close()
    return found


def ask_and_stop(server: WebServer) -> None:
    get(server, "/quick")
    server.stop()


@pytest.fixture
def slow() -> Slow:
    return Slow()


@contextmanager
def running(server: WebServer) -> Iterator[WebServer]:
    thread = Thread(target=server.run)
    thread.start()
    yield server
    server.stop()
    thread.join(20)
    assert not thread.is_alive()


@pytest.fixture
def server(slow: Slow) -> Iterator[WebServer]:
    with running(WebServer(slow.app, "127.0.0.1", 0, threads=2)) as server:
        yield server
        slow.go.set()


def test_server_takes_a_free_port_and_answers_there(server: WebServer) -> None:
    assert get(server, "/quick") == (200, b"quick")


def test_request_that_has_begun_is_answered_after_the_stop(server: WebServer, slow: Slow) -> None:
    answers: list[tuple[int, bytes]] = []
    client = Thread(target=lambda: answers.append(get(server, "/slow")))
    client.start()
    assert slow.begun.wait(10)
    server.stop()
    slow.go.set()
    client.join(10)
    assert answers == [(200, b"answered")]


def test_connection_is_kept_for_the_next_request(server: WebServer) -> None:
    connection = connect(server)
    for _ in range(3):
        connection.request("GET", "/quick")
        assert connection.getresponse().read() == b"quick"
    connection.close()


def test_stopped_server_lets_nobody_in(slow: Slow) -> None:
    server = WebServer(slow.app, "127.0.0.1", 0, threads=1)
    url = server.url
    server.stop()
    server.run()
    host, _, port = url.removeprefix("http://").rpartition(":")
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection((host, int(port)), timeout=2)


def test_port_in_use_names_itself(server: WebServer, slow: Slow) -> None:
    port = int(server.url.rpartition(":")[2])
    with pytest.raises(OSError, match="in use") as caught:
        WebServer(slow.app, "127.0.0.1", port, threads=1)
    assert caught.value.filename == f"127.0.0.1:{port}"


def test_body_comes_whole_to_the_application(server: WebServer) -> None:
    connection = connect(server)
    connection.request("POST", "/echo", body=b"x" * 300_000)
    assert connection.getresponse().read() == b"x" * 300_000
    connection.close()


def test_body_in_chunks_is_refused_because_its_end_cannot_be_told(house: House) -> None:
    answer = house.app.test_client().post("/api/v1/cases", headers={"Transfer-Encoding": "chunked"})
    assert answer.status_code == HTTPStatus.LENGTH_REQUIRED
    assert "length-required" in answer.get_data(as_text=True)


def test_body_that_breaks_off_is_refused(server: WebServer) -> None:
    host, _, port = server.url.removeprefix("http://").rpartition(":")
    head = b"POST /echo HTTP/1.1\r\nHost: here\r\nContent-Length: 9\r\n\r\n"
    with socket.create_connection((host, int(port)), timeout=5) as raw:
        raw.sendall(head + b"half")
        raw.shutdown(socket.SHUT_WR)
        assert raw.recv(1024).startswith(b"HTTP/1.1 400")


def stalled(server: WebServer) -> socket.socket:
    """A connection that announces a body and sends the half of it."""
    raw = socket.create_connection(("127.0.0.1", server.port), timeout=20)
    raw.sendall(b"POST /echo HTTP/1.1\r\nHost: here\r\nContent-Length: 9\r\n\r\nhalf")
    return raw


def read_to_the_end(raw: socket.socket) -> bytes:
    """What comes until the other side closes; the watchdog is the socket's timeout."""
    with raw:
        return b"".join(iter(lambda: raw.recv(4096), b""))


def test_stalled_bodies_leave_the_threads_to_others(server: WebServer) -> None:
    many = [stalled(server) for _ in range(60)]  # the application has 2 threads
    assert get(server, "/quick") == (200, b"quick")
    for raw in many:
        raw.sendall(b" done")
    for raw in many:
        assert raw.recv(4096).startswith(b"HTTP/1.1 200")
        raw.close()


def test_body_that_does_not_come_in_time_is_a_problem_and_the_end(slow: Slow) -> None:
    with running(WebServer(slow.app, "127.0.0.1", 0, threads=1, stall=0.1)) as server:
        head, _, body = read_to_the_end(stalled(server)).partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 408")
    assert b"application/problem+json" in head
    problem = json.loads(body)
    assert (problem["code"], problem["instance"]) == ("request-timeout", "/echo")
    assert problem["detail"] == "Of 9 bytes that were announced 4 came in time."


def test_stop_gives_stalled_bodies_up(slow: Slow) -> None:
    with running(WebServer(slow.app, "127.0.0.1", 0, threads=1, stall=600)) as server:
        raw = stalled(server)
        assert get(server, "/quick") == (200, b"quick")
        server.stop()
        assert read_to_the_end(raw).startswith(b"HTTP/1.1 408")


def test_end_does_not_wait_for_a_head_that_never_ends(slow: Slow) -> None:
    with running(WebServer(slow.app, "127.0.0.1", 0, threads=1, drain=0.2)) as server:
        raw = socket.create_connection(("127.0.0.1", server.port), timeout=20)
        raw.sendall(b"POST /echo HTTP/1.1\r\nHo")
        assert get(server, "/quick") == (200, b"quick")
    raw.close()


def sent(server: WebServer, text: str | bytes) -> socket.socket:
    raw = socket.create_connection(("127.0.0.1", server.port), timeout=20)
    raw.sendall(text if isinstance(text, bytes) else text.encode())
    return raw


def problem_in(answer: bytes) -> tuple[int, dict[str, Any]]:
    """The status and the problem; the connection must have been closed."""
    head, _, body = answer.partition(b"\r\n\r\n")
    assert b"application/problem+json" in head, answer
    return int(head.split()[1]), json.loads(body)


@pytest.mark.parametrize(
    ("headers", "name"),
    [
        ("Acting-For: 李".encode(), "Acting-For"),
        ("If-Match: “5”".encode(), "If-Match"),
        (b"Idempotency-Key: caf\xe9", "Idempotency-Key"),
        ("X-Twice: 李\r\nX-Twice: li".encode(), "X-Twice"),
    ],
)
def test_header_beyond_ascii_is_refused_before_the_body_comes(
    server: WebServer, headers: bytes, name: str
) -> None:
    head = b"POST /echo HTTP/1.1\r\nHost: here\r\nContent-Length: 9\r\n%b\r\n\r\n" % headers
    status, problem = problem_in(read_to_the_end(sent(server, head)))
    assert (status, problem["code"]) == (400, "malformed-request")
    assert problem["errors"] == [{"header": name, "message": "is not ASCII"}]


def test_empty_header_is_none_that_is_refused(server: WebServer) -> None:
    raw = sent(server, "GET /quick HTTP/1.1\r\nHost: here\r\nX-Empty:\r\n\r\n")
    assert raw.recv(4096).startswith(b"HTTP/1.1 200")
    raw.close()


LONG = JSON_LIMIT + 1
LONG_HEAD = f"POST /slow HTTP/1.1\r\nHost: here\r\nContent-Length: {LONG}\r\n\r\n"


def test_long_body_has_its_room_until_it_is_answered(slow: Slow) -> None:
    with running(WebServer(slow.app, "127.0.0.1", 0, 2, room=LONG, patience=0.5)) as server:
        first = sent(server, LONG_HEAD.encode() + b"x" * LONG)
        assert slow.begun.wait(10)
        status, problem = problem_in(read_to_the_end(sent(server, LONG_HEAD)))
        assert (status, problem["code"], problem["instance"]) == (503, "server-busy", "/slow")
        slow.go.set()
        assert first.recv(4096).startswith(b"HTTP/1.1 200")
        first.close()
        again = sent(server, LONG_HEAD.encode() + b"x" * LONG)
        assert again.recv(4096).startswith(b"HTTP/1.1 200")
        again.close()


def test_connection_that_outlives_the_threads_is_told_so(
    slow: Slow, monkeypatch: pytest.MonkeyPatch
) -> None:
    closing = Event()

    class Watched(ThreadPoolExecutor):
        def shutdown(self, *args: Any, **wishes: Any) -> None:
            super().shutdown(wait=False)
            closing.set()
            super().shutdown(*args, **wishes)

    monkeypatch.setattr("api.web_server.ThreadPoolExecutor", Watched)
    with running(WebServer(slow.app, "127.0.0.1", 0, threads=1, drain=0.1)) as server:
        begun = sent(server, "GET /slow HTTP/1.1\r\nHost: here\r\n\r\n")
        late = sent(server, "GET /quick HTTP/1.1\r\nHo")
        assert slow.begun.wait(10)
        server.stop()
        assert closing.wait(10)
        late.sendall(b"st: here\r\n\r\n")
        status, problem = problem_in(read_to_the_end(late))
        assert (status, problem["detail"]) == (503, "The server stops.")
        slow.go.set()
        assert begun.recv(4096).startswith(b"HTTP/1.1 200")
        begun.close()


class Mark:
    """Lies in the state of a thread, and so ends with it."""


def test_thread_of_granian_has_left_python_when_run_returns(
    slow: Slow, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One that still wants to go on while Python ends would abort the process."""
    for _ in range(5):
        server, here, left = WebServer(slow.app, "127.0.0.1", 0, threads=2), local(), Event()
        take = server._take

        def marking(watcher: Any, take: Any = take, here: Any = here, left: Any = left) -> None:
            here.mark = Mark()
            weakref.finalize(here.mark, left.set)
            take(watcher)

        monkeypatch.setattr(server, "_take", marking)
        client = Thread(target=ask_and_stop, args=(server,))
        client.start()
        server.run()
        assert left.is_set()
        client.join()


def test_what_is_not_http_is_refused_and_the_server_goes_on(server: WebServer) -> None:
    host, _, port = server.url.removeprefix("http://").rpartition(":")
    with socket.create_connection((host, int(port)), timeout=5) as raw:
        raw.sendall(b"\x16\x03\x01 what is this\r\n\r\n")
        assert raw.recv(64).startswith((b"HTTP/1.1 400", b""))
    assert get(server, "/quick") == (200, b"quick")


def test_environment_is_what_wsgi_says(server: WebServer, slow: Slow) -> None:
    slow.app.add_url_rule(
        "/新/<path:rest>",
        "told",
        lambda rest: {
            "path": rest,
            "query": request.args["q"],
            "twice": request.headers["X-Twice"],
            "spoofed": request.headers.get("Acting-For"),
            "url": request.url_root,
        },
    )
    connection = connect(server)
    connection.putrequest("GET", "/%E6%96%B0/a%20b?q=%E6%96%B0")
    for name, value in (("X-Twice", "1"), ("X-Twice", "2"), ("Acting_For", "li.wei")):
        connection.putheader(name, value)
    connection.endheaders()
    assert json.loads(connection.getresponse().read()) == {
        "path": "a b",
        "query": "新",
        "twice": "1,2",
        "spoofed": None,
        "url": f"{server.url}/",
    }
    connection.close()


def test_environment_of_the_process_is_no_header(
    server: WebServer, slow: Slow, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_AUTHORIZATION", "Bearer stolen")
    slow.app.add_url_rule("/who", "who", lambda: request.headers.get("Authorization", "nobody"))
    assert get(server, "/who") == (200, b"nobody")
