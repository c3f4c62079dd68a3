"""Units, duty grids, people and posts: imported as tables, or one post at a time.

An import enters and changes what its tables name and leaves everybody else alone; the posts of a
person that it names are all that he holds from now on. Only what differs is written.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from engine.domain.errors import ConflictError, InvalidRequestError, NotFoundError
from engine.domain.evidence import canonical, digest, to_plain
from engine.domain.journal import Event
from engine.domain.people import Actor, Post
from engine.service.administration import ORGANISATION, Changed, record
from engine.service.executor import Answer
from engine.service.installation import Installation
from engine.service.organisation_tables import (
    Member,
    axis_conflict,
    check_neighbours,
    check_parents,
    check_places,
    read_organisation,
    read_post,
)
from engine.store import UnitOfWork
from engine.store.queries import people as queries
from engine.store.queries.people import PersonView
from engine.store.writes.organisation import (
    DutyGridRow,
    PersonRow,
    PostRow,
    UnitRow,
    put_duty_grids,
    put_people,
    put_units,
)


@dataclass(frozen=True, slots=True)
class _Present:
    """The organisation as it is now."""

    units: dict[str, UnitRow]
    duty_grids: dict[str, DutyGridRow]
    people: dict[str, PersonView]

    def holders(self) -> dict[str, str]:
        """Who holds which post."""
        return {post.id: person.id for person in self.people.values() for post in person.posts}


def import_organisation(
    inst: Installation, actor: Actor, data: Any, *, idempotency_key: str | None = None
) -> Answer:
    """Imports `{units, districts, duty_grids, people}`; counts say what was entered or changed."""
    wanted = read_organisation(data)
    content = digest(canonical(to_plain(data)))

    def change(work: UnitOfWork) -> Changed:
        now, present = work.now(), _read(inst, work.now())
        units = present.units | {unit.id: unit for unit in wanted.units}
        grids = present.duty_grids | {grid.id: grid for grid in wanted.duty_grids}
        check_parents(units)
        check_neighbours(wanted.duty_grids, grids)
        posts = [(f"people/{p.id}/posts/{q.id}", q) for p in wanted.people for q in p.posts]
        check_places(posts, units, grids)
        taken = _taken(wanted.people, present)
        if taken is not None:
            raise InvalidRequestError(taken)
        new_units = [u for u in wanted.units if u != present.units.get(u.id)]
        new_grids = [g for g in wanted.duty_grids if g != present.duty_grids.get(g.id)]
        moves = [_compare(member, present.people.get(member.id)) for member in wanted.people]
        put_units(work, (replace(unit, valid_from=now) for unit in new_units))
        put_duty_grids(work, (replace(grid, valid_from=now) for grid in new_grids))
        _write(work, moves, now)
        events = [
            *(Event("unit.entered", _plain(unit)) for unit in new_units),
            *(Event("duty_grid.entered", _plain(grid)) for grid in new_grids),
            *(event for move in moves for event in move.events()),
        ]
        counts = {
            "duty_grids": len(new_grids),
            "people": sum(bool(move.events()) for move in moves),
            "units": len(new_units),
        }
        return Changed(tuple(events), {"counts": counts})

    answer = record(
        inst,
        actor,
        ORGANISATION,
        "import_organisation",
        args={"sha256": content},
        change=change,
        idempotency_key=idempotency_key,
    )
    inst.remembered.forget()
    return answer


def add_post(
    inst: Installation,
    actor: Actor,
    person_id: str,
    *,
    name: str | None = None,
    idempotency_key: str | None = None,
    **post: Any,
) -> Answer:
    """Gives a person one post more; a person who is new is entered under `name`.

    ConflictError names the person and both posts when they are of two axes.
    """
    new = read_post(post, "post")

    def change(work: UnitOfWork) -> Changed:
        now, present = work.now(), _read(inst, work.now())
        person = present.people.get(person_id)
        if person is None and name is None:
            raise NotFoundError(
                f"there is no person {person_id}; give the name to enter a new one",
                person=person_id,
            )
        check_places([("post", new)], present.units, present.duty_grids)
        _check_not_held(person, new)
        others = tuple(p for p in person.posts if p.id != new.id) if person else ()
        conflict = axis_conflict(person_id, (*others, new))
        if conflict is not None:
            raise ConflictError(conflict, rule="separation/one-axis", person=person_id)
        known = person or PersonView(person_id, name or person_id, None, ())
        member = Member(person_id, name or known.name, known.district, (*others, new))
        conflict = _taken([member], present)
        if conflict is not None:
            raise ConflictError(conflict, post=new.id, person=person_id)
        move = _compare(member, person)
        _write(work, [move], now)
        return Changed(tuple(move.events()), {"counts": {"posts": len(move.begun)}})

    answer = record(
        inst,
        actor,
        ORGANISATION,
        "add_post",
        args={"person": person_id, "post": new.to_json()},
        change=change,
        idempotency_key=idempotency_key,
    )
    inst.remembered.forget()
    return answer


def _check_not_held(person: PersonView | None, new: Post) -> None:
    """A post that the person holds already is not changed by adding one."""
    for held in person.posts if person else ():
        if held.id == new.id and held != new:
            assert person is not None
            raise ConflictError(
                f"{person.id} holds a post {new.id} already ({held.role}, {held.axis}, "
                f"unit {held.unit}); give the new one another id, or change it by an import",
                post=new.id,
                person=person.id,
            )


def _read(inst: Installation, now: datetime) -> _Present:
    """Read outside of the transaction, but under the stream's lock: nobody else may change it."""
    with inst.database.reads() as reader:
        units = {u.id: UnitRow(**u._asdict()) for u in queries.list_units(reader, now=now)}
        people = {person.id: person for person in queries.list_people(reader, now=now)}
        rows = queries.list_duty_grids(reader, now=now)
    grids = {r["id"]: DutyGridRow(**{**r, "neighbours": tuple(r["neighbours"])}) for r in rows}
    return _Present(units, grids, people)


