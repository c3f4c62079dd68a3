"""What a job or a called process might throw, although nothing of it is drawn where it stands."""

from collections.abc import Iterator
from dataclasses import dataclass

from engine.kernel.compile.model import Element
from engine.kernel.proof import net as n
from engine.kernel.proof.catching import Catch, best, caught_by
from engine.kernel.proof.marking import Raised
from engine.kernel.proof.outcome import THROWN_BY_CALLS
from engine.kernel.proof.surroundings import Surroundings


@dataclass(frozen=True, slots=True)
class Thrower:
    """`what` is as in `Node.raises`; `own` are the events at the activity itself."""

    what: str
    element: str
    own: tuple[Element, ...] = ()


def might_be_thrown(around: Surroundings, body: str, thrower: Thrower) -> Iterator[Raised]:
    """What passes the activity's own boundary: a job may answer with any error that is waited for.

    Of a called process it is known what leaves it; of one that is not at hand, nothing is.
    """
    known = thrower.what not in (n.JOB, n.CALL)
    outcome = around.outcomes.get(thrower.what.removeprefix(f"{n.CALL} ")) if known else None
    kinds: tuple[str, ...] = THROWN_BY_CALLS if thrower.what == n.CALL else ("error",)
    if outcome is not None:
        for raised in outcome.raised(thrower.element):
            if best(thrower.own, raised) is None:
                yield raised
        kinds = tuple(sorted(outcome.free))
    mine = frozenset[Catch]().union(*map(caught_by, thrower.own))
    for kind, code in sorted(around.catches(body) - mine, key=str):
        if kind in kinds and (kind, None) not in mine:
            yield Raised(kind, code, thrower.what, drawn=False)
