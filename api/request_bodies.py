"""The body of a request as it comes over the network: whole, in time, or a problem.

Bodies are read by the event loop, so a sender that stalls holds a connection and nothing else. It
must not know the application.
"""

import asyncio
import json
from collections import deque
from io import BytesIO
from typing import Any

from api.errors import api_problem
from api.problem import MEDIA_TYPE, ApiProblem, content_of
from api.reading import JSON_LIMIT
from api.uploads import RELEASE_LIMIT

#: So long a sender may pause, and so fast he sends in the long run.
STALL_SECONDS = 10.0
_LEAST_BYTES_PER_SECOND = 50_000
#: The bytes of all long bodies that are in memory at once, and how long one waits for his part.
ROOM = 8 * RELEASE_LIMIT
PATIENCE_SECONDS = 30.0


def announced(length: str | None) -> int:
    """The bytes to wait for; none when the body is too long for every address.

    Such a body stays unread and gets the framework's 413; one without a length gets our 411.
    """
    count = int(length) if length and length.isascii() and length.isdecimal() else 0
    return count if count <= RELEASE_LIMIT else 0


def is_long(length: int) -> bool:
    """Longer than JSON may be: such bodies are few, and many at once would fill the memory."""
    return length > JSON_LIMIT


class Bodies:
    """Takes bodies in an event loop; long ones in turn, as there is room for them.

    Whoever waits for his turn is not read: TCP holds him back.
    """

    def __init__(self, *, stall: float, room: int, patience: float) -> None:
        self._stall, self._free, self._patience = stall, room, patience
        self._queue: deque[tuple[int, asyncio.Future[None]]] = deque()

    async def take(self, protocol: Any, length: int) -> BytesIO:
        """The whole body. When it was a long one, `forget` it as soon as it is answered."""
        if not is_long(length):
            return await _read(protocol, length, self._stall)
        turn = asyncio.get_running_loop().create_future()
        self._queue.append((length, turn))
        try:
            await self._wait_for(turn)
            return await _read(protocol, length, self._stall)
        except BaseException:
            if turn.cancel():  # it was still waiting and had no room yet
                self._let_in()  # whoever stood behind may need less
            else:
                self.forget(length)
            raise

    def forget(self, length: int) -> None:
        """In the loop: a long body of this length is no longer in memory."""
        self._free += length
        self._let_in()

    async def _wait_for(self, turn: asyncio.Future[None]) -> None:
        self._let_in()
        if not turn.done():
            await asyncio.wait([turn], timeout=self._patience)
        if not turn.done():
            detail = "Too many long bodies come at once; this one was not read."
            raise api_problem("server-busy", detail, headers={"Retry-After": "5"})

    def _let_in(self) -> None:
        while self._queue:
            length, turn = self._queue[0]
            if not turn.done():
                if length > self._free:
                    return
                self._free -= length
                turn.set_result(None)
            self._queue.popleft()


async def _read(protocol: Any, length: int, stall: float) -> BytesIO:
    """All the bytes; a problem when the sender breaks off, pauses too long or is too slow."""
    now = asyncio.get_running_loop().time
    last = now() + stall + length / _LEAST_BYTES_PER_SECOND
    content, count = BytesIO(), 0
    try:
        async with asyncio.timeout_at(now() + stall) as patience:
            async for chunk in protocol:
                count += content.write(chunk)
                if count >= length or not chunk:
                    break  # an empty chunk is the end
                patience.reschedule(min(now() + stall, last))
    except TimeoutError as exc:
        detail = f"Of {length} bytes that were announced {count} came in time."
        raise api_problem("request-timeout", detail) from exc
    except RuntimeError:
        pass  # granian's word for a sender who went away
    if count < length:
        detail = f"Of {length} bytes that were announced {count} came."
        raise api_problem("malformed-request", detail)
    content.seek(0)
    return content


def problem_answer(problem: ApiProblem, path: str) -> tuple[int, list[tuple[str, str]], bytes]:
    """The problem as an answer that closes the connection: what else would come cannot be read."""
    headers = [
        ("Content-Type", MEDIA_TYPE),
        ("Cache-Control", "no-store"),
        ("X-Content-Type-Options", "nosniff"),
        ("Connection", "close"),
        *problem.headers.items(),
    ]
    return problem.status, headers, json.dumps(content_of(problem, path)).encode()
