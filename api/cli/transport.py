"""Two ways to the API: over HTTP to a running server, or in this process when none runs.

The commands do not know which; so a command can do nothing that the API does not offer.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import TYPE_CHECKING, Protocol
from urllib.parse import urlsplit

from api.cli.failure import Refused

if TYPE_CHECKING:
    from flask import Flask  # loading it takes longer than a question over HTTP

_PATIENCE = 600  # seconds: a deployment or an import may take long


class Transport(Protocol):
    """Sends one request and gives back status, headers and bytes."""

    def send(
        self, method: str, path: str, body: bytes | None, headers: Mapping[str, str]
    ) -> tuple[int, Mapping[str, str], bytes]: ...


class OverHttp:
    """A server somewhere."""

    def __init__(self, url: str) -> None:
        try:
            parts = urlsplit(url)
            port = parts.port
        except ValueError as exc:
            raise _no_address(url) from exc
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise _no_address(url)
        kind = HTTPSConnection if parts.scheme == "https" else HTTPConnection
        self._url = url
        self._connection = kind(parts.hostname, port, timeout=_PATIENCE)

    def send(
        self, method: str, path: str, body: bytes | None, headers: Mapping[str, str]
    ) -> tuple[int, Mapping[str, str], bytes]:
        """One request on the connection that is kept open."""
        _check_headers(headers)
        try:
            self._connection.request(method, path, body=body, headers=dict(headers))
            answer = self._connection.getresponse()
            return answer.status, dict(answer.getheaders()), answer.read()
        except (OSError, HTTPException) as exc:
            self._connection.close()
            raise Refused(f"The server at {self._url} does not answer: {exc}.") from exc


def _no_address(url: str) -> Refused:
    return Refused(f"{url!r} is not the address of a server; write http://HOST:PORT.")


def _check_headers(headers: Mapping[str, str]) -> None:
    """A header takes printable ASCII; of a key that is none nothing is shown."""
    for name, value in headers.items():
        if not (value.isascii() and value.isprintable()):
            what = "The key" if name == "Authorization" else f"The header {name}"
            raise Refused(
                f"{what} has characters that a request cannot carry; give it as it was printed."
            )


class InProcess:
    """The application itself, in this process."""

    def __init__(self, app: "Flask") -> None:
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
