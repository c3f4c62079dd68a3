"""The one place where an error becomes a status: engine errors, HTTP errors, everything else.

Above 499 nothing of the inside is told: the log has it under the reference that the answer names.
"""

import logging
from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from flask import Flask, Response
from werkzeug.exceptions import HTTPException

from api.problem import ApiProblem, render
from engine.domain import errors

_log = logging.getLogger(__name__)

#: The nearest class counts; a subclass without a row has its parent's status.
STATUS: dict[type[errors.EngineError], int] = {
    errors.EngineError: 500,
    errors.InvalidRequestError: 422,
    errors.NotFoundError: 404,
    errors.AuthenticationError: 401,
    errors.TooManyAttemptsError: 429,
    errors.ForbiddenError: 403,
    errors.ConflictError: 409,
    errors.StaleVersionError: 412,
    errors.DefinitionError: 422,
    errors.ExecutionError: 422,
    errors.StoreError: 503,
    errors.CorruptRecordError: 500,
    errors.SettingsError: 500,
}

#: Codes of the API's own problems, with the status and the title of each.
API_PROBLEMS: dict[str, tuple[int, str]] = {
    "malformed-request": (400, "The request cannot be read."),
    "idempotency-key-required": (400, "A write needs the header Idempotency-Key."),
    "no-such-address": (404, "There is nothing at this address."),
    "method-not-allowed": (405, "This address does not know this method."),
    "request-timeout": (408, "The body did not come in time."),
    "length-required": (411, "This address needs the length of the body."),
    "too-large": (413, "The body is larger than this address accepts."),
    "unsupported-media-type": (415, "This address does not read this media type."),
    "validation-failed": (422, "Some fields are not as the API describes them."),
    "too-many-requests": (429, "Too many requests; try again later."),
    "internal-error": (500, "Something went wrong on our side."),
    "server-busy": (503, "The server cannot take this request now."),
}

_CODE_OF_STATUS = {
    400: "malformed-request",
    401: "not-authenticated",
    403: "forbidden",
    404: "no-such-address",
    405: "method-not-allowed",
    408: "request-timeout",
    411: "length-required",
    413: "too-large",
    415: "unsupported-media-type",
    422: "validation-failed",
    429: "too-many-requests",
    500: "internal-error",
}
_FIRST_SERVER_ERROR = 500


def status_of(error: type[errors.EngineError]) -> int:
    """The HTTP status of an error class."""
    return next(STATUS[base] for base in error.__mro__ if base in STATUS)


def title_of(error: type[errors.EngineError]) -> str:
    """What this kind of error says without the particulars."""
    return (error.__doc__ or "").strip().splitlines()[0]


def api_problem(code: str, detail: str, **members: Any) -> ApiProblem:
    """One of the API's own problems, by its code."""
    status, title = API_PROBLEMS[code]
    return ApiProblem(status, code, title, detail, **members)


def register(app: Flask, new_reference: Callable[[], str]) -> None:
    """Makes problem+json of everything that an endpoint can raise."""

    def handle(error: Exception) -> Response:
        return render(_as_problem(error, new_reference))

    for kind in (ApiProblem, errors.EngineError, HTTPException, Exception):
        app.register_error_handler(kind, handle)


def _as_problem(error: Exception, new_reference: Callable[[], str]) -> ApiProblem:
    if isinstance(error, ApiProblem):
        return error
    if isinstance(error, errors.EngineError):
        return _of_engine(error, new_reference)
    if isinstance(error, HTTPException) and (error.code or 500) < _FIRST_SERVER_ERROR:
        return _of_http(error)
    return _unexpected(error, 500, "internal-error", new_reference)


def _of_engine(error: errors.EngineError, new_reference: Callable[[], str]) -> ApiProblem:
    kind = type(error)
    status = status_of(kind)
    if status >= _FIRST_SERVER_ERROR:
        return _unexpected(error, status, kind.code, new_reference, title=title_of(kind))
    headers = {}
    if status == HTTPStatus.UNAUTHORIZED:
        headers["WWW-Authenticate"] = 'Bearer realm="caseloop"'
    if "retry_after" in error.context:
        headers["Retry-After"] = str(error.context["retry_after"])
    return ApiProblem(
        status, kind.code, title_of(kind), error.message, headers=headers, **_members(error)
    )


def _members(error: errors.EngineError) -> dict[str, Any]:
    """The context under names that do not clash with the problem's own parameters."""
    taken = {"status", "code", "title", "detail", "headers"}
    return {name: value for name, value in error.context.items() if name not in taken}


def _of_http(error: HTTPException) -> ApiProblem:
    status = error.code or 500
    code = _CODE_OF_STATUS.get(status, "malformed-request")
    title = API_PROBLEMS[code][1] if code in API_PROBLEMS else error.name
    allow = getattr(error, "valid_methods", None)
    headers = {"Allow": ", ".join(sorted(allow))} if allow else {}
    return ApiProblem(status, code, title, error.description or title, headers=headers)


def _unexpected(
    error: Exception,
    status: int,
    code: str,
    new_reference: Callable[[], str],
    *,
    title: str | None = None,
) -> ApiProblem:
    reference = new_reference()
    _log.error("request failed, reference %s", reference, exc_info=error)
    retryable = isinstance(error, errors.EngineError) and error.retryable
    way_out = "Try again." if retryable else "Report it to the operator."
    return ApiProblem(
        status,
        code,
        title or API_PROBLEMS["internal-error"][1],
        f"{way_out} The server's log has the cause under reference {reference}.",
        headers={"Retry-After": "1"} if retryable else {},
        reference=reference,
        retryable=retryable,
    )
