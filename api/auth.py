"""Who asks: a Bearer key, a session's token, or the local token of the lock file.

A key of a unit may act for the people of that unit (`Acting-For`). What a caller may do at all is
his scopes; which case and which act is decided by the services.
"""

import hmac
from dataclasses import dataclass
from urllib.parse import unquote

from flask import current_app, request

from api.errors import api_problem
from engine.bootstrap import Installation
from engine.domain.errors import AuthenticationError, ForbiddenError
from engine.domain.people import Actor
from engine.service import people
from engine.service.scopes import MEANINGS, SCOPES

EXTENSION = "caseloop"


@dataclass(frozen=True, slots=True)
class Access:
    """What the application needs to know callers by."""

    installation: Installation
    local_token: str | None = None


def access() -> Access:
    """The access of the running application."""
    found = current_app.extensions[EXTENSION]
    assert isinstance(found, Access)
    return found


def authenticate() -> Actor:
    """The actor of this request; AuthenticationError when nobody knows his token."""
    token = bearer_token()
    acting_for = _acting_for(request.headers.get("Acting-For"))
    known = access()
    if known.local_token and hmac.compare_digest(token.encode(), known.local_token.encode()):
        return _operator(acting_for)
    return people.authenticate(known.installation, token, acting_for)


def _acting_for(header: str | None) -> str | None:
    """The person's id; an id beyond ASCII comes percent-encoded, 400 for what is not."""
    if header is None:
        return None
    try:
        person = unquote(header, errors="strict") if header.isascii() else ""
    except UnicodeDecodeError:
        person = ""
    if not person or not person.isprintable():
        raise api_problem(
            "malformed-request",
            "Acting-For is no person's id; send it percent-encoded in UTF-8.",
            errors=[{"header": "Acting-For", "message": "is not percent-encoded UTF-8"}],
        )
    return person


def bearer_token() -> str:
    """The token of the Authorization header."""
    header = request.headers.get("Authorization", "")
    kind, _, token = header.partition(" ")
    if kind.lower() != "bearer" or not token.strip():
        raise AuthenticationError(
            "This address needs the header Authorization: Bearer KEY; "
            "`caseloop key create` makes a key, POST /api/v1/sessions signs a person in."
        )
    return token.strip()


def _operator(acting_for: str | None) -> Actor:
    if acting_for is not None:
        raise ForbiddenError("The local token acts for nobody; use a key of the person's unit.")
    return Actor(via="cli", scopes=SCOPES)


def require(actor: Actor, scope: str | None) -> None:
    """ForbiddenError when the caller's key or session lacks the scope."""
    if scope is not None and scope not in actor.scopes:
        raise ForbiddenError(
            f"This needs the scope {scope} ({MEANINGS[scope]}).", scope=scope, rule="scope"
        )
