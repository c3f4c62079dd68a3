"""The only module that decorates with flask-smorest, which is untyped: a typed blueprint.

An operation states its schemas, scope and possible errors once; authentication, strict reading,
idempotency, versions and the OpenAPI document all follow from that statement.
"""

from collections.abc import Callable, Sequence
from functools import wraps
from http import HTTPStatus
from typing import Any, TypeVar

from flask import Response, request
from flask_smorest import Blueprint  # type: ignore[import-untyped] # flask-smorest has no types
from marshmallow import Schema

from api.auth import access, authenticate, require
from api.call import Call, Reply
from api.documented import describe
from api.etag import read_if_match
from api.headers import ActingForSchema, ConditionalReadSchema, ConditionalWriteSchema, WriteSchema
from api.reading import StrictParser
from engine.domain.errors import EngineError
from engine.domain.people import Actor

Function = TypeVar("Function", bound=Callable[..., Reply])
Errors = Sequence[type[EngineError]]
SchemaType = type[Schema]

NOBODY = Actor(via="anonymous")
JSON_LIMIT = 1024 * 1024


class Resource(Blueprint):  # type: ignore[misc] # flask-smorest has no types
    """One resource under `/api/v1`."""

    ARGUMENTS_PARSER = StrictParser()

    def __init__(self, name: str, description: str) -> None:
        super().__init__(name, __name__, url_prefix="/api/v1", description=description)

    def reads(
        self,
        rule: str,
        answer: SchemaType | None,
        *,
        scope: str | None = None,
        query: SchemaType | None = None,
        errors: Errors = (),
        headers: dict[str, Any] | None = None,
        public: bool = False,
        versioned: bool = False,
        media_type: str | None = None,
    ) -> Callable[[Function], Function]:
        """Registers a GET. `public` asks for no key, `versioned` answers If-None-Match."""
        head = None if public else (ConditionalReadSchema if versioned else ActingForSchema)
        return self._operation(
            "GET", rule, answer, scope=scope, query=query, body=None, head=head, status=200,
            errors=errors, headers=headers, public=public, media_type=media_type,
        )  # fmt: skip

    def writes(
        self,
        rule: str,
        answer: SchemaType | None,
        *,
        method: str = "POST",
        scope: str | None = None,
        body: SchemaType | None = None,
        query: SchemaType | None = None,
        status: int = 200,
        errors: Errors = (),
        headers: dict[str, Any] | None = None,
        conditional: bool = False,
        public: bool = False,
        limit: int = JSON_LIMIT,
        request_body: dict[str, Any] | None = None,
    ) -> Callable[[Function], Function]:
        """Registers a write. `request_body` documents a body that is not JSON of a schema."""
        head = None if public else (ConditionalWriteSchema if conditional else WriteSchema)
        return self._operation(
            method, rule, answer, scope=scope, query=query, body=body, head=head, status=status,
            errors=errors, headers=headers, public=public, limit=limit, request_body=request_body,
        )  # fmt: skip

    def _operation(
        self,
        method: str,
        rule: str,
        answer: SchemaType | None,
        *,
        scope: str | None,
        query: SchemaType | None,
        body: SchemaType | None,
        head: SchemaType | None,
        status: int,
        errors: Errors,
        headers: dict[str, Any] | None,
        public: bool,
        media_type: str | None = None,
        limit: int = JSON_LIMIT,
        request_body: dict[str, Any] | None = None,
    ) -> Callable[[Function], Function]:
        document = describe(
            scope=scope, public=public, errors=errors, has_body=bool(body or request_body),
            conditional=head is ConditionalWriteSchema, not_modified=head is ConditionalReadSchema,
            request_body=request_body,
        )  # fmt: skip

        def register(function: Function) -> Function:
            # Schemas as instances: a class would be built anew for every request (a third of it).
            view: Any = _inner(function, has_query=query is not None, has_body=body is not None)
            view = self.response(status, answer, headers=headers, content_type=media_type)(view)
            if body is not None:
                view = self.arguments(body(), location="json")(view)
            if query is not None:
                view = self.arguments(query(), location="query")(view)
            if head is not None:
                view = self.arguments(head(), location="headers", error_status_code=400)(view)
            else:
                view = _without_headers(view)
            view = _gate(view, scope=scope, public=public, limit=limit)
            view = self.doc(operationId=function.__name__, **document)(view)
            self.add_url_rule(rule, function.__name__, view, methods=[method])
            return function

        return register


def _inner(function: Callable[..., Reply], *, has_query: bool, has_body: bool) -> Any:
    """Collects what was read into a Call. Order of the arguments: headers, query, body."""

    @wraps(function)
    def view(head: dict[str, Any], *read: Any, actor: Actor, **path: Any) -> Any:
        rest = list(read)
        call = Call(
            inst=access().installation,
            actor=actor,
            query=rest.pop(0) if has_query else {},
            body=rest.pop(0) if has_body else {},
            idempotency_key=head.get("idempotency_key"),
            if_match=read_if_match(head.get("if_match")),
        )
        reply = function(call, **path)
        return _rendered(reply)

    return view


def _rendered(reply: Reply) -> Any:
    if isinstance(reply.data, Response):
        reply.data.headers.extend(reply.headers)
        return reply.data
    if reply.status in (HTTPStatus.NO_CONTENT, HTTPStatus.NOT_MODIFIED):
        return Response(status=reply.status, headers=dict(reply.headers))
    return reply.data, reply.status, dict(reply.headers)


def _without_headers(view: Callable[..., Any]) -> Any:
    @wraps(view)
    def with_nothing_read(*args: Any, **kwargs: Any) -> Any:
        return view({}, *args, **kwargs)

    return with_nothing_read


def _gate(view: Callable[..., Any], *, scope: str | None, public: bool, limit: int) -> Any:
    """Asks who it is before anything of the request is read."""

    @wraps(view)
    def gate(*args: Any, **path: Any) -> Any:
        request.max_content_length = limit
        actor = NOBODY if public else authenticate()
        require(actor, scope if not public else None)
        return view(*args, actor=actor, **path)

    return gate
