"""Keys of systems: made, listed, revoked, and what stands behind one. Secrets are kept as hashes.

A key is `clk_ID_SECRET`. The secret has 256 random bits, so a plain SHA-256 is enough to store.
"""

import hmac
import secrets
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from engine.domain.clock import to_wire
from engine.domain.errors import (
    AuthenticationError,
    ForbiddenError,
    InvalidRequestError,
    NotFoundError,
)
from engine.domain.evidence import digest
from engine.domain.journal import Event
from engine.domain.people import Actor
from engine.service.access import Known
from engine.service.administration import SECURITY, Changed, record
from engine.service.answers import Answer
from engine.service.installation import Installation
from engine.service.scopes import SCOPES
from engine.store import UnitOfWork
from engine.store.queries import access
from engine.store.queries.people import find_unit
from engine.store.writes.access import put_api_key
from engine.store.writes.access import revoke_api_key as mark_revoked

PREFIX = "clk_"
_SECRET_BYTES = 32


def create_key(
    inst: Installation,
    actor: Actor,
    *,
    name: str,
    unit: str | None = None,
    scopes: Iterable[str],
    expires_at: datetime | None = None,
    idempotency_key: str | None = None,
) -> Answer:
    """Makes a key; `id`, and `secret`: the key itself.

    Asked again under one idempotency key it gives the id of the key that was made, and no secret:
    that is stored nowhere.
    """
    wanted = _known_scopes(scopes)
    _check_grants(actor, wanted, unit)
    _check_lifetime(inst, actor, expires_at)
    district = _district(inst, unit)
    key_id, secret = inst.ids.new(), secrets.token_urlsafe(_SECRET_BYTES)
    said = {
        "expires_at": None if expires_at is None else to_wire(expires_at),
        "key": key_id,
        "name": name,
        "scopes": wanted,
        "unit": unit,
    }

    def change(work: UnitOfWork) -> Changed:
        put_api_key(
            work,
            key_id=key_id,
            name=name,
            secret_hash=digest(secret.encode()),
            unit=unit,
            scopes=wanted,
            expires_at=expires_at,
            district=district,
        )
        return Changed((Event("key.created", said),), {"id": key_id})

    answer = record(
        inst,
        actor,
        SECURITY,
        "create_key",
        args=said,
        change=change,
        idempotency_key=idempotency_key,
        request={name: value for name, value in said.items() if name != "key"},
    )
    told = None if answer.replayed else f"{PREFIX}{key_id}_{secret}"
    return Answer(None, {"id": answer.data["id"], "secret": told}, replayed=answer.replayed)


def list_keys(inst: Installation, actor: Actor) -> list[dict[str, Any]]:
    """Every key without its secret, revoked ones too; a key of a unit sees that unit's only."""
    with inst.database.reads() as reader:
        found = [key for key in access.list_keys(reader) if _is_within(actor, key)]
    return [
        {
            "created_at": key.created_at,
            "expires_at": key.expires_at,
            "id": key.id,
            "name": key.name,
            "revoked_at": key.revoked_at,
            "scopes": list(key.scopes),
            "unit": key.unit,
        }
        for key in found
    ]


def revoke_key(
    inst: Installation, actor: Actor, key_id: str, *, idempotency_key: str | None = None
) -> Answer:
    """Ends a key now; NotFoundError when there is none, or it was ended before.

    A key of a unit ends keys of that unit only, and hears of no other.
    """
    with inst.database.reads() as reader:
        key = access.find_key(reader, key_id)
    may = key is not None and _is_within(actor, key)

    def change(work: UnitOfWork) -> Changed:
        if not may or not mark_revoked(work, key_id):
            raise NotFoundError(f"there is no key {key_id} that is still good", key=key_id)
        return Changed((Event("key.revoked", {"key": key_id}),))

    answer = record(
        inst,
        actor,
        SECURITY,
        "revoke_key",
        args={"key": key_id},
        change=change,
        idempotency_key=idempotency_key,
    )
    inst.remembered.forget()
    return answer


def find_key(inst: Installation, token: str) -> Known:
    """What a key may do; AuthenticationError, which never says what is wrong with it."""
    key_id, _, secret = token.removeprefix(PREFIX).partition("_")
    with inst.database.reads() as reader:
        key = access.find_key(reader, key_id)
    if key is None or not hmac.compare_digest(key.secret_hash, digest(secret.encode())):
        raise AuthenticationError
    now = inst.lease_clock.now()
    if key.revoked_at is not None or (key.expires_at is not None and key.expires_at <= now):
        raise AuthenticationError
    return Known(f"key:{key.id}", None, key.unit, frozenset(key.scopes), key.expires_at)


def _known_scopes(scopes: Iterable[str]) -> list[str]:
    wanted = sorted(set(scopes))
    if unknown := [scope for scope in wanted if scope not in SCOPES]:
        raise InvalidRequestError(
            f"there is no scope {unknown[0]!r}; known are: {', '.join(sorted(SCOPES))}",
            scopes=unknown,
        )
    if not wanted:
        raise InvalidRequestError("a key without a scope may do nothing; name one at least")
    return wanted


def _check_grants(actor: Actor, wanted: Iterable[str], unit: str | None) -> None:
    """Nobody gives more than he has; the operator, who has the machine, gives everything."""
    if actor.via == "cli":
        return
    if beyond := [scope for scope in wanted if scope not in actor.scopes]:
        raise ForbiddenError(
            f"you cannot give the scope {beyond[0]}, which you have not", rule="keys/own-scopes"
        )
    if actor.unit is not None and unit != actor.unit:
        raise ForbiddenError(
            f"a key of the unit {actor.unit} makes keys of that unit only", rule="keys/own-unit"
        )


def _check_lifetime(inst: Installation, actor: Actor, expires_at: datetime | None) -> None:
    """A key that ends makes none that outlives it."""
    own, is_key, key_id = actor.via.partition(":")
    if own != "key" or not is_key:
        return
    with inst.database.reads() as reader:
        maker = access.find_key(reader, key_id)
    until = None if maker is None else maker.expires_at
    if until is not None and (expires_at is None or expires_at > until):
        raise ForbiddenError(
            f"your key ends at {to_wire(until)}; it makes keys that end by then only",
            rule="keys/own-lifetime",
        )


def _is_within(actor: Actor, key: access.KeyView) -> bool:
    return actor.unit is None or key.unit == actor.unit


def _district(inst: Installation, unit: str | None) -> str | None:
    """The district of the key's unit; NotFoundError when there is no such unit."""
    if unit is None:
        return None
    now = inst.now()
    with inst.database.reads() as reader:
        found = find_unit(reader, unit, now=now)
    if found is None:
        raise NotFoundError(f"there is no unit {unit}; import the organisation first", unit=unit)
    return found.district
