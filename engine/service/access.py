"""Who stands behind a token, remembered for a few seconds so that a request costs no query.

What is revoked here is forgotten here at once; on other nodes it lasts until it is asked anew.
"""

import threading
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import NamedTuple

REMEMBERED_FOR = timedelta(seconds=5)
_MOST_KEPT = 10_000


class Known(NamedTuple):
    """A key or a session that was found good. `unit` and `scopes` are the key's own."""

    via: str
    person: str | None
    unit: str | None
    scopes: frozenset[str]
    expires_at: datetime | None


@dataclass(slots=True)
class Remembered:
    """Findings by (token, whom it acts for), each with the instant of lease time it is good to."""

    _found: dict[tuple[str, str | None], tuple[datetime, Known]] = field(default_factory=dict)
    _generation: int = 0
    _guard: threading.Lock = field(default_factory=threading.Lock)

    def find(self, token: str, acting_for: str | None, now: datetime) -> Known | None:
        """A finding that is still good."""
        with self._guard:
            until, known = self._found.get((token, acting_for), (now, None))
            return known if until > now else None

    def generation(self) -> int:
        """What to hand to `keep`, taken before the question is asked."""
        return self._generation

    def keep(
        self, token: str, acting_for: str | None, known: Known, now: datetime, generation: int
    ) -> None:
        """Remembers, unless something was forgotten since the question was asked."""
        with self._guard:
            if generation != self._generation:
                return
            if len(self._found) >= _MOST_KEPT:
                self._found.clear()
            until = now + REMEMBERED_FOR
            if known.expires_at is not None:
                until = min(until, known.expires_at)
            self._found[token, acting_for] = (until, known)

    def forget(self) -> None:
        """Everybody is asked anew: a key, a login, a post or a unit has changed."""
        with self._guard:
            self._generation += 1
            self._found.clear()
