"""What a job or a called process might throw, although nothing of it is drawn where it stands."""

from collections.abc import Iterator
from dataclasses import dataclass

from engine.kernel.compile.model import Element
from engine.kernel.proof.catching import Catch, best, caught_by
from engine.kernel.proof.marking import Raised
from engine.kernel.proof.outcome import Outcome
from engine.kernel.proof.surroundings import Surroundings


@dataclass(frozen=True, slots=True)
class Thrower:
    """`outcome` is as in `Node.raises`; `own` are the events at the activity itself."""

    outcome: Outcome
    element: str
    own: tuple[Element, ...] = ()


def might_be_thrown(around: Surroundings, body: str, thrower: Thrower) -> Iterator[Raised]:
    """What passes the activity's own boundary: what is drawn further in, and all waited for."""
    for raised in thrower.outcome.raised(thrower.element):
        if best(thrower.own, raised) is None:
            yield raised
    mine = frozenset[Catch]().union(*map(caught_by, thrower.own))
    for kind, code in sorted(around.catches(body) - mine, key=str):
        if kind in thrower.outcome.free and (kind, None) not in mine:
            yield Raised(kind, code, thrower.element, drawn=False)
