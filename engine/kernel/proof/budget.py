"""How much of a token game is looked at: bounds in states and in work, never in time."""

from dataclasses import dataclass

from engine.kernel.compile.model import Definition
from engine.kernel.proof.marking import TooLargeError

STATES = 50_000
#: Markings read or written; a marking of many tokens counts as much as many of few.
WORK_FOR_EACH_STATE = 100
DEEPEST = 60


@dataclass(slots=True)
class Budget:
    """How much is left to be looked at."""

    states: int = STATES
    work: int = STATES * WORK_FOR_EACH_STATE

    def spend_work(self, amount: int) -> None:
        self.work -= amount
        if self.work < 0:
            raise TooLargeError("the diagram has more markings than are looked at")

    def spend_state(self) -> None:
        self.states -= 1
        if self.states < 0:
            raise TooLargeError("the diagram has more states than are looked at")


def budget_of(states: int) -> Budget:
    """A budget of so many states, and of work in proportion."""
    return Budget(states, states * WORK_FOR_EACH_STATE)


def check_depth(definition: Definition) -> None:
    """TooLargeError when sub-processes are nested deeper than is looked into."""
    for body in definition.bodies:
        depth, at = 0, definition.elements.get(body)
        while at is not None:
            depth, at = depth + 1, definition.elements.get(at.scope)
            if depth > DEEPEST:
                raise TooLargeError(f"sub-processes are nested more than {DEEPEST} deep")
