"""What commands talk to: the API by its JSON, with the caller's token, problems as refusals."""

import json
import secrets
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote, urlencode

from api.cli.failure import Refused
from api.cli.transport import Transport

_FIRST_ERROR = 400
_ROOT = "/api/v1"


class Session:
    """A caller of the API."""

    def __init__(self, transport: Transport, token: str | None) -> None:
        self._transport = transport
        self._token = token

    def get(self, path: str, **query: Any) -> Any:
        """The parsed answer of a read."""
        return self._json("GET", path, query=query)

    def pages(self, path: str, **query: Any) -> Iterator[dict[str, Any]]:
        """The items of all pages of a list."""
        cursor: str | None = None
        while True:
            page = self.get(path, cursor=cursor, **query)
            yield from page["items"]
            cursor = page.get("next_cursor")
            if cursor is None:
                return

    def get_bytes(self, path: str) -> bytes:
        """The bytes of a read that is not JSON."""
        return self._send("GET", path, None, {})

    def write(self, method: str, path: str, body: Any = None, **query: Any) -> Any:
        """The parsed answer of a write."""
        return self._json(method, path, body=body, query=query)

    def send_file(self, method: str, path: str, body: bytes, media_type: str, **query: Any) -> Any:
        """The parsed answer of a write whose body is a file."""
        headers = {"Content-Type": media_type, "Idempotency-Key": secrets.token_hex(16)}
        return _parsed(self._send(method, _address(path, query), body, headers))

    def _json(self, method: str, path: str, *, query: Mapping[str, Any], body: Any = None) -> Any:
        headers = {} if method == "GET" else {"Idempotency-Key": secrets.token_hex(16)}
        data = None
        if body is not None:
            data = json.dumps(body, ensure_ascii=False).encode()
            headers["Content-Type"] = "application/json"
        return _parsed(self._send(method, _address(path, query), data, headers))

    def _send(
        self, method: str, path: str, body: bytes | None, headers: Mapping[str, str]
    ) -> bytes:
        credentials = {"Authorization": f"Bearer {self._token}"} if self._token else {}
        status, _, answer = self._transport.send(
            method, _ROOT + path, body, {**headers, **credentials}
        )
        if status >= _FIRST_ERROR:
            raise _refusal(status, answer)
        return answer


def part(text: str) -> str:
    """A text as one part of a path."""
    return quote(text, safe="")


def _address(path: str, query: Mapping[str, Any]) -> str:
    given = {name: _plain(value) for name, value in query.items() if value is not None}
    return f"{path}?{urlencode(given)}" if given else path


def _plain(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _parsed(answer: bytes) -> Any:
    return json.loads(answer) if answer else None


def _refusal(status: int, answer: bytes) -> Refused:
    try:
        problem = json.loads(answer)
        return Refused(problem["detail"], problem)
    except (ValueError, KeyError, TypeError):
        return Refused(f"The server answers {status} without an explanation.")
