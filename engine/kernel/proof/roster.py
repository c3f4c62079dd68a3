"""Separation against the real roster: can this staff bring a case of this duty grid to its end.

For each duty grid, each shift, each way to open a case and each course, whoever opens it: is there
somebody for every task whom the forbidden pairs leave free. People who may do the same tasks are
alike, so one of each kind is tried and the search is small and complete.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from engine.domain.city import City
from engine.domain.people import Post
from engine.domain.separation import FurtherPair
from engine.kernel.compile.model import Definition
from engine.kernel.findings import Severity
from engine.kernel.proof.courses import Course, courses
from engine.kernel.proof.filling import Dead, find_dead
from engine.kernel.proof.finding import ProofFinding, finding_at
from engine.kernel.proof.marking import TooLargeError
from engine.kernel.proof.opening import Opening, openings
from engine.kernel.proof.soundness import unknown
from engine.kernel.proof.staffing import Place, Staff, Staffing
from engine.kernel.proof.units import Units

_MOST_NAMES = 20


@dataclass(frozen=True, slots=True)
class Shift:
    """Who is on duty together."""

    id: str
    people: frozenset[str]


@dataclass(slots=True)
class Roster:
    """The people of a city with their posts, and the shifts that they work in, if there are any."""

    city: City
    shifts: tuple[Shift, ...] = ()

    def staff(self) -> Iterator[tuple[str | None, Mapping[str, list[Post]]]]:
        """Each shift with its people; everybody together where nobody is said to work in shifts."""
        if not self.shifts:
            yield None, self.city.people
        for shift in self.shifts:
            yield shift.id, {p: v for p, v in self.city.people.items() if p in shift.people}

    def places(self) -> list[Place]:
        """The duty grids; the city as a whole where it has none."""
        grids = sorted(self.city.duty_grids.values(), key=lambda row: str(row["id"]))
        found = [
            Place(row["id"], row.get("district"), tuple(row.get("neighbours") or ()))
            for row in grids
        ]
        return found or [Place(None, None, ())]


@dataclass(slots=True)
class _Told:
    """One shortage, and every duty grid and shift that has it."""

    course: Course
    dead: Dead
    where: list[str] = field(default_factory=list)

    def prefer(self, course: Course, dead: Dead) -> None:
        """Takes the course that comes to the task sooner."""
        if len(course.until(dead.task)) < len(self.course.until(self.dead.task)):
            self.course, self.dead = course, dead


def prove_roster(
    definition: Definition, roster: Roster, pairs: tuple[FurtherPair, ...] = ()
) -> list[ProofFinding]:
    """Warnings: a roster changes from day to day, a release does not."""
    try:
        ways, routes = openings(definition), courses(definition)
    except TooLargeError as exc:
        return [unknown(definition, str(exc)).as_warning()]
    units = Units(definition, roster.city)
    told: dict[tuple[str, str, str | None], _Told] = {}
    for shift, people in roster.staff():
        staff = Staff(people)
        for place in roster.places():
            staffing = Staffing(roster.city, staff, place, pairs)
            for course, dead in _shortages(staffing, ways, routes, units):
                key = (dead.task.id, dead.why, shift)
                found = told.setdefault(key, _Told(course, dead))
                found.prefer(course, dead)
                name = _name(place, shift)
                if name not in found.where:
                    found.where.append(name)
    return [_finding(definition, found) for found in told.values()]


def _shortages(
    staffing: Staffing, ways: tuple[Opening, ...], routes: list[Course], units: Units
) -> Iterator[tuple[Course, Dead]]:
    for way in ways:
        for course in routes:
            if course.start not in ("", way.start):
                continue
            dead = find_dead(staffing, way, course.tasks, units)
            if dead is not None:
                yield course, dead


def _name(place: Place, shift: str | None) -> str:
    grid = "the city" if place.grid is None else f"duty grid {place.grid}"
    return grid if shift is None else f"{grid} in the shift {shift}"


def _listed(names: list[str]) -> str:
    more = len(names) - _MOST_NAMES
    return ", ".join(names[:_MOST_NAMES]) + (f" and {more} more" if more > 0 else "")


def _finding(definition: Definition, found: _Told) -> ProofFinding:
    dead = found.dead
    return finding_at(
        "separation/roster",
        definition,
        dead.task,
        f"{_listed(found.where)}: nobody may do {dead.task.id}: {dead.why}",
        "give somebody else a post for it there, or let a neighbouring duty grid help out",
        path=found.course.until(dead.task),
        severity=Severity.WARNING,
    )
