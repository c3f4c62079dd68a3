"""Two ways to the API: over HTTP to a running server, or in this process when none runs.

The commands do not know which; so a command can do nothing that the API does not offer.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import Protocol
from urllib.parse import urlsplit

from flask import Flask

from api.cli.failure import Refused

_PATIENCE = 600  # seconds: a deployment or an import may take long


class Transport(Protocol):
    """Sends one request and gives back status, headers and bytes."""

    def send(
        self, method: str, path: str, body: bytes | None, headers: Mapping[str, str]
    ) -> tuple[int, Mapping[str, str], bytes]: ...


class OverHttp:
    """A server somewhere."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise Refused(f"{url!r} is not the address of a server; write http://HOST:PORT.")
        kind = HTTPSConnection if parts.scheme == "https" else HTTPConnection
        self._url = url
        self._connection = kind(parts.hostname, parts.port, timeout=_PATIENCE)

    def send(
        self, method: str, path: str, body: bytes | None, headers: Mapping[str, str]
    ) -> tuple[int, Mapping[str, str], bytes]:
        """One request on the connection that is kept open."""
        try:
            self._connection.request(method, path, body=body, headers=dict(headers))
            answer = self._connection.getresponse()
            return answer.status, dict(answer.getheaders()), answer.read()
        except (OSError, HTTPException) as exc:
            self._connection.close()
            raise Refused(f"The server at {self._url} does not answer: {exc}.") from exc


class InProcess:
    """The application itself, in this process."""

    def __init__(self, app: Flask) -> None:
        self._client = app.test_client()

    def send(
        self, method: str, path: str, body: bytes | None, headers: Mapping[str, str]
    ) -> tuple[int, Mapping[str, str], bytes]:
        """One request without a socket."""
        answer = self._client.open(path, method=method, data=body, headers=dict(headers))
        return answer.status_code, dict(answer.headers), answer.get_data()


@contextmanager
def over_http(url: str) -> Iterator[OverHttp]:
    """A connection to a server, closed at the end."""
    transport = OverHttp(url)
    try:
        yield transport
    finally:
        transport._connection.close()  # noqa: SLF001 the same module
