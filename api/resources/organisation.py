"""People, users, and the tables that an installation imports."""

from collections.abc import Callable

from api.call import Call, Reply, done, reply_of
from api.headers import LINK, REPLAYED
from api.pagination import decode_cursor, encode_cursor, link_header
from api.resource import Resource
from api.schemas.organisation import (
    ImportedSchema,
    ImportSchema,
    NewPostSchema,
    NewUserSchema,
    PersonPageSchema,
    PersonQuerySchema,
    UserSchema,
)
from api.uploads import RELEASE_LIMIT
from engine.domain.errors import ConflictError, InvalidRequestError, NotFoundError
from engine.service import calendars, catalogs, grids, people
from engine.service.executor import Answer

organisation = Resource("organisation", "People, users, and the tables of the installation.")


@organisation.reads(
    "/people", PersonPageSchema, scope="cases:read", query=PersonQuerySchema, headers=LINK
)
def list_people(call: Call) -> Reply:
    """Lists people with the posts that are valid now."""
    filters = dict(call.query)
    limit, cursor = filters.pop("limit"), decode_cursor(filters.pop("cursor", None))
    page = people.list_people(call.inst, call.actor, filters=filters, cursor=cursor, limit=limit)
    following = encode_cursor(page.next_cursor)
    data = {"items": page.items, "next_cursor": following}
    return Reply(data, headers=link_header(call.query, cursor=following))


@organisation.writes(
    "/users",
    UserSchema,
    scope="admin:people",
    body=NewUserSchema,
    status=201,
    errors=(NotFoundError, ConflictError),
    headers=REPLAYED,
)
def create_user(call: Call) -> Reply:
    """Gives a person a login."""
    body = call.body
    return reply_of(
        people.create_user(
            call.inst,
            call.actor,
            body["login"],
            body["password"],
            body["person"],
            idempotency_key=call.idempotency_key,
        )
    )


@organisation.writes(
    "/users/<login>",
    None,
    method="DELETE",
    scope="admin:people",
    status=204,
    errors=(NotFoundError,),
    headers=REPLAYED,
    key="optional",
)
def close_user(call: Call, login: str) -> Reply:
    """Closes a login for good: its sessions end, and nobody signs in by it again.

    Idempotency-Key is optional: sent again without one it finds no open login, 404.
    """
    answer = people.close_user(call.inst, call.actor, login, idempotency_key=call.idempotency_key)
    return done(answer)


@organisation.writes(
    "/people/<person_id>/posts",
    ImportedSchema,
    scope="admin:people",
    body=NewPostSchema,
    status=201,
    errors=(NotFoundError, ConflictError),
    headers=REPLAYED,
)
def add_post(call: Call, person_id: str) -> Reply:
    """Gives a person a post; a person who is new is entered with it."""
    return reply_of(
        people.add_post(
            call.inst,
            call.actor,
            person_id,
            **call.body,
            idempotency_key=call.idempotency_key,
        )
    )


@organisation.writes(
    "/organisation",
    ImportedSchema,
    method="PUT",
    scope="admin:people",
    body=ImportSchema,
    errors=(InvalidRequestError,),
    headers=REPLAYED,
    limit=RELEASE_LIMIT,
)
def import_organisation(call: Call) -> Reply:
    """Imports units, duty grids, people and posts."""
    return _imported(people.import_organisation, call)


@organisation.writes(
    "/catalog",
    ImportedSchema,
    method="PUT",
    scope="admin:deploy",
    body=ImportSchema,
    errors=(InvalidRequestError,),
    headers=REPLAYED,
    limit=RELEASE_LIMIT,
)
def import_catalog(call: Call) -> Reply:
    """Imports a version of the catalog 立结案标准."""
    return _imported(catalogs.import_catalog, call)


@organisation.writes(
    "/calendar",
    ImportedSchema,
    method="PUT",
    scope="admin:deploy",
    body=ImportSchema,
    errors=(InvalidRequestError,),
    headers=REPLAYED,
    limit=RELEASE_LIMIT,
)
def import_calendar(call: Call) -> Reply:
    """Imports a version of a working calendar."""
    return _imported(calendars.import_calendar, call)


@organisation.writes(
    "/grid",
    ImportedSchema,
    method="PUT",
    scope="admin:deploy",
    body=ImportSchema,
    errors=(InvalidRequestError,),
    headers=REPLAYED,
    limit=RELEASE_LIMIT,
)
def import_grid(call: Call) -> Reply:
    """Imports grid cells (GeoJSON) and duty grids."""
    return _imported(grids.import_grid, call)


def _imported(service: Callable[..., Answer], call: Call) -> Reply:
    data = call.body["data"]
    return reply_of(service(call.inst, call.actor, data, idempotency_key=call.idempotency_key))
