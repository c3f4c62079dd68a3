"""A small keep-alive client of our own HTTP API, for the demonstration and the imports."""

import http.client
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode, urlsplit


class RefusedError(Exception):
    """The API refused a request; `problem` is its problem+json."""

    def __init__(self, status: int, problem: Mapping[str, Any]) -> None:
        self.status = status
        self.problem = problem
        detail = problem.get("detail") or problem.get("title") or "refused"
        super().__init__(f"{status} {problem.get('rule', problem.get('type', ''))}: {detail}")


@dataclass(slots=True)
class Client:
    """One connection that speaks for one bearer."""

    base_url: str
    token: str | None = None
    acting_for: str | None = None
    _connection: http.client.HTTPConnection | None = None
    _keys: int = 0
    _name: str = field(default="client")

    def get(self, path: str, **query: Any) -> Any:
        known = {k: _query(v) for k, v in query.items() if v is not None}
        return self._send("GET", f"{path}?{urlencode(known)}" if known else path, None, {})

    def post(self, path: str, body: Any, *, key: str | None = None) -> Any:
        return self._send("POST", path, body, {"Idempotency-Key": key or self._next_key()})

    def put(self, path: str, body: Any, *, key: str | None = None) -> Any:
        return self._send("PUT", path, body, {"Idempotency-Key": key or self._next_key()})

    def upload(self, path: str, data: bytes, media_type: str) -> Any:
        headers = {"Idempotency-Key": self._next_key(), "Content-Type": media_type}
        return self._send("PUT", path, data, headers)

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _next_key(self) -> str:
        self._keys += 1
        return f"{self._name}-{self._keys}"

    def _send(self, method: str, path: str, body: Any, headers: dict[str, str]) -> Any:
        payload = body
        if body is not None and not isinstance(body, bytes):
            payload = json.dumps(body, ensure_ascii=False).encode()
            headers = {"Content-Type": "application/json", **headers}
        if self.token is not None:
            headers["Authorization"] = f"Bearer {self.token}"
        if self.acting_for is not None:
            headers["Acting-For"] = self.acting_for
        status, content = self._exchange(method, path, payload, headers)
        data = json.loads(content) if content else None
        if status >= http.client.BAD_REQUEST:
            raise RefusedError(status, data or {})
        return data

    def _exchange(
        self, method: str, path: str, payload: bytes | None, headers: dict[str, str]
    ) -> tuple[int, bytes]:
        """One request; a connection that the server closed meanwhile is opened anew once.

        The same Idempotency-Key goes with both tries, so nothing is done twice.
        """
        for attempt in (1, 2):
            connection = self._open()
            try:
                connection.request(method, f"/api/v1{path}", body=payload, headers=headers)
                response = connection.getresponse()
                return response.status, response.read()
            except (http.client.HTTPException, ConnectionError):
                self.close()
                if attempt == 2:  # noqa: PLR2004 the second and last try
                    raise
        raise AssertionError("unreachable")

    def _open(self) -> http.client.HTTPConnection:
        if self._connection is None:
            parts = urlsplit(self.base_url)
            self._connection = http.client.HTTPConnection(
                parts.hostname or "127.0.0.1", parts.port, timeout=60
            )
        return self._connection


def _query(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def sign_in(base_url: str, login: str, password: str) -> Client:
    """A client that speaks for a person."""
    client = Client(base_url, _name=f"person-{login}")
    session = client.post("/sessions", {"login": login, "password": password})
    client.token = session["token"]
    return client