def _taken(people: Iterable[Member], present: _Present) -> str | None:
    """Which post is somebody else's already. An import that names both people gives it on."""
    holders = present.holders()
    members = {member.id: {post.id for post in member.posts} for member in people}
    for person, posts in members.items():
        for post in sorted(posts):
            holder = holders.get(post)
            if holder not in (None, person) and post in members.get(str(holder), posts):
                return f"the post {post} is {holder}'s and cannot be {person}'s as well"
    return None


@dataclass(frozen=True, slots=True)
class _Move:
    """What changes for one person."""

    member: Member
    is_entered: bool
    begun: tuple[Post, ...]
    ended: tuple[Post, ...]

    def events(self) -> list[Event]:
        """Posts are told, names are not: the journal keeps what it is told for ever."""
        who = {"person": self.member.id}
        entered = Event("person.entered", {**who, "district": self.member.district})
        return [
            *([entered] if self.is_entered else []),
            *(Event("post.ended", {**who, "post": post.id}) for post in self.ended),
            *(Event("post.begun", {**who, **post.to_json()}) for post in self.begun),
        ]


def _compare(member: Member, known: PersonView | None) -> _Move:
    held = {post.id: post for post in known.posts} if known else {}
    wanted = {post.id for post in member.posts}
    return _Move(
        member=member,
        is_entered=known is None or (known.name, known.district) != (member.name, member.district),
        begun=tuple(post for post in member.posts if held.get(post.id) != post),
        ended=tuple(post for post in held.values() if post.id not in wanted),
    )


def _write(work: UnitOfWork, moves: Sequence[_Move], now: datetime) -> None:
    """Writes what differs. A post that is given on ends by beginning with somebody else."""
    given_on = {post.id for move in moves for post in move.begun}
    people = [
        PersonRow(id=who.id, name=who.name, district=who.district, valid_from=now)
        for who in (move.member for move in moves if move.is_entered)
    ]
    ended = [
        _row(move.member.id, post, now, now)
        for move in moves
        for post in move.ended
        if post.id not in given_on
    ]
    begun = [_row(move.member.id, post, now) for move in moves for post in move.begun]
    put_people(work, people, ended)
    put_people(work, (), begun)


def _row(person: str, post: Post, begin: datetime, end: datetime | None = None) -> PostRow:
    return PostRow(
        id=post.id,
        person=person,
        role=post.role,
        axis=str(post.axis),
        unit=post.unit,
        district=post.district,
        duty_grid=post.duty_grid,
        valid_from=begin,
        valid_to=end,
    )


def _plain(row: UnitRow | DutyGridRow) -> Mapping[str, Any]:
    names = [n for n in type(row).__slots__ if n not in ("valid_from", "valid_to")]
    return {name: to_plain(getattr(row, name)) for name in names}
