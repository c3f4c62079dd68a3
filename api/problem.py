"""RFC 9457: what an error looks like on the wire. Knows nothing of the engine's errors.

A problem's `type` is `urn:caseloop:problem:<code>`; codes are stable and listed in
`docs/reference/errors.md`.
"""

from collections.abc import Mapping
from typing import Any

from flask import Response, current_app, request

MEDIA_TYPE = "application/problem+json"
TYPE_PREFIX = "urn:caseloop:problem:"
_RESERVED = frozenset({"type", "title", "status", "detail", "instance", "code"})


class ApiProblem(Exception):  # noqa: N818 RFC 9457 calls it a problem
    """The request itself is wrong, before any service is asked."""

    def __init__(
        self,
        status: int,
        code: str,
        title: str,
        detail: str,
        *,
        headers: Mapping[str, str] | None = None,
        **members: Any,
    ) -> None:
        self.status = status
        self.code = code
        self.title = title
        self.detail = detail
        self.headers = dict(headers or {})
        self.members = members
        super().__init__(detail)


def content_of(problem: ApiProblem, instance: str) -> dict[str, Any]:
    """What a problem says, one shape for every status; `instance` is the address."""
    return {
        "type": TYPE_PREFIX + problem.code,
        "title": problem.title,
        "status": problem.status,
        "detail": problem.detail,
        "instance": instance,
        "code": problem.code,
        **{name: value for name, value in problem.members.items() if name not in _RESERVED},
    }


def render(problem: ApiProblem) -> Response:
    """The application's answer for a problem."""
    text = current_app.json.dumps(content_of(problem, request.path))
    response = current_app.response_class(text, status=problem.status, mimetype=MEDIA_TYPE)
    response.headers.extend(problem.headers)
    response.headers["Cache-Control"] = "no-store"
    return response
