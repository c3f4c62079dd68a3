"""Keys, users and sessions, for whoever authenticates. Hashes only."""

from datetime import datetime
from typing import NamedTuple

import sqlalchemy as sa

from engine.store.reader import Reader
from engine.store.statements import Statement
from engine.store.tables import api_key, user_account, user_session


class KeyView(NamedTuple):
    """A system's key."""

    id: str
    name: str
    secret_hash: str
    unit: str | None
    district: str | None
    scopes: list[str]
    created_at: datetime
    expires_at: datetime | None
    revoked_at: datetime | None


class UserView(NamedTuple):
    """A local login."""

    login: str
    person: str
    password_hash: str
    created_at: datetime
    disabled_at: datetime | None


class SessionView(NamedTuple):
    """A signed-in user."""

    login: str
    person: str
    expires_at: datetime
    disabled_at: datetime | None


_KEY = [api_key.c[name] for name in KeyView._fields]
_USER = [user_account.c[name] for name in UserView._fields]
_ONE_KEY = Statement(
    "api_key", lambda _: sa.select(*_KEY).where(api_key.c.id == sa.bindparam("id"))
)
_ONE_SESSION = Statement(
    "user_session",
    lambda _: (
        sa.select(
            user_session.c.login,
            user_account.c.person,
            user_session.c.expires_at,
            user_account.c.disabled_at,
        )
        .join(user_account, user_account.c.login == user_session.c.login)
        .where(user_session.c.token_hash == sa.bindparam("token_hash"))
    ),
)


def find_key(reader: Reader, key_id: str) -> KeyView | None:
    """A key by its id, revoked and expired ones too."""
    rows = reader.rows(_ONE_KEY, id=key_id)
    return KeyView(*rows[0]) if rows else None


def list_keys(reader: Reader) -> list[KeyView]:
    """Every key."""
    return [KeyView(*row) for row in reader.select(sa.select(*_KEY).order_by(api_key.c.id))]


def find_user(reader: Reader, login: str) -> UserView | None:
    """A login, also a disabled one."""
    rows = reader.select(sa.select(*_USER).where(user_account.c.login == login))
    return UserView(*rows[0]) if rows else None


def list_users(reader: Reader) -> list[UserView]:
    """Every login."""
    query = sa.select(*_USER).order_by(user_account.c.login)
    return [UserView(*row) for row in reader.select(query)]


def find_session(reader: Reader, token_hash: str) -> SessionView | None:
    """A session by the hash of its token, also one that has expired."""
    rows = reader.rows(_ONE_SESSION, token_hash=token_hash)
    return SessionView(*rows[0]) if rows else None
