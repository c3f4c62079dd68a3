"""Posts of a story's people, in the database."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict

import sqlalchemy as sa

from engine.domain.people import Post
from engine.service.installation import Installation
from engine.store import tables
from engine.store.statements import Statement
from engine.store.writes import organisation

DROP_POSTS = Statement(
    "drop_posts_of_story",
    lambda _: sa.delete(tables.post).where(tables.post.c.person == sa.bindparam("who")),
)


def give_posts(inst: Installation, people: Mapping[str, Sequence[Post]]) -> None:
    """People of the story have the posts that it gives them, and no others."""
    if not people:
        return
    with inst.database.unit_of_work() as work:
        work.now()
        for person in people:
            work.write(DROP_POSTS, {"who": person})
        organisation.put_people(
            work,
            [organisation.PersonRow(id=person, name=person) for person in people],
            [_row(person, post) for person, posts in people.items() for post in posts],
        )
        work.commit()


def _row(person: str, post: Post) -> organisation.PostRow:
    fields = {**asdict(post), "axis": str(post.axis), "id": f"{person}.{post.role}"}
    return organisation.PostRow(person=person, **fields)
