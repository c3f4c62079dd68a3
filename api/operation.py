"""One operation as it runs: who asks, what was sent, the service, what is answered.

Written without the decorators that document it (`api/resource.py`): they would be a fifth of a
short request.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import wraps
from http import HTTPStatus
from typing import Any

from flask import Response, current_app, request
from marshmallow import Schema

from api.auth import access, authenticate, require
from api.call import Call, Reply
from api.etag import read_if_match
from api.reading import NUL, HeaderReader, read_body, read_query
from engine.domain.errors import NotFoundError
from engine.domain.people import Actor

NOBODY = Actor(via="anonymous")
#: What an operation without a schema reads: it refuses every field.
_NOTHING = Schema()


@dataclass(frozen=True, slots=True)
class Operation:
    """What an operation reads and answers. Schemas are instances: made once, not per request."""

    answer: Schema | None
    status: int
    scope: str | None
    public: bool
    head: Schema | None
    query: Schema | None
    body: Schema | None
    limit: int
    raw_body: bool = False

    def view(self, function: Callable[..., Reply]) -> Callable[..., Response]:
        """Flask's view of a resource function."""
        headers = None if self.head is None else HeaderReader(self.head)

        @wraps(function)
        def view(**path: str) -> Response:
            request.max_content_length = self.limit
            actor = self._admitted()
            _refuse_nul(path)
            head = {} if headers is None else headers.read()
            call = Call(
                inst=access().installation,
                actor=actor,
                query=self._query(),
                body=self._body(),
                idempotency_key=head.get("idempotency_key"),
                if_match=read_if_match(head.get("if_match")),
            )
            return self._rendered(function(call, **path))

        return view

    def _query(self) -> dict[str, Any]:
        if self.query is None and not request.query_string:
            return {}
        return read_query(self.query or _NOTHING)

    def _body(self) -> dict[str, Any]:
        if self.raw_body or (self.body is None and not request.content_length):
            return {}
        return read_body(self.body or _NOTHING)

    def _admitted(self) -> Actor:
        """Asks who it is before anything of the request is read."""
        if self.public:
            return NOBODY
        actor = authenticate()
        require(actor, self.scope)
        return actor

    def _rendered(self, reply: Reply) -> Response:
        if isinstance(reply.data, Response):
            reply.data.headers.extend(reply.headers)
            return reply.data
        if reply.status in (HTTPStatus.NO_CONTENT, HTTPStatus.NOT_MODIFIED):
            return Response(status=reply.status, headers=dict(reply.headers))
        data = reply.data if self.answer is None else self.answer.dump(reply.data)
        return Response(
            current_app.json.dumps(data),
            status=reply.status or self.status,
            headers=dict(reply.headers),
            mimetype="application/json",
        )


def _refuse_nul(path: Mapping[str, object]) -> None:
    """Nothing of ours has such a name."""
    for name, value in path.items():
        if NUL in str(value):
            raise NotFoundError(f"there is nothing whose {name} holds U+0000")
