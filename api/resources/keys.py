"""Keys of systems, sessions of people."""

from api.auth import bearer_token
from api.call import Call, Reply, done, reply_of
from api.errors import api_problem
from api.headers import REPLAYED
from api.resource import Resource
from api.schemas.keys import (
    KeyCreatedSchema,
    KeyListSchema,
    NewKeySchema,
    SessionSchema,
    SignInSchema,
)
from engine.domain.errors import (
    AuthenticationError,
    ConflictError,
    NotFoundError,
    TooManyAttemptsError,
)
from engine.service import people
from engine.service.scopes import MEANINGS

keys = Resource("keys", "Keys of systems, sessions of people.")


@keys.writes(
    "/keys",
    KeyCreatedSchema,
    scope="admin:keys",
    body=NewKeySchema,
    status=201,
    errors=(NotFoundError, ConflictError),
    headers=REPLAYED,
)
def create_key(call: Call) -> Reply:
    """Makes a key; its secret is shown this once.

    A key gives scopes and a unit of its own only, and no longer a life than its own.

    Sent again with the same Idempotency-Key it names the key that was made, with `secret` null: a
    secret is stored nowhere. If it was lost, revoke that key and make another.
    """
    _refuse_unknown_scopes(call.body["scopes"])
    return reply_of(
        people.create_key(call.inst, call.actor, **call.body, idempotency_key=call.idempotency_key)
    )


@keys.reads("/keys", KeyListSchema, scope="admin:keys")
def list_keys(call: Call) -> Reply:
    """Lists the keys, without their secrets; a key of a unit sees those of that unit."""
    return Reply({"items": people.list_keys(call.inst, call.actor)})


def _refuse_unknown_scopes(scopes: list[str]) -> None:
    errors = [
        {"pointer": f"/scopes/{n}", "message": f"is not one of: {', '.join(MEANINGS)}"}
        for n, scope in enumerate(scopes)
        if scope not in MEANINGS
    ]
    if errors:
        raise api_problem("validation-failed", errors[0]["message"], errors=errors)


@keys.writes(
    "/keys/<key_id>",
    None,
    method="DELETE",
    scope="admin:keys",
    status=204,
    errors=(NotFoundError,),
    headers=REPLAYED,
    key="optional",
)
def revoke_key(call: Call, key_id: str) -> Reply:
    """Revokes a key; requests with it are refused from now on.

    A key of a unit ends those of that unit only; any other is 404.

    Idempotency-Key is optional: sent again without one it finds no key that is still good, 404.
    """
    answer = people.revoke_key(call.inst, call.actor, key_id, idempotency_key=call.idempotency_key)
    return done(answer)


@keys.writes(
    "/sessions",
    SessionSchema,
    body=SignInSchema,
    status=201,
    key="none",
    public=True,
    errors=(AuthenticationError, TooManyAttemptsError),
)
def sign_in(call: Call) -> Reply:
    """Signs a person in.

    Takes no Idempotency-Key: a stored answer would store the token. A second session harms nobody.
    """
    return Reply(people.sign_in(call.inst, call.body["login"], call.body["password"]))


@keys.writes("/sessions/current", None, method="DELETE", status=204, key="none")
def sign_out(call: Call) -> Reply:
    """Ends the session whose token the request carries.

    Takes no Idempotency-Key: sent again it is refused as a token that is nobody's, 401.
    """
    people.sign_out(call.inst, bearer_token())
    return Reply(status=204)
