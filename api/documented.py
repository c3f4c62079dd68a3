"""What the OpenAPI document says of an operation besides its schemas: security and errors.

Errors are grouped by status; each names the problem's code and what it means.
"""

from collections.abc import Callable, Mapping, Sequence
from inspect import cleandoc
from typing import Any

from api.errors import API_PROBLEMS, status_of, title_of
from api.headers import Key
from api.problem import MEDIA_TYPE
from api.schemas.problems import ProblemSchema
from engine.domain.errors import (
    AuthenticationError,
    EngineError,
    ForbiddenError,
    IdempotencyKeyReusedError,
    StaleVersionError,
    StoreUnavailableError,
    UnencodableValueError,
)
from engine.service.scopes import MEANINGS

SECURITY_SCHEME = "bearer"


def more_of(function: Callable[..., Any], document: Mapping[str, Any]) -> dict[str, str]:
    """The description: which scope is needed, then what the docstring says below its summary."""
    _, _, rest = cleandoc(function.__doc__ or "").partition("\n\n")
    said = " ".join(filter(None, (document.get("description"), rest.replace("\n", " "))))
    return {"description": said} if said else {}


def describe(
    *,
    scope: str | None,
    public: bool,
    errors: Sequence[type[EngineError]],
    has_body: bool,
    key: Key,
    conditional: bool,
    not_modified: bool,
    request_body: dict[str, Any] | None,
) -> dict[str, Any]:
    """The members that flask-smorest's `doc` adds to an operation."""
    kinds = list(errors)
    codes = ["malformed-request", "validation-failed"]
    if not public:
        kinds += [AuthenticationError, ForbiddenError]
    if conditional:
        kinds.append(StaleVersionError)
    kinds += [IdempotencyKeyReusedError] if key != "none" else []
    codes += ["idempotency-key-required"] if key == "required" else []
    if has_body:
        kinds.append(UnencodableValueError)
        codes += ["too-large", "unsupported-media-type"]
    responses = _responses([*kinds, StoreUnavailableError], codes)
    if not_modified:
        responses[304] = {"description": "The caller's copy is still the newest."}
    document: dict[str, Any] = {
        "responses": responses,
        "security": [] if public else [{SECURITY_SCHEME: []}],
    }
    if scope is not None:
        document["x-scope"] = scope
        document["description"] = f"Needs the scope `{scope}`: {MEANINGS[scope]}."
    if request_body is not None:
        document["requestBody"] = request_body
    return document


def _responses(kinds: Sequence[type[EngineError]], codes: Sequence[str]) -> dict[Any, Any]:
    lines: dict[int, list[str]] = {}
    for code in codes:
        status, title = API_PROBLEMS[code]
        lines.setdefault(status, []).append(f"`{code}`: {title}")
    for kind in dict.fromkeys(kinds):
        lines.setdefault(status_of(kind), []).append(f"`{kind.code}`: {title_of(kind)}")
    found: dict[Any, Any] = {status: _problem("\n".join(text)) for status, text in lines.items()}
    found["default"] = _problem("Any other error, in the same form.")
    return found


def _problem(description: str) -> dict[str, Any]:
    return {"description": description, "content": {MEDIA_TYPE: {"schema": ProblemSchema}}}
