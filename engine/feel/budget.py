"""How much one evaluation may use, and the state it carries: steps left, the instant, warnings.

No expression may hang or fill the memory; nothing here knows what is being evaluated.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import NoReturn

from engine.feel.errors import FeelBudgetError

Place = tuple[int, int]  # line, column
NOWHERE: Place = (1, 1)

#: Longest text that is compiled at all; longer conditions belong in a decision table.
MAX_SOURCE = 50_000
#: Deepest nesting of brackets in a text.
MAX_NESTING = 100


@dataclass(frozen=True, slots=True)
class Budget:
    """Limits of one evaluation."""

    #: Rounds of loops and filters, calls, and elements that built-ins look at.
    steps: int = 500_000
    #: Function calls inside each other.
    depth: int = 60
    #: Characters of a text that an operation builds.
    text: int = 200_000
    #: Elements of a list that an operation builds.
    items: int = 100_000


@dataclass(frozen=True, slots=True)
class Warning_:  # noqa: N801 - `Warning` is Python's own; the underscore is the public name
    """Why a result is null, and where in the text."""

    message: str
    line: int
    column: int


DEFAULT_BUDGET = Budget()


class Run:
    """One evaluation: mutable, never shared between threads."""

    __slots__ = ("budget", "depth", "left", "now", "warnings")

    def __init__(
        self,
        budget: Budget = DEFAULT_BUDGET,
        now: datetime | None = None,
        warnings: list[Warning_] | None = None,
    ) -> None:
        self.budget = budget
        self.left = budget.steps
        self.depth = 0
        self.now = now
        self.warnings = warnings

    def step(self, count: int = 1) -> None:
        self.left -= count
        if self.left < 0:
            self._refuse(f"the expression needs more than {self.budget.steps} steps")

    def enter(self) -> None:
        self.step()
        self.depth += 1
        if self.depth > self.budget.depth:
            self._refuse(f"functions call each other more than {self.budget.depth} deep")

    def leave(self) -> None:
        self.depth -= 1

    def check_text(self, length: int) -> None:
        if length > self.budget.text:
            self._refuse(f"the expression builds a text of more than {self.budget.text} characters")

    def check_items(self, count: int) -> None:
        if count > self.budget.items:
            self._refuse(f"the expression builds a list of more than {self.budget.items} elements")

    def note(self, place: Place, message: str) -> None:
        """Records why something became null."""
        if self.warnings is not None:
            self.warnings.append(Warning_(message, *place))

    def _refuse(self, what: str) -> NoReturn:
        raise FeelBudgetError(what)
