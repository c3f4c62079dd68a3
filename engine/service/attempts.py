"""Wrong passwords, counted per login: after some in a row the login rests for a minute.

Kept in memory, in lease time, by each node for itself: it slows a guesser down to a handful of
tries a minute and node. It knows no database; a login that nobody has rests like any other.
"""

import threading
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from engine.domain.errors import TooManyAttemptsError

MOST = 5
RESTS_FOR = timedelta(minutes=1)
FORGOTTEN_AFTER = timedelta(minutes=15)
_MOST_KEPT = 10_000


@dataclass(slots=True)
class Attempts:
    """How often in a row each login was tried in vain, and when last."""

    _failed: dict[str, tuple[int, datetime]] = field(default_factory=dict)
    _guard: threading.Lock = field(default_factory=threading.Lock)

    def check(self, login: str, now: datetime) -> None:
        """TooManyAttemptsError while the login rests; it says for how long still."""
        with self._guard:
            count, last = self._failed.get(login, (0, now))
        rest = last + RESTS_FOR - now
        if count >= MOST and rest > timedelta():
            seconds = -(-rest // timedelta(seconds=1))
            raise TooManyAttemptsError(
                f"too many wrong passwords for this login; try again in {seconds} seconds",
                retry_after=seconds,
            )

    def fail(self, login: str, now: datetime) -> int:
        """Counts a failure; how many in a row that are."""
        with self._guard:
            count, last = self._failed.pop(login, (0, now))
            if now - last > FORGOTTEN_AFTER:
                count = 0
            if len(self._failed) >= _MOST_KEPT:
                del self._failed[next(iter(self._failed))]
            self._failed[login] = (count + 1, now)
            return count + 1

    def succeed(self, login: str) -> None:
        """The right password ends the row."""
        with self._guard:
            self._failed.pop(login, None)
