"""Canonical JSON, the fast way: the same bytes as `engine.domain.evidence.canonical`.

For values that are plain already (no floats, text keys, integers within 2^53), which is what
decisions are made of; a property test compares the two byte by byte.
"""

from typing import Any

import orjson

from engine.domain.errors import UnencodableValueError


def canonical_plain(value: Any) -> bytes:
    """The canonical bytes of a value that is plain JSON."""
    try:
        return orjson.dumps(value, option=orjson.OPT_SORT_KEYS | orjson.OPT_STRICT_INTEGER)
    except TypeError as exc:
        raise UnencodableValueError(str(exc)) from exc
