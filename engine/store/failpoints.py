"""Named points at which a crash test pauses or kills the process; nothing at all otherwise.

`CASELOOP_FAILPOINT=name:probability[,…]` arms points (`name:probability:pause` waits instead of
dying); `CASELOOP_SEEDED_BUG` makes the store wrong on purpose, so that the harness can
show that it would notice. Both are read only when `CASELOOP_TEST_HARNESS=1` is set too.
"""

import os
import random
import signal
import threading
from collections.abc import Mapping
from typing import Literal

from engine.domain.errors import SettingsError

Point = Literal["before_apply", "after_apply_before_commit", "after_commit", "after_claim"]
Bug = Literal["timer_own_transaction", "outbox_after_commit"]

POINTS: tuple[Point, ...] = (
    "before_apply",
    "after_apply_before_commit",
    "after_commit",
    "after_claim",
)
BUGS: tuple[Bug, ...] = ("timer_own_transaction", "outbox_after_commit")
_PAUSE_SECONDS = 5.0


class Failpoints:
    """What is armed in this process."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        harness = environment.get("CASELOOP_TEST_HARNESS") == "1"
        armed = environment.get("CASELOOP_FAILPOINT", "") if harness else ""
        bug = environment.get("CASELOOP_SEEDED_BUG", "") if harness else ""
        self._armed = dict(_parse(piece) for piece in armed.split(",") if piece)
        if bug and bug not in BUGS:
            raise SettingsError(f"CASELOOP_SEEDED_BUG is one of {', '.join(BUGS)}, not {bug!r}")
        self._bug = bug
        self.active = bool(self._armed or bug)
        self._random = random.Random()  # noqa: S311 which crash comes is no secret

    def reach(self, point: Point) -> None:
        """Dies or pauses here, if this point is armed and the dice say so."""
        if not self._armed:
            return
        probability, pause = self._armed.get(point, (0.0, False))
        if self._random.random() >= probability:
            return
        if pause:
            threading.Event().wait(_PAUSE_SECONDS)
        else:
            os.kill(os.getpid(), signal.SIGKILL)

    def seeded(self, bug: Bug) -> bool:
        """Whether the store shall be wrong in this way."""
        return self._bug == bug


def _parse(piece: str) -> tuple[str, tuple[float, bool]]:
    name, _, rest = piece.partition(":")
    number, _, how = rest.partition(":")
    try:
        probability = float(number)
    except ValueError:
        probability = -1.0
    if name not in POINTS or not 0 <= probability <= 1 or how not in {"", "pause"}:
        raise SettingsError(
            f"CASELOOP_FAILPOINT needs point:probability[:pause] with a point of "
            f"{', '.join(POINTS)}, not {piece!r}"
        )
    return name, (probability, how == "pause")


failpoints = Failpoints(os.environ)
