"""Writing keys, users and sessions; and what belongs to a case but to no decision's rows."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from engine.store import tables
from engine.store.drivers.session import Call
from engine.store.expressions import now_or
from engine.store.statements import DialectName, Statement, delete, upsert
from engine.store.types import Instant
from engine.store.unit_of_work import UnitOfWork

_instant = Instant()


def _with_now(name: str, table: sa.Table, column: str, columns: Sequence[str]) -> Statement:
    """Inserts or overwrites a row whose `column` is lease time."""

    def build(dialect: DialectName) -> sa.Executable:
        put = upsert(table, columns).build(dialect)
        assert isinstance(put, sa.Insert)
        bound: dict[str, Any] = {name: sa.bindparam(name) for name in columns}
        return put.values({**bound, column: now_or("lease")})

    return Statement(name, build)


def _mark(name: str, table: sa.Table, key: str, column: str) -> Statement:
    def build(_: DialectName) -> sa.Executable:
        return (
            sa.update(table)
            .where(table.c[key] == sa.bindparam("row"), table.c[column].is_(None))
            .values({column: now_or("lease")})
            .returning(table.c[key])
        )

    return Statement(name, build)


_KEY = _with_now(
    "put_api_key",
    tables.api_key,
    "created_at",
    ("id", "name", "secret_hash", "unit", "district", "scopes", "expires_at"),
)
_USER = _with_now(
    "put_user", tables.user_account, "created_at", ("login", "person", "password_hash")
)
_SESSION = _with_now(
    "put_session", tables.user_session, "created_at", ("token_hash", "login", "expires_at")
)
REVOKE_KEY = _mark("revoke_api_key", tables.api_key, "id", "revoked_at")
DISABLE_USER = _mark("disable_user", tables.user_account, "login", "disabled_at")
_END_SESSION = delete(tables.user_session)
_ATTACH = upsert(tables.attachment, added_at=tables.attachment.c.added_at)
_ERASE = delete(tables.personal_value)


def _mark_read(_: DialectName) -> sa.Executable:
    told = tables.notification
    return (
        sa.update(told)
        .where(
            told.c.case_id == sa.bindparam("case"),
            told.c.seq == sa.bindparam("entry"),
            told.c.n == sa.bindparam("number"),
            told.c.person == sa.bindparam("reader"),
        )
        .values(read_at=sa.func.coalesce(told.c.read_at, sa.bindparam("when", type_=_instant)))
        .returning(told.c.read_at)
    )


def _mark_merged_read(_: DialectName) -> sa.Executable:
    told, opened = tables.notification, tables.notification.alias("opened")
    digest = (
        sa.select(opened.c.digest)
        .where(
            opened.c.case_id == sa.bindparam("case"),
            opened.c.seq == sa.bindparam("entry"),
            opened.c.n == sa.bindparam("number"),
        )
        .scalar_subquery()
    )
    return (
        sa.update(told)
        .where(
            told.c.digest == digest,
            told.c.person == sa.bindparam("reader"),
            told.c.read_at.is_(None),
        )
        .values(read_at=sa.bindparam("when", type_=_instant))
    )


MARK_READ = Statement("mark_notification_read", _mark_read)
MARK_MERGED_READ = Statement("mark_merged_notifications_read", _mark_merged_read)


def put_api_key(
    work: UnitOfWork,
    *,
    key_id: str,
    name: str,
    secret_hash: str,
    unit: str | None,
    scopes: Iterable[str],
    expires_at: datetime | None,
    district: str | None = None,
) -> None:
    """Writes a key; only the hash of its secret is kept."""
    values = {"id": key_id, "name": name, "secret_hash": secret_hash, "unit": unit}
    more = {"district": district, "scopes": sorted(scopes), "expires_at": expires_at}
    work.write(_KEY, {**values, **more, "lease": work.lease_now()})


def revoke_api_key(work: UnitOfWork, key_id: str) -> bool:
    """Ends a key; False when there is none or it was ended already."""
    return _touched(work, REVOKE_KEY, key_id)


def put_user(work: UnitOfWork, *, login: str, person: str, password_hash: str) -> None:
    """Writes a local login, or its new password."""
    values = {"login": login, "person": person, "password_hash": password_hash}
    work.write(_USER, {**values, "lease": work.lease_now()})


def disable_user(work: UnitOfWork, login: str) -> bool:
    """Closes a login; False when there is none or it is closed already."""
    return _touched(work, DISABLE_USER, login)


def put_session(work: UnitOfWork, *, token_hash: str, login: str, expires_at: datetime) -> None:
    """Writes a session of a user who signed in."""
    values = {"token_hash": token_hash, "login": login, "expires_at": expires_at}
    work.write(_SESSION, {**values, "lease": work.lease_now()})


def end_session(work: UnitOfWork, token_hash: str) -> None:
    """Signs out."""
    work.write(_END_SESSION, {"token_hash": token_hash})


def put_attachment(
    work: UnitOfWork, *, case_id: str, sha256: str, name: str, media_type: str, size: int
) -> None:
    """Notes a file of a case; the same bytes again may get another name or media type."""
    values = {"case_id": case_id, "sha256": sha256, "name": name, "media_type": media_type}
    work.write(_ATTACH, {**values, "size": size, "added_at": work.now()})


def erase_personal(work: UnitOfWork, case_id: str, refs: Iterable[str]) -> None:
    """Deletes personal values; their commitments stay in the journal, and every hash holds."""
    for ref in refs:
        work.write(_ERASE, {"case_id": case_id, "ref": ref})


def mark_read(work: UnitOfWork, *, case_id: str, seq: int, n: int, person: str) -> datetime | None:
    """When the person first read the notification; None when it is not his.

    Who reads one of a digest has read the others that are there.
    """
    key = {"case": case_id, "entry": seq, "number": n, "reader": person, "when": work.now()}
    rows = work.ask([Call(MARK_READ, key)])[0].rows
    if not rows:
        return None
    work.write(MARK_MERGED_READ, key)
    read_at: datetime = rows[0][0]
    return read_at


def _touched(work: UnitOfWork, statement: Statement, key: str) -> bool:
    return bool(work.ask([Call(statement, {"row": key, "lease": work.lease_now()})])[0].rows)
