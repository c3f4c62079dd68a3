"""One request over HTTP by urllib: JSON in and out, refusals as errors, tries again by itself.

A request is sent again, under the same Idempotency-Key, when the server could not be reached or
asks for it: the server gives the stored answer if it had done the thing already.
"""

import json
import secrets
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from email.message import Message
from http.client import HTTPException
from typing import Any
from urllib.parse import urlsplit

from caseloop_worker.errors import JobLostError, RejectedError, UnavailableError

_LOST = frozenset({"job-not-found", "lock-lost"})
_AGAIN = frozenset({429, 502, 503, 504})
_FIRST_SERVER_ERROR = 500
_FIRST_WAIT, _LONGEST_WAIT = 0.2, 20.0

Pause = Callable[[float], object]


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """A redirect would carry the key to whatever place it names."""

    def redirect_request(self, *_: Any, **__: Any) -> None:
        return None


class Transport:
    """Requests to one server with one key. Safe to share between threads."""

    def __init__(
        self, base_url: str, headers: Mapping[str, str], *, timeout: float, tries: int, pause: Pause
    ) -> None:
        if urlsplit(base_url).scheme not in {"http", "https"}:
            raise ValueError(f"{base_url!r} is no http or https address")
        self._root = base_url.rstrip("/") + "/api/v1"
        self._headers = dict(headers)
        self._timeout = timeout
        self._tries = tries
        self._pause = pause
        self._opener = urllib.request.build_opener(_NoRedirect)

    def send(
        self,
        method: str,
        path: str,
        body: bytes | None,
        media_type: str,
        *,
        key: str | None = None,
    ) -> Any:
        """The parsed answer; UnavailableError after the last try, RejectedError at once."""
        headers = {
            **self._headers,
            "Content-Type": media_type,
            "Idempotency-Key": key or secrets.token_hex(16),
        }
        for attempt in range(1, self._tries + 1):
            try:
                return self._once(method, path, body, headers)
            except UnavailableError as exc:
                if attempt == self._tries:
                    raise
                self._pause(back_off(attempt) if exc.retry_after is None else exc.retry_after)
        raise UnavailableError("no try was allowed")

    def post(self, path: str, body: Mapping[str, Any], *, key: str | None = None) -> Any:
        """Sends JSON."""
        data = json.dumps(body, ensure_ascii=False, allow_nan=False).encode()
        return self.send("POST", path, data, "application/json", key=key)

    def _once(self, method: str, path: str, body: bytes | None, headers: Mapping[str, str]) -> Any:
        request = urllib.request.Request(  # noqa: S310 the scheme was checked
            self._root + path, data=body, headers=dict(headers), method=method
        )
        try:
            with self._opener.open(request, timeout=self._timeout) as answer:
                content = answer.read()
        except urllib.error.HTTPError as exc:
            with exc:
                raise _refusal(exc.code, exc.headers, exc.read()) from None
        except (OSError, HTTPException) as exc:
            raise UnavailableError(f"{self._root} cannot be reached: {exc}") from exc
        return json.loads(content) if content else None


def back_off(attempt: int) -> float:
    """Seconds before the next try: twice as long each time, and not all workers at once."""
    longest: float = min(_FIRST_WAIT * 2 ** (attempt - 1), _LONGEST_WAIT)
    return longest * (0.5 + secrets.randbelow(501) / 1000)


def _refusal(
    status: int, headers: Mapping[str, str] | Message, content: bytes
) -> RejectedError | UnavailableError:
    problem = _problem(content)
    if status in _AGAIN:
        return UnavailableError(
            f"the server answers {status}", _seconds(headers.get("Retry-After"))
        )
    if status >= _FIRST_SERVER_ERROR:
        return UnavailableError(f"the server answers {status} ({problem.get('reference')})")
    if problem.get("code") in _LOST:
        return JobLostError(status, problem)
    return RejectedError(status, problem)


def _problem(content: bytes) -> dict[str, Any]:
    try:
        found = json.loads(content)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _seconds(text: str | None) -> float | None:
    """Retry-After in seconds; its other form, a date, is left to the back-off."""
    return float(text) if text is not None and text.isdigit() else None
