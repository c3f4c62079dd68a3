"""One course against one staff: is there somebody for every task, in order, whoever opens the case.

People whose posts are alike may do the same tasks, so one of each kind who has not acted yet is
tried, and the search is small and complete.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from engine.domain.people import Axis
from engine.domain.separation import PersonAct
from engine.kernel.compile.model import Element
from engine.kernel.proof.opening import Opening
from engine.kernel.proof.staffing import Staffing, Wanted, role_of
from engine.kernel.proof.units import Units

_MOST_NAMES = 3


@dataclass(frozen=True, slots=True)
class Dead:
    """A task that nobody may do, and why."""

    task: Element
    why: str


def find_dead(
    staffing: Staffing, way: Opening, tasks: tuple[Element, ...], units: Units
) -> Dead | None:
    """A task for which nobody is left, whoever has opened the case; None when all are filled.

    Any choice of units will do: the dispatcher takes one that can do it.
    """

    def is_staffed(task: Element, unit: str) -> bool:
        return bool(staffing.fitting(Wanted(role_of(task), task.asked_axis, unit)))

    first: Dead | None = None
    for chosen in units.choices(tasks, is_staffed):
        search = _Search(staffing, tasks, chosen)
        dead = next(filter(None, map(search.run, staffing.openers(way))), None)
        if dead is None:
            return None
        first = first or dead
    return first


class _Search:
    """Fills the tasks of one course in their order, and goes back where nobody is left."""

    def __init__(
        self, staffing: Staffing, tasks: tuple[Element, ...], units: Mapping[str, str | None]
    ) -> None:
        self.staffing, self.tasks = staffing, tasks
        self.units = [Units.chosen(task, units) for task in tasks]
        self._deepest = -1
        self._dead: Dead | None = None

    def run(self, opened: tuple[PersonAct, ...]) -> Dead | None:
        """The deepest task that could not be filled; None when all could."""
        self._deepest, self._dead = -1, None
        return None if self._fill(0, list(opened)) else self._dead

    def _fill(self, at: int, acts: list[PersonAct]) -> bool:
        if at == len(self.tasks):
            return True
        task = self.tasks[at]
        for person in self._candidates(at, acts):
            act = task.fixed_act
            done = [] if act is None else [PersonAct(person, act, task.id)]
            if self._fill(at + 1, acts + done):
                return True
        return False

    def _candidates(self, at: int, acts: list[PersonAct]) -> list[str]:
        """Everybody who has acted already, and one of each kind who has not."""
        task = self.tasks[at]
        wanted = self._wanted(at, acts)
        acted = {act.person for act in acts}
        found: list[str] = []
        for people in self.staffing.fitting(wanted[-1]).values():
            fresh = next((person for person in people if person not in acted), None)
            known = [person for person in people if person in acted] if acted else []
            tried = ([] if fresh is None else [fresh]) + known
            found += [p for p in tried if self.staffing.refusal(task, p, acts) is None]
        if not found and at > self._deepest:
            self._deepest, self._dead = at, Dead(task, self._why(task, wanted, acts))
        # who has not acted yet is the freer one for what follows
        return sorted(found, key=lambda person: person in acted)

    def _wanted(self, at: int, acts: list[PersonAct]) -> list[Wanted]:
        task = self.tasks[at]
        if task.duty_grid is not None:
            return self.staffing.on_duty(task, acts)
        return [Wanted(role_of(task), task.asked_axis, self.units[at])]

    def _why(self, task: Element, wanted: list[Wanted], acts: list[PersonAct]) -> str:
        known = [p for w in wanted for kind in self.staffing.fitting(w).values() for p in kind]
        refused = [
            r for r in (self.staffing.refusal(task, p, acts) for p in dict.fromkeys(known)) if r
        ]
        if not refused:
            return f"no post of {_named(wanted)} is held by anybody here"
        more = len(refused) - _MOST_NAMES
        said = "; ".join(refused[:_MOST_NAMES]) + (f"; and {more} more" if more > 0 else "")
        missing = [w for w in wanted if not self.staffing.fitting(w)]
        return said + (f"; no post of {_named(missing)} is held by anybody here" if missing else "")


def _named(wanted: Sequence[Wanted]) -> str:
    return ", ".join(
        " ".join(
            part
            for part in (
                wish.role or "any role",
                f"({wish.axis})" if wish.axis not in (None, Axis.NONE) else "",
                f"in the unit {wish.unit}" if wish.unit else "",
                f"in the duty grid {wish.grid}" if wish.grid else "",
            )
            if part
        )
        for wish in wanted
    )
