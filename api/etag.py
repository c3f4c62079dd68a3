"""Versions of a case in HTTP: the ETag is the sequence number of its last entry.

`If-Match` makes a write conditional (412), `If-None-Match` a read (304).
"""

import re

from flask import request

from api.errors import api_problem

_STRONG = re.compile(r'"(0|[1-9][0-9]{0,15})"')


def etag_of(seq: int) -> str:
    """The entity tag of a case after its entry `seq`."""
    return f'"{seq}"'


def read_if_match(value: str | None) -> int | None:
    """The version that the caller expects; None when he takes any."""
    if value is None or value.strip() == "*":
        return None
    found = _STRONG.fullmatch(value.strip())
    if found is None:
        detail = f"If-Match takes one strong entity tag of a case, such as {etag_of(17)}, or *."
        raise api_problem("malformed-request", detail, header="If-Match")
    return int(found.group(1))


def is_fresh(seq: int) -> bool:
    """Whether the caller already has this version (If-None-Match)."""
    wanted = request.if_none_match
    return bool(wanted) and wanted.contains_weak(str(seq))
