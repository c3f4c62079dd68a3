"""The organisation as its tables say it: read strictly, checked against itself and what is there.

Pure: what is known already is given. A person stands on one axis (监管分离), a post of a known
role on that role's axis.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from engine.domain.city import AXIS_OF_ROLE
from engine.domain.people import Axis, Post
from engine.service.tables import check_fields, check_unique, refusal, rows_of, text, text_or_none
from engine.store.writes.organisation import DutyGridRow, UnitRow

#: Districts are units of this kind: they have a name, and the other units lie in them.
DISTRICT = "district"
_TABLES = ("units", "districts", "duty_grids", "people")
_POST_FIELDS = ("id", "role", "axis")
_WHERE = ("unit", "district", "duty_grid")


@dataclass(frozen=True, slots=True)
class Member:
    """A person with all posts that he is to hold."""

    id: str
    name: str
    district: str | None
    posts: tuple[Post, ...]


@dataclass(frozen=True, slots=True)
class Organisation:
    """Units, duty grids and people of one import."""

    units: tuple[UnitRow, ...]
    duty_grids: tuple[DutyGridRow, ...]
    people: tuple[Member, ...]


def read_organisation(data: Any) -> Organisation:
    """The tables; InvalidRequestError names the row and the field that is wrong."""
    districts = rows_of(data, "districts")
    for name in data:
        if name not in _TABLES:
            raise refusal(name, f"is not known; tables are {', '.join(_TABLES)}")
    units = [_district(row, f"districts/{n}") for n, row in enumerate(districts)]
    units += [_unit(row, f"units/{n}") for n, row in enumerate(rows_of(data, "units"))]
    grids = [_grid(row, f"duty_grids/{n}") for n, row in enumerate(rows_of(data, "duty_grids"))]
    people = [_member(row, f"people/{n}") for n, row in enumerate(rows_of(data, "people"))]
    check_unique((unit.id for unit in units), "units")
    check_unique((grid.id for grid in grids), "duty_grids")
    check_unique((person.id for person in people), "people")
    check_unique((post.id for person in people for post in person.posts), "people/*/posts")
    return Organisation(tuple(units), tuple(grids), tuple(people))


def read_post(row: Mapping[str, Any], place: str) -> Post:
    """One post."""
    check_fields(row, place, required=_POST_FIELDS, optional=_WHERE)
    axis = text(row, "axis", place)
    if axis not in set(Axis):
        raise refusal(f"{place}/axis", f"is not one of {', '.join(Axis)}")
    role = text(row, "role", place)
    own = AXIS_OF_ROLE.get(role)
    if own is not None and own != axis:
        raise refusal(f"{place}/axis", f"is {axis}, but the role {role} belongs to {own}")
    where = [text_or_none(row, name, place) for name in _WHERE]
    return Post(text(row, "id", place), role, Axis(axis), *where)


def axis_conflict(person: str, posts: Sequence[Post]) -> str | None:
    """Why these posts may not be one person's, or None."""
    for post in posts[1:]:
        if post.axis != posts[0].axis:
            return (
                f"{person} cannot hold {posts[0].id} ({posts[0].role}, {posts[0].axis}) and "
                f"{post.id} ({post.role}, {post.axis}): a person holds posts of one axis only"
            )
    return None


def check_places(
    posts: Iterable[tuple[str, Post]], units: Mapping[str, UnitRow], grids: Iterable[str]
) -> None:
    """Each post's unit, duty grid and district exist; districts only where some are known."""
    known_grids = set(grids)
    districts = {unit.id for unit in units.values() if unit.kind == DISTRICT}
    for place, post in posts:
        if post.unit is not None and post.unit not in units:
            raise refusal(f"{place}/unit", f"names {post.unit!r}, which is no unit")
        if post.duty_grid is not None and post.duty_grid not in known_grids:
            raise refusal(f"{place}/duty_grid", f"names {post.duty_grid!r}, which is no duty grid")
        if districts and post.district is not None and post.district not in districts:
            raise refusal(f"{place}/district", f"names {post.district!r}, which is no district")


def check_parents(units: Mapping[str, UnitRow]) -> None:
    """Every parent exists and nobody stands above himself."""
    for unit in units.values():
        above: list[str] = [unit.id]
        parent = unit.parent
        while parent is not None:
            if parent not in units:
                raise refusal(f"units/{above[-1]}/parent", f"names {parent!r}, which is no unit")
            if parent in above:
                raise refusal(f"units/{unit.id}/parent", "makes a unit stand above itself")
            above.append(parent)
            parent = units[parent].parent


def check_neighbours(imported: Iterable[DutyGridRow], grids: Iterable[str]) -> None:
    """The neighbours of the imported duty grids exist."""
    known = set(grids)
    for grid in imported:
        for neighbour in grid.neighbours:
            if neighbour not in known:
                raise refusal(
                    f"duty_grids/{grid.id}/neighbours", f"has {neighbour!r}, which is no duty grid"
                )


def _district(row: Mapping[str, Any], place: str) -> UnitRow:
    check_fields(row, place, required=("id", "name"))
    name = text(row, "id", place)
    return UnitRow(id=name, name=text(row, "name", place), district=name, kind=DISTRICT)


def _unit(row: Mapping[str, Any], place: str) -> UnitRow:
    optional = ("kind", "parent", "district", "trade")
    check_fields(row, place, required=("id", "name"), optional=optional)
    return UnitRow(
        id=text(row, "id", place),
        name=text(row, "name", place),
        district=text_or_none(row, "district", place),
        parent=text_or_none(row, "parent", place),
        kind=text_or_none(row, "kind", place),
        trade=text_or_none(row, "trade", place),
    )


def _grid(row: Mapping[str, Any], place: str) -> DutyGridRow:
    check_fields(row, place, required=("id",), optional=("name", "district", "neighbours"))
    neighbours = row.get("neighbours") or []
    if not isinstance(neighbours, list) or not all(isinstance(n, str) for n in neighbours):
        raise refusal(f"{place}/neighbours", "is not a list of duty grids")
    return DutyGridRow(
        id=text(row, "id", place),
        name=text_or_none(row, "name", place),
        district=text_or_none(row, "district", place),
        neighbours=tuple(neighbours),
    )


def _member(row: Mapping[str, Any], place: str) -> Member:
    check_fields(row, place, required=("id", "name", "posts"), optional=("district",))
    posts = [read_post(r, f"{place}/posts/{n}") for n, r in enumerate(rows_of(row, "posts"))]
    person = text(row, "id", place)
    conflict = axis_conflict(person, posts)
    if conflict is not None:
        raise refusal(f"{place}/posts", f"are of two axes: {conflict}")
    district = text_or_none(row, "district", place)
    return Member(person, text(row, "name", place), district, tuple(posts))
