"""The only module that decorates with flask-smorest, which is untyped: a typed blueprint.

An operation states its schemas, scope and possible errors once. What runs (`api/operation.py`) and
what the OpenAPI document says both follow from that statement.
"""

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from flask_smorest import Blueprint  # type: ignore[import-untyped] # flask-smorest has no types
from marshmallow import Schema

from api.call import Reply
from api.documented import describe, more_of
from api.headers import (
    ActingForSchema,
    ConditionalReadSchema,
    ConditionalWriteSchema,
    Key,
    RepeatableWriteSchema,
    WriteSchema,
)
from api.operation import Operation
from api.reading import JSON_LIMIT
from engine.domain.errors import EngineError

Function = TypeVar("Function", bound=Callable[..., Reply])
Errors = Sequence[type[EngineError]]
SchemaType = type[Schema]

#: The headers of a write by `key`, `conditional` and `public`. What is not here does not exist.
_HEADS: dict[tuple[Key, bool, bool], SchemaType | None] = {
    ("required", False, False): WriteSchema,
    ("required", True, False): ConditionalWriteSchema,
    ("optional", False, False): RepeatableWriteSchema,
    ("none", False, False): ActingForSchema,
    ("none", False, True): None,
}
_STATUS: dict[str, dict[str, Any]] = {"headers": {"error_status_code": 400}}


class Resource(Blueprint):  # type: ignore[misc] # flask-smorest has no types
    """One resource under `/api/v1`."""

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
        key: Key = "required",
        conditional: bool = False,
        public: bool = False,
        limit: int = JSON_LIMIT,
        request_body: dict[str, Any] | None = None,
    ) -> Callable[[Function], Function]:
        """Registers a write. `request_body` documents a body that is not JSON of a schema.

        The key is `optional` where sending again does no more than once, or does so by intention,
        and `none` where the answer is a secret. `public` asks for no caller, thus for no key.
        """
        head = _HEADS[key, conditional, public]
        return self._operation(
            method, rule, answer, scope=scope, query=query, body=body, head=head, status=status,
            errors=errors, headers=headers, public=public, key=key, limit=limit,
            request_body=request_body,
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
        key: Key = "none",
        media_type: str | None = None,
        limit: int = JSON_LIMIT,
        request_body: dict[str, Any] | None = None,
    ) -> Callable[[Function], Function]:
        document = describe(
            scope=scope, public=public, errors=errors, has_body=bool(body or request_body),
            key=key, conditional=head is ConditionalWriteSchema,
            not_modified=head is ConditionalReadSchema, request_body=request_body,
        )  # fmt: skip

        operation = Operation(
            answer=_made(answer), status=status, scope=scope, public=public,
            head=_made(head), query=_made(query), body=_made(body), limit=limit,
            raw_body=request_body is not None,
        )  # fmt: skip

        def register(function: Function) -> Function:
            view: Any = operation.view(function)
            words = {**document, **more_of(function, document)}
            told = self.doc(operationId=function.__name__, **words)(
                self._documented(function, operation, headers=headers, media_type=media_type)
            )
            view._apidoc = told._apidoc  # noqa: SLF001 where flask-smorest looks for it
            self.add_url_rule(rule, function.__name__, view, methods=[method])
            return function

        return register

    def _documented(
        self,
        function: Callable[..., Reply],
        operation: Operation,
        *,
        headers: dict[str, Any] | None,
        media_type: str | None,
    ) -> Any:
        """The function with flask-smorest's decorators, which are read and never called."""
        told: Any = self.response(
            operation.status, operation.answer, headers=headers, content_type=media_type
        )(function)
        for schema, location in (
            (operation.body, "json"),
            (operation.query, "query"),
            (operation.head, "headers"),
        ):
            if schema is not None:
                told = self.arguments(schema, location=location, **_STATUS.get(location, {}))(told)
        return told


def _made(schema: SchemaType | None) -> Schema | None:
    return None if schema is None else schema()
