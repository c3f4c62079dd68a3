"""The application factory: one installation behind one WSGI application.

The scheduler and the workers are never started here; `api/server.py` does that.
"""

from flask import Flask, Response, request

from api import errors, openapi
from api.auth import EXTENSION, Access
from api.errors import api_problem
from api.json_provider import WireJson
from api.resources.attachments import attachments
from api.resources.audit import audit
from api.resources.calendars import calendars
from api.resources.cases import cases
from api.resources.events import events
from api.resources.incidents import incidents
from api.resources.jobs import jobs
from api.resources.keys import keys
from api.resources.messages import messages
from api.resources.notifications import notifications
from api.resources.operations import operations
from api.resources.organisation import organisation
from api.resources.releases import releases
from api.resources.work_items import work_items
from api.uploads import RELEASE_LIMIT
from engine.bootstrap import Installation

RESOURCES = (
    releases,
    cases,
    attachments,
    audit,
    work_items,
    jobs,
    messages,
    incidents,
    notifications,
    events,
    organisation,
    calendars,
    keys,
    operations,
)


def create_app(installation: Installation, *, local_token: str | None = None) -> Flask:
    """The application. `local_token` is the one of the lock file, for the operator's CLI.

    It gives the committed description instead of making one: that would be half of its start.
    """
    app = _bare_app()
    app.extensions[EXTENSION] = Access(installation, local_token)
    errors.register(app, installation.ids.new)
    for resource in RESOURCES:
        app.register_blueprint(resource)
    openapi.serve_committed(app)
    app.before_request(_demand_length)
    app.after_request(_harden)
    return app


def create_documented_app() -> Flask:
    """All operations without an installation: enough to say what they are."""
    app = _bare_app()
    api = openapi.extend(app)
    for resource in RESOURCES:
        api.register_blueprint(resource)
    return app


def _bare_app() -> Flask:
    app = Flask("api", static_folder=None)
    app.json = WireJson(app)
    app.config["MAX_CONTENT_LENGTH"] = RELEASE_LIMIT
    app.url_map.strict_slashes = False
    app.url_map.merge_slashes = False  # else a redirect, told in HTML
    return app


def _demand_length() -> None:
    """Refuses a body in chunks: whether it came whole could not be told."""
    if "Transfer-Encoding" in request.headers:
        raise api_problem("length-required", "Send the body with its Content-Length.")


def _harden(response: Response) -> Response:
    """Answers are for programs: nothing in between may keep them or guess their type."""
    cache = "private, no-cache" if "ETag" in response.headers else "no-store"
    response.headers.setdefault("Cache-Control", cache)
    response.headers.setdefault("X-Content-Type-Options", "nosniff")
    return response
