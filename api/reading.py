"""Reading of queries, headers and bodies: strict, and every mistake with its place.

One parser for all operations; unknown fields are refused, also in the query.
"""

from collections.abc import Iterator, Mapping
from typing import Any, NoReturn

from flask import Request
from marshmallow import RAISE, ValidationError
from webargs.core import missing
from webargs.flaskparser import FlaskParser

from api.errors import api_problem
from api.json_provider import escape, read_json


class StrictParser(FlaskParser):
    """webargs with our JSON, our refusals, and nothing ignored."""

    DEFAULT_UNKNOWN_BY_LOCATION = {  # noqa: RUF012 the library's own way to say it
        **FlaskParser.DEFAULT_UNKNOWN_BY_LOCATION,
        "query": RAISE,
    }

    def load_json(self, req: Request, *_: Any) -> Any:
        """The body; an empty one counts as an object without members."""
        data = req.get_data(cache=True)
        if not data:
            return missing
        if not req.is_json:
            detail = f"Send application/json, not {req.mimetype or 'a body without a type'}."
            raise api_problem("unsupported-media-type", detail)
        return read_json(data)

    def handle_error(self, error: ValidationError, *_: Any, **__: Any) -> NoReturn:
        """Turns marshmallow's messages into a list of places."""
        [(location, messages)] = dict(error.messages_dict).items()
        errors = list(_places(location, messages))
        first = errors[0]
        place = first.get("pointer") or first.get("header") or first.get("parameter")
        detail = f"{place}: {first['message']}"
        if "Idempotency-Key" in messages and location == "headers":
            raise api_problem("idempotency-key-required", detail, errors=errors) from error
        code = "validation-failed" if location != "headers" else "malformed-request"
        raise api_problem(code, detail, errors=errors) from error


def _places(location: str, messages: Any) -> Iterator[dict[str, str]]:
    for path, message in _flat(messages, ()):
        if location == "json":
            yield {
                "pointer": "".join(f"/{escape(part)}" for part in path) or "/",
                "message": message,
            }
        else:
            kind = "header" if location == "headers" else "parameter"
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
