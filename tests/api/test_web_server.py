"""The server's own manners, with an application that does nothing of ours."""

import http.client
import socket
from collections.abc import Iterator
from http import HTTPStatus
from threading import Event, Thread

import pytest
from flask import Flask, request

from api.web_server import WebServer
from tests.api.house import House


class Slow:
    """An application whose answer is held until it is let go."""

    def __init__(self) -> None:
        self.begun, self.go = Event(), Event()
        self.app = Flask("slow")

        @self.app.get("/slow")
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


@pytest.fixture
def slow() -> Slow:
    return Slow()


@pytest.fixture
def server(slow: Slow) -> Iterator[WebServer]:
    server = WebServer(slow.app, "127.0.0.1", 0, threads=2)
    thread = Thread(target=server.run)
    thread.start()
    yield server
    slow.go.set()
    server.stop()
    thread.join(20)
    assert not thread.is_alive()


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


def test_what_is_not_http_is_refused_and_the_server_goes_on(server: WebServer) -> None:
    host, _, port = server.url.removeprefix("http://").rpartition(":")
    with socket.create_connection((host, int(port)), timeout=5) as raw:
        raw.sendall(b"\x16\x03\x01 what is this\r\n\r\n")
        assert raw.recv(64).startswith((b"HTTP/1.1 400", b""))
    assert get(server, "/quick") == (200, b"quick")


def test_environment_of_the_process_is_no_header(
    server: WebServer, slow: Slow, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_AUTHORIZATION", "Bearer stolen")
    slow.app.add_url_rule("/who", "who", lambda: request.headers.get("Authorization", "nobody"))
    assert get(server, "/who") == (200, b"nobody")
