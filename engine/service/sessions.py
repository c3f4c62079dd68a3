"""People at the door: logins, passwords, sessions, and who a request's token speaks for.

Passwords are kept by argon2id. A wrong login costs as much time as a wrong password.
"""

import hmac
import logging
import secrets
from datetime import timedelta
from functools import cache
from typing import Any

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from engine.domain.errors import (
    AuthenticationError,
    ConflictError,
    ForbiddenError,
    InvalidRequestError,
    NotFoundError,
)
from engine.domain.evidence import canonical, digest
from engine.domain.journal import Event
from engine.domain.people import Actor
from engine.service.access import Known
from engine.service.administration import SECURITY, Changed, record
from engine.service.executor import Answer
from engine.service.installation import Installation
from engine.service.keys import PREFIX as KEY_PREFIX
from engine.service.keys import find_key
from engine.service.scopes import scopes_of
from engine.store import UnitOfWork
from engine.store.queries import access
from engine.store.queries.people import find_person, list_posts, list_units_above
from engine.store.writes.access import disable_user, end_session, put_session, put_user

PREFIX = "cls_"
LASTS = timedelta(hours=12)
_log = logging.getLogger("caseloop.access")
_SHORTEST_PASSWORD = 8
_TOKEN_BYTES = 32
_hasher = PasswordHasher()


def create_user(
    inst: Installation,
    actor: Actor,
    login: str,
    password: str,
    person: str,
    *,
    idempotency_key: str | None = None,
) -> Answer:
    """Gives a person a login; ConflictError when the login is taken."""
    if len(password) < _SHORTEST_PASSWORD:
        raise InvalidRequestError(f"a password has at least {_SHORTEST_PASSWORD} characters")
    hashed = _hasher.hash(password)
    said = {"login": login, "person": person}

    def change(work: UnitOfWork) -> Changed:
        with inst.database.reads() as reader:
            if find_person(reader, person, now=work.now()) is None:
                raise NotFoundError(
                    f"there is no person {person}; import the organisation first", person=person
                )
            if access.find_user(reader, login) is not None:
                raise ConflictError(f"the login {login} is taken", login=login)
        put_user(work, login=login, person=person, password_hash=hashed)
        return Changed((Event("user.created", said),), dict(said))

    asked = None
    if idempotency_key is not None:
        asked = {**said, "password": _slow_digest(inst, login, password)}
    return record(
        inst,
        actor,
        SECURITY,
        "create_user",
        args=said,
        change=change,
        idempotency_key=idempotency_key,
        request=asked,
    )


def close_user(
    inst: Installation, actor: Actor, login: str, *, idempotency_key: str | None = None
) -> Answer:
    """Closes a login for good, its sessions too; NotFoundError when there is none that is open."""
    with inst.database.reads() as reader:
        user = access.find_user(reader, login)

    def change(work: UnitOfWork) -> Changed:
        if user is None or not disable_user(work, login):
            raise NotFoundError(f"there is no open login {login}", login=login)
        return Changed((Event("user.closed", {"login": login, "person": user.person}),))

    answer = record(
        inst,
        actor,
        SECURITY,
        "close_user",
        args={"login": login},
        change=change,
        idempotency_key=idempotency_key,
    )
    inst.remembered.forget()
    return answer


def sign_in(inst: Installation, login: str, password: str) -> dict[str, Any]:
    """Opens a session: its token, shown this once, the person, his scopes, when it ends.

    A login that was tried in vain too often in a row rests: TooManyAttemptsError.
    """
    inst.attempts.check(login, inst.lease_clock.now())
    user = _find_user(inst, login, password)
    if user is None:
        failed = inst.attempts.fail(login, inst.lease_clock.now())
        _log.warning("nobody signs in as %r: %d in a row", login, failed)
        raise AuthenticationError
    inst.attempts.succeed(login)
    token = PREFIX + secrets.token_urlsafe(_TOKEN_BYTES)
    expires_at = inst.lease_clock.now() + LASTS
    said = {"login": user.login, "person": user.person}

    def change(work: UnitOfWork) -> Changed:
        put_session(work, token_hash=_hash(token), login=user.login, expires_at=expires_at)
        return Changed((Event("session.opened", said),))

    record(
        inst, Actor("user", user.person), SECURITY, "sign_in", args={"login": login}, change=change
    )
    return {
        "expires_at": expires_at,
        "person": user.person,
        "scopes": sorted(_scopes(inst, user.person)),
        "token": token,
    }


