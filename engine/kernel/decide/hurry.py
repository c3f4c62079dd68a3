"""Timers that never rest: a loop whose timer is due as soon as it is set would fire for ever.

Counted are firings in a row that each set a further timer which is due at once. A cycle that
catches up after an outage is none of them: it sets no further timer, and its rounds lie apart.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from engine.domain.case import Place
from engine.domain.errors import LoopGuardError
from engine.kernel.compile.model import Element
from engine.kernel.decide.working import Working

MOST_HURRIED = 1_000


@contextmanager
def no_hurry(w: Working, timer: Element) -> Iterator[None]:
    """Around one firing; LoopGuardError when it is one too many that lets no time pass."""
    before = _due(w)
    yield
    w.state.hurried = w.state.hurried + 1 if _due(w) - before else 0
    if w.state.hurried > MOST_HURRIED:
        raise LoopGuardError(
            f"{timer.id}: more than {MOST_HURRIED} timers in a row were due as soon as they were "
            "set; no time passes in this loop",
            element=timer.id,
        )


def _due(w: Working) -> set[Place]:
    return {
        (n, wait.token)
        for n, wait in w.places()
        if wait.kind == "timer" and wait.due is not None and wait.due <= w.at
    }
