"""The body of a request as it comes over the network: whole, in time, or a problem.

Bodies are read by the event loop, so a sender that stalls holds a connection and nothing else. It
must not know the application.
"""

import asyncio
import json
from http import HTTPStatus
from typing import Any

from api.errors import API_PROBLEMS
from api.problem import MEDIA_TYPE, TYPE_PREFIX
from api.uploads import RELEASE_LIMIT

#: So long a sender may pause, and so fast he sends in the long run.
STALL_SECONDS = 10.0
_LEAST_BYTES_PER_SECOND = 50_000


class BodyError(Exception):
    """The body did not come whole; `code` is the problem's."""

    def __init__(self, code: str, detail: str) -> None:
        self.code, self.detail = code, detail
        super().__init__(detail)


def announced(length: str | None) -> int:
    """The bytes to wait for; none when the body is too long for every address.

    Such a body stays unread and gets the framework's 413; one without a length gets our 411.
    """
    count = int(length) if length and length.isascii() and length.isdecimal() else 0
    return count if count <= RELEASE_LIMIT else 0


async def read_whole(protocol: Any, length: int, stall: float) -> bytes:
    """All the bytes; BodyError when the sender breaks off, pauses too long or is too slow."""
    now = asyncio.get_running_loop().time
    last = now() + stall + length / _LEAST_BYTES_PER_SECOND
    content = bytearray()
    try:
        async with asyncio.timeout_at(now() + stall) as patience:
            async for chunk in protocol:
                content += chunk
                if len(content) >= length or not chunk:
                    break  # an empty chunk is the end
                patience.reschedule(min(now() + stall, last))
    except TimeoutError as exc:
        detail = f"Of {length} bytes that were announced {len(content)} came in time."
        raise BodyError("request-timeout", detail) from exc
    except RuntimeError:
        pass  # granian's word for a sender who went away
    if len(content) < length:
        detail = f"Of {length} bytes that were announced {len(content)} came."
        raise BodyError("malformed-request", detail)
    return bytes(content)


def told(code: str, detail: str, path: str) -> tuple[int, list[tuple[str, str]], bytes]:
    """The problem as an answer that closes the connection: what else would come cannot be read."""
    status, title = API_PROBLEMS[code]
    body = {
        "type": TYPE_PREFIX + code,
        "title": title,
        "status": status,
        "detail": detail,
        "instance": path,
        "code": code,
    }
    headers = [
        ("Content-Type", MEDIA_TYPE),
        ("Cache-Control", "no-store"),
        ("X-Content-Type-Options", "nosniff"),
        ("Connection", "close"),
    ]
    return HTTPStatus(status).value, headers, json.dumps(body).encode()
