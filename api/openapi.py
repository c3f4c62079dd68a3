"""The OpenAPI 3.1 document: generated from the operations, committed as `api/openapi.json`.

A test compares the committed file with what the code says; `python -m api` writes it anew.
"""

import json
from pathlib import Path
from typing import Any

from flask import Flask, Response
from flask_smorest import Api  # type: ignore[import-untyped] # flask-smorest has no types

from api.documented import SECURITY_SCHEME

COMMITTED = Path(__file__).with_name("openapi.json")
_DESCRIPTION = (
    "Cases of city management (案卷) move along editable BPMN diagrams. Every write is a command "
    "with an Idempotency-Key and answers a receipt; errors are problem+json (RFC 9457); numbers "
    "that are not integers are decimal strings; instants end in Z with six digits."
)


class DocumentedApi(Api):  # type: ignore[misc] # flask-smorest has no types
    """flask-smorest's extension without its own error handler and default answer."""

    DEFAULT_ERROR_RESPONSE_NAME = None  # documented per operation, as problem+json

    def _register_error_handlers(self) -> None:
        """Nothing: `api/errors.py` has the one handler."""


def extend(app: Flask) -> DocumentedApi:
    """Puts the generator into the application."""
    app.config.update(
        API_TITLE="CaseLoop",
        API_VERSION="v1",
        OPENAPI_VERSION="3.1.0",
        API_SPEC_OPTIONS={
            "info": {
                "description": _DESCRIPTION,
                "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
            },
            "servers": [{"url": "/"}],
        },
    )
    api = DocumentedApi(app)
    api.spec.components.security_scheme(
        SECURITY_SCHEME,
        {
            "type": "http",
            "scheme": "bearer",
            "description": "A key (`caseloop key create`) or the token of POST /api/v1/sessions.",
        },
    )
    return api


def serve_committed(app: Flask) -> None:
    """Gives the committed document at `/api/v1/openapi.json`."""
    content = COMMITTED.read_bytes()

    @app.get("/api/v1/openapi.json")
    def describe_api() -> Response:
        return Response(content, mimetype="application/json")


def document_of(app: Flask) -> dict[str, Any]:
    """The document of an application, as plain JSON values."""
    spec = app.extensions["flask-smorest"]["apis"][""]["ext_obj"].spec
    found: dict[str, Any] = json.loads(json.dumps(spec.to_dict()))
    return found


def text_of(document: dict[str, Any]) -> str:
    """The committed form: sorted, so that a difference is readable."""
    return json.dumps(document, ensure_ascii=False, indent=1, sort_keys=True) + "\n"
