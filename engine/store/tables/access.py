"""Who may come in: keys of systems, local users, their sessions. Hashes only, never a secret."""

import sqlalchemy as sa

from engine.store.tables.metadata import metadata
from engine.store.types import Instant, JsonValue

api_key = sa.Table(
    "api_key",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("secret_hash", sa.Text, nullable=False),
    sa.Column("unit", sa.Text),
    sa.Column("district", sa.Text),
    sa.Column("scopes", JsonValue, nullable=False),
    sa.Column("created_at", Instant, nullable=False),
    sa.Column("expires_at", Instant),
    sa.Column("revoked_at", Instant),
    comment="A system's key; lease time, because it opens the door now.",
)

user_account = sa.Table(
    "user_account",
    metadata,
    sa.Column("login", sa.Text, primary_key=True),
    sa.Column("person", sa.Text, nullable=False),
    sa.Column("password_hash", sa.Text, nullable=False),
    sa.Column("created_at", Instant, nullable=False),
    sa.Column("disabled_at", Instant),
    sa.Index(None, "person"),
    comment="A local login of a person.",
)

user_session = sa.Table(
    "user_session",
    metadata,
    sa.Column("token_hash", sa.Text, primary_key=True),
    sa.Column("login", sa.Text, nullable=False),
    sa.Column("created_at", Instant, nullable=False),
    sa.Column("expires_at", Instant, nullable=False),
    sa.Index(None, "expires_at"),
    comment="A signed-in user; deleted at sign-out.",
)
