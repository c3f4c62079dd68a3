"""The staff of one duty grid and shift: who may open a case there, and for whom a task opens.

Answers as the runtime would (`engine.kernel.decide.authorise`, `assignment`): post, axis, role,
district, unit, duty grid with its neighbours, then the excluding pairs.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from engine.domain.city import City
from engine.domain.people import FALLBACK_ROLE, Axis, Post
from engine.domain.separation import FurtherPair, PersonAct
from engine.kernel.compile.model import Element
from engine.kernel.proof.opening import Opening
from engine.kernel.separation import find_violation_at

#: Somebody of another duty grid, of the public, or of another shift.
STRANGER = ""


@dataclass(frozen=True, slots=True)
class Place:
    """A duty grid, its district and its neighbours."""

    grid: str | None
    district: str | None
    neighbours: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Wanted:
    """Whom an open task is for."""

    role: str | None
    axis: str | None
    unit: str | None = None
    grid: str | None = None


_NO_GRID = ""


class Staff:
    """The people who work together, by role and duty grid; people with like posts are of a kind."""

    def __init__(self, people: Mapping[str, list[Post]]) -> None:
        self.people = people
        self.kinds: dict[str, object] = {}
        self._held: dict[str | None, dict[str, list[tuple[str, Post]]]] = {}
        self._known: dict[tuple[Wanted, str | None], dict[object, list[str]]] = {}
        for person, posts in sorted(people.items()):
            self.kinds[person] = _kind_of(posts)
            for post in posts:
                for role in (post.role, None):
                    grids = self._held.setdefault(role, {})
                    grids.setdefault(post.duty_grid or _NO_GRID, []).append((person, post))

    def holding(self, role: str | None, *grids: str) -> Iterator[tuple[str, Post]]:
        """Who holds a post of one of these roles, in these duty grids or anywhere."""
        for name in (None,) if role is None else role.split():
            by_grid = self._held.get(name, {})
            for grid in grids or by_grid:
                yield from by_grid.get(grid, ())

    def kinds_of(
        self, wanted: Wanted, district: str | None, fits: Callable[[Post], bool]
    ) -> dict[object, list[str]]:
        """The people with a post that fits, by kind; looked up once for a district."""
        key = (wanted, district)
        if key not in self._known:
            grids = () if wanted.grid is None else (wanted.grid,)
            found: dict[object, list[str]] = {}
            for person, post in self.holding(wanted.role, *grids):
                if fits(post):
                    found.setdefault(self.kinds[person], []).append(person)
            self._known[key] = found
        return self._known[key]


class Staffing:
    """The staff of one place and shift."""

    def __init__(
        self, city: City, staff: Staff, place: Place, pairs: tuple[FurtherPair, ...]
    ) -> None:
        self.city, self.staff, self.place, self.pairs = city, staff, place, pairs

    def openers(self, way: Opening) -> Iterator[tuple[PersonAct, ...]]:
        """Whoever of the place may open a case, one of each kind; and a stranger."""
        if way.act is None:
            yield ()
            return
        yield (PersonAct(STRANGER, way.act, way.start),)
        alike: set[object] = set()
        grids = (_NO_GRID, *((self.place.grid,) if self.place.grid else ()))
        for person, _ in self.staff.holding(way.role, *grids):
            kind = self.staff.kinds[person]
            if kind not in alike:
                alike.add(kind)
                yield (PersonAct(person, way.act, way.start),)

    def fitting(self, wanted: Wanted) -> dict[object, list[str]]:
        """The people with a post for it, by kind."""
        return self.staff.kinds_of(
            wanted, self.place.district, lambda post: self._fits(post, wanted)
        )

    def _fits(self, post: Post, wanted: Wanted) -> bool:
        if wanted.axis not in (None, Axis.NONE) and post.axis != wanted.axis:
            return False
        district = self.place.district
        if post.district is not None and district is not None and post.district != district:
            return False
        if wanted.unit is not None and wanted.unit not in self.city.units_above(post.unit):
            return False
        return wanted.grid is None or post.duty_grid == wanted.grid

    def on_duty(self, task: Element, acts: Sequence[PersonAct]) -> list[Wanted]:
        """For whom a task of the duty grid opens: the first place where separation leaves somebody.

        The places before it come along, to say why nobody there may do it.
        """
        role, passed = role_of(task), list[Wanted]()
        for grid in (self.place.grid, *self.place.neighbours):
            if grid is None or role is None:
                break
            passed.append(Wanted(role, task.asked_axis, None, grid))
            here = (person for person, _ in self.staff.holding(role, grid))
            if any(not self.refusal(task, person, acts) for person in here):
                return passed
        return [*passed, Wanted(FALLBACK_ROLE if passed else role, task.asked_axis)]

    def refusal(self, task: Element, person: str, acts: Sequence[PersonAct]) -> str | None:
        """By which earlier act, and which rule, a person may not do this task."""
        broken = find_violation_at(task, (person,), acts, self.pairs)
        if broken is None:
            return None
        earlier = broken.earlier
        return f"{earlier.person} did {earlier.act} at {earlier.element} ({broken.rule})"


def role_of(task: Element) -> str | None:
    """A role that is worked out may be any."""
    return task.role if isinstance(task.role, str) else None


def _kind_of(posts: Sequence[Post]) -> object:
    """What a person's posts let him do, whoever he is."""
    return frozenset((p.role, p.axis, p.unit, p.district, p.duty_grid) for p in posts)
