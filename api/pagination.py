"""Pages by keyset cursor: opaque to the caller, next page also as a Link header.

A cursor says where the last page ended, so rows that appear or go in between neither shift nor
double anything. A limit above the cap is refused rather than lowered silently.
"""

import base64
import binascii
import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

import orjson
from flask import request

from api.errors import api_problem

DEFAULT_LIMIT = 50
LARGEST_LIMIT = 500


def encode_cursor(cursor: Any) -> str | None:
    """The opaque text of a service's cursor."""
    if cursor is None:
        return None
    return base64.urlsafe_b64encode(orjson.dumps(cursor)).decode().rstrip("=")


def decode_cursor(text: str | None) -> Any:
    """The service's cursor; a text that we did not give out is refused."""
    if text is None:
        return None
    try:
        padded = text + "=" * (-len(text) % 4)
        return _sound(json.loads(base64.b64decode(padded, altchars=b"-_", validate=True)))
    except (binascii.Error, ValueError, RecursionError) as exc:
        detail = "This cursor was not given out by this list; begin without one."
        errors = [{"parameter": "cursor", "message": "is not a cursor of this list"}]
        raise api_problem("validation-failed", detail, errors=errors) from exc


def _sound(cursor: Any) -> Any:
    """ValueError for texts that no database takes: U+0000, lone surrogates."""
    text = json.dumps(cursor, ensure_ascii=False)
    text.encode()
    if "\\u0000" in text:
        raise ValueError(text)
    return cursor


def link_header(query: Mapping[str, Any], **changed: Any) -> dict[str, str]:
    """`Link: <…>; rel="next"`; no header when there is no next page."""
    if all(value is None for value in changed.values()):
        return {}
    kept = {name: request.args[name] for name in query if name in request.args}
    target = f"{request.path}?{urlencode({**kept, **changed})}"
    return {"Link": f'<{target}>; rel="next"'}
