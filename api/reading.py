"""Reading of queries, headers and bodies: strict, and every mistake with its place.

Unknown fields are refused, also in the query, where a doubled name is refused as well.
"""

from collections.abc import Iterator, Mapping
from typing import Any, NoReturn

from flask import request
from marshmallow import Schema, ValidationError

from api.errors import api_problem
from api.json_provider import escape, read_json

#: No text of ours holds it, and PostgreSQL takes none that does.
NUL = "\x00"
#: The longest JSON body; what is longer is a file.
JSON_LIMIT = 1024 * 1024
Messages = Mapping[str, Any] | list[Any]


class HeaderReader:
    """Reads the headers that a schema names; others are not ours to judge."""

    def __init__(self, schema: Schema) -> None:
        self._schema = schema
        fields = {field.data_key or name: field for name, field in schema.fields.items()}
        self._names = tuple(fields)
        self._needed = frozenset(name for name, field in fields.items() if field.required)

    def read(self) -> dict[str, Any]:
        sent = request.headers
        given = {name: value for name in self._names if (value := sent.get(name)) is not None}
        try:
            return dict(self._schema.load(given))
        except ValidationError as exc:
            _refuse_headers(exc, self._needed)


def read_query(schema: Schema) -> dict[str, Any]:
    """The query's parameters, each at most once."""
    empty = [name for name, value in request.args.items(multi=True) if NUL in name + value]
    if empty:
        _refuse("parameter", ValidationError({escape(n): ["holds U+0000"] for n in empty}))
    doubled = [name for name, values in request.args.lists() if len(values) > 1]
    if doubled:
        _refuse("parameter", ValidationError({n: ["stands twice in the query"] for n in doubled}))
    try:
        return dict(schema.load(request.args.to_dict()))
    except ValidationError as exc:
        _refuse("parameter", exc)


def read_body(schema: Schema) -> dict[str, Any]:
    """The body; an empty one counts as an object without members."""
    data = request.get_data(cache=True)
    if data and not request.is_json:
        detail = f"Send application/json, not {request.mimetype or 'a body without a type'}."
        raise api_problem("unsupported-media-type", detail)
    try:
        return dict(schema.load(read_json(data) if data else {}))
    except ValidationError as exc:
        _refuse("pointer", exc)


def _refuse(place: str, error: ValidationError) -> NoReturn:
    errors = list(_places(place, error.messages_dict))
    first = errors[0]
    detail = f"{first[place]}: {first['message']}"
    raise api_problem("validation-failed", detail, errors=errors) from error


def _refuse_headers(error: ValidationError, needed: frozenset[str]) -> NoReturn:
    messages = error.messages_dict
    errors = list(_places("header", messages))
    detail = f"{errors[0]['header']}: {errors[0]['message']}"
    is_key = "Idempotency-Key" in needed & messages.keys()
    code = "idempotency-key-required" if is_key else "malformed-request"
    raise api_problem(code, detail, errors=errors) from error


def _places(kind: str, messages: Messages) -> Iterator[dict[str, str]]:
    for path, message in _flat(messages, ()):
        if kind == "pointer":
            pointer = "".join(f"/{escape(part)}" for part in path) or "/"
            yield {"pointer": pointer, "message": message}
        else:
            yield {kind: ".".join(path), "message": message}


def _flat(messages: Any, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], str]]:
    if isinstance(messages, Mapping):
        for name, below in messages.items():
            yield from _flat(below, path if name == "_schema" else (*path, str(name)))
    elif isinstance(messages, list):
        for item in messages:
            yield from _flat(item, path)
    else:
        yield path, str(messages)
