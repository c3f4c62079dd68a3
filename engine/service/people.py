"""People: who works here with which posts, and by which way they come in.

The one door for callers; organisation, keys and sessions are told in files of their own.
"""

from collections.abc import Mapping
from typing import Any

from engine.domain.errors import InvalidRequestError
from engine.domain.people import Actor
from engine.service.installation import Installation
from engine.service.keys import create_key, list_keys, revoke_key
from engine.service.organisation import add_post, import_organisation
from engine.service.pages import Page
from engine.service.sessions import authenticate, close_user, create_user, sign_in, sign_out
from engine.store.queries.people import PersonView
from engine.store.queries.people import list_people as read_people

__all__ = [
    "Installation",
    "add_post",
    "authenticate",
    "close_user",
    "create_key",
    "create_user",
    "import_organisation",
    "list_keys",
    "list_people",
    "revoke_key",
    "sign_in",
    "sign_out",
]

_FILTERS = ("role", "unit")


def list_people(
    inst: Installation,
    actor: Actor,
    *,
    filters: Mapping[str, Any],
    cursor: Any = None,
    limit: int = 50,
) -> Page:
    """People with the posts that are valid now, in the order of their ids."""
    del actor
    if unknown := sorted(set(filters) - set(_FILTERS)):
        raise InvalidRequestError(f"unknown filter {unknown[0]!r}", field=unknown[0])
    if cursor is not None and not isinstance(cursor, str):
        raise InvalidRequestError("the cursor is not one that a page gave", field="cursor")
    holding = {name: value for name, value in filters.items() if value is not None}
    now = inst.now()
    with inst.database.reads() as reader:
        people = read_people(reader, now=now, holding=holding, after_id=cursor, limit=limit + 1)
    shown = people[:limit]
    following = shown[-1].id if len(people) > limit else None
    return Page([_view(person) for person in shown], following)


def _view(person: PersonView) -> dict[str, Any]:
    return {
        "id": person.id,
        "name": person.name,
        "posts": [post.to_json() for post in person.posts],
    }
