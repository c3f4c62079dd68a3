"""What a job or a called process can come to where it stands: its end, errors, escalations."""

from collections.abc import Mapping
from dataclasses import dataclass

from engine.kernel.compile.model import Element
from engine.kernel.proof.catching import Catch, best
from engine.kernel.proof.marking import Raised

THROWN_BY_CALLS = frozenset({"error", "escalation"})


@dataclass(frozen=True, slots=True)
class Outcome:
    """`throws` are kinds and codes that are drawn; of the kinds in `free` any code may come.

    `process` is the process that is called, where something is known of it.
    """

    process: str | None = None
    completes: bool = False
    throws: frozenset[Catch] = frozenset()
    free: frozenset[str] = frozenset()

    def raised(self, element: str) -> tuple[Raised, ...]:
        """What the call may throw that is drawn in what it calls."""
        thrown = sorted(self.throws, key=lambda t: (t[0], t[1] or ""))
        return tuple(Raised(k, code, element, drawn=k == "error") for k, code in thrown)

    def may_come(self, event: Element, events: tuple[Element, ...]) -> bool:
        """Whether the event, one of those at the call, catches something that can leave it."""
        if any(e.event in self.free for e in event.events):
            return True
        return any(best(events, raised) is event for raised in self.raised(""))


#: A worker may answer with any error; a process of which nothing is known does what it likes.
OF_A_JOB = Outcome(completes=True, free=frozenset({"error"}))
OF_AN_UNKNOWN_CALL = Outcome(completes=True, free=THROWN_BY_CALLS)

#: By process; of one that is not in it nothing is known, and it may do what it likes.
Outcomes = Mapping[str, Outcome]