def sign_out(inst: Installation, token: str) -> None:
    """Ends the session of this token; NotFoundError for a token that is no session's."""
    with inst.database.reads() as reader:
        session = access.find_session(reader, _hash(token))
    if session is None:
        raise NotFoundError("this token is no session's; a key is revoked, not signed out")
    said = {"login": session.login, "person": session.person}

    def change(work: UnitOfWork) -> Changed:
        end_session(work, _hash(token))
        return Changed((Event("session.closed", said),))

    actor = Actor("user", session.person)
    record(inst, actor, SECURITY, "sign_out", args={"login": session.login}, change=change)
    inst.remembered.forget()


def authenticate(inst: Installation, bearer: str, acting_for: str | None = None) -> Actor:
    """Who asks. A key may act for the people of its unit; a session speaks for its person only."""
    now = inst.lease_clock.now()
    known = inst.remembered.find(bearer, acting_for, now)
    if known is None:
        generation = inst.remembered.generation()
        known = _find(inst, bearer, acting_for)
        inst.remembered.keep(bearer, acting_for, known, now, generation)
    return Actor(via=known.via, person=known.person, unit=known.unit, scopes=known.scopes)


def check_acts_for(inst: Installation, unit: str | None, person: str) -> None:
    """ForbiddenError unless the person holds a post in the unit or below it."""
    if unit is None:
        raise ForbiddenError(
            "a key without a unit acts for nobody; make one with the person's unit",
            rule="acting-for/unit",
        )
    now = inst.database.case_now()
    with inst.database.reads() as reader:
        units = {post.unit for post in list_posts(reader, person, now=now)}
        within = any(
            unit in list_units_above(reader, held, now=now) for held in units if held is not None
        )
    if not within:
        raise ForbiddenError(
            f"{person} holds no post in {unit} or below it", rule="acting-for/unit", person=person
        )


def _find(inst: Installation, bearer: str, acting_for: str | None) -> Known:
    if bearer.startswith(KEY_PREFIX):
        key = find_key(inst, bearer)
        if acting_for is None:
            return key
        check_acts_for(inst, key.unit, acting_for)
        return key._replace(person=acting_for)
    session = _find_session(inst, bearer)
    if acting_for not in (None, session.person):
        raise ForbiddenError(
            "a session speaks for its person only; Acting-For is for keys", rule="acting-for/key"
        )
    return session


def _find_session(inst: Installation, bearer: str) -> Known:
    with inst.database.reads() as reader:
        session = access.find_session(reader, _hash(bearer))
    if session is None or session.disabled_at is not None:
        raise AuthenticationError
    if session.expires_at <= inst.lease_clock.now():
        raise AuthenticationError("this session has ended; sign in again")
    scopes = _scopes(inst, session.person)
    return Known("user", session.person, None, scopes, session.expires_at)


def _scopes(inst: Installation, person: str) -> frozenset[str]:
    with inst.database.reads() as reader:
        return scopes_of(list_posts(reader, person, now=inst.database.case_now()))


def _find_user(inst: Installation, login: str, password: str) -> access.UserView | None:
    """The open login whose password this is."""
    with inst.database.reads() as reader:
        user = access.find_user(reader, login)
    if user is None or user.disabled_at is not None:
        _fits(_nobody_s(), password)
        return None
    return user if _fits(user.password_hash, password) else None


def _fits(hashed: str, password: str) -> bool:
    try:
        return _hasher.verify(hashed, password)
    except (VerificationError, InvalidHashError):
        return False


@cache
def _nobody_s() -> str:
    """A hash that no password fits, so that an unknown login takes as long as a known one."""
    return _hasher.hash(secrets.token_urlsafe(_TOKEN_BYTES))


def _slow_digest(inst: Installation, login: str, password: str) -> str:
    """Tells one password from another in the fingerprint of a request.

    As dear to try as the stored hash: the row of the key must not be the shorter way to it.
    """
    salt = hmac.digest(inst.secret(), canonical({"login": login, "of": "password"}), "sha256")
    return digest(_hasher.hash(password, salt=salt).encode())


def _hash(token: str) -> str:
    return digest(token.encode())
