"""Event sub-processes of a scope: which of them catches what is thrown, which has taken over."""

from collections.abc import Iterable

from engine.kernel.proof.catching import best
from engine.kernel.proof.marking import Marking, Raised
from engine.kernel.proof.net import EventSub, Net


def best_sub(subs: Iterable[EventSub], raised: Raised) -> EventSub | None:
    """The event sub-process that catches it."""
    by_start = {s.start.id: s for s in subs if s.id != raised.left}
    found = best((s.start for s in by_start.values()), raised)
    return None if found is None else by_start[found.id]


def is_taken_over(net: Net, marking: Marking) -> bool:
    """Whether an interrupting event sub-process has ended everything else in this scope."""
    places = {f"@{s.id}" for s in net.event_subs if s.interrupting}
    return any(t[0] in places for t in marking)
