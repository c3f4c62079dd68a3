"""Who may act where a diagram says nothing of ours: everybody (`play.md`).

A lane without our words gives its name as the role of its elements, and no city has posts of such
names. So everybody whom a story names holds a post of each, and one more person beside them.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from engine.domain.city import City
from engine.domain.evidence import Json
from engine.domain.people import Axis, Post
from engine.kernel.findings import DiagramError
from engine.kernel.source import read_source
from engine.kernel.words import Node, bpmn, cl

#: Acts where the story names nobody and no post of the city fits.
ANYBODY = "anybody"
_POSTS = "posts:"


@dataclass(slots=True)
class OpenCity(City):
    """A city in which everybody also holds the posts that stand for a foreign diagram's lanes."""

    open_roles: frozenset[str] = field(default=frozenset())

    def read_fact(self, key: str) -> Json:
        """As the city answers, with the posts of the lanes beside a person's own."""
        # the class that `slots` makes anew is not the one that a bare super() would name
        found = City.read_fact(self, key)
        if not key.startswith(_POSTS) or not isinstance(found, list):
            return found
        # several roles stand in one text, so a name of several words is asked for word by word
        words = sorted({word for role in self.open_roles for word in role.split()})
        lanes = [Post(f"lane:{word}", word, Axis.NONE).to_json() for word in words]
        return [*found, *lanes]


def opened_to_all(city: City, roles: Iterable[str]) -> OpenCity:
    """The same city, with everybody in the roles that nobody else can hold."""
    return OpenCity(
        people=city.people,
        units=city.units,
        duty_grids=city.duty_grids,
        cells=city.cells,
        catalog=city.catalog,
        counters=city.counters,
        open_roles=frozenset(roles),
    )


def lane_roles(files: Mapping[str, bytes]) -> frozenset[str]:
    """The roles that stand on lanes by their name only; a role that our words name is not open."""
    open_roles: set[str] = set()
    declared: set[str] = set()
    for name, data in files.items():
        root = _read(name, data)
        if root is None:
            continue
        for lane in root.iter(bpmn("lane")):
            if lane.get(cl("role")) is None and lane.get(cl("axis")) is None:
                open_roles.add(lane.get("name") or "")
        for node in root.iter():
            declared |= set((node.get(cl("role")) or "").split())
    return frozenset(open_roles - declared - {""})


def _read(name: str, data: bytes) -> Node | None:
    try:
        return read_source(name, data).root
    except DiagramError:
        return None  # no diagram, or one that the gate refuses
