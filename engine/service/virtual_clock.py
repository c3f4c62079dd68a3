"""A virtual clock: case time that stands, runs at a speed, or is moved forward; never back."""

import threading
from datetime import datetime, timedelta

from engine.domain.clock import Clock
from engine.domain.errors import WrongStateError


class VirtualClock:
    """Case time of an installation that was born with it."""

    def __init__(self, start: datetime, real: Clock, speed: float = 0.0) -> None:
        """`speed` is seconds of case time per real second; 0 stands still between moves."""
        self._guard = threading.Lock()
        self._real = real
        self._anchor = real.now()
        self._at = start
        self.speed = speed

    def now(self) -> datetime:
        with self._guard:
            return self._now()

    def _now(self) -> datetime:
        if not self.speed:
            return self._at
        passed = (self._real.now() - self._anchor).total_seconds()
        return self._at + timedelta(seconds=max(passed, 0) * self.speed)

    def move_to(self, instant: datetime) -> None:
        """Moves forward; WrongStateError backwards."""
        with self._guard:
            now = self._now()
            if instant < now:
                raise WrongStateError(
                    f"the clock is at {now.isoformat()} and moves forward only", now=now
                )
            self._at, self._anchor = instant, self._real.now()
