"""The only wiring: settings in, an open installation out."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from engine.domain.clock import Clock
from engine.domain.errors import SettingsError
from engine.domain.ids import uuid7
from engine.service.installation import SEMANTICS, Installation, SystemClock
from engine.service.virtual_clock import VirtualClock
from engine.settings import Settings
from engine.store import Database, open_database
from engine.store.blobs import Blobs
from engine.store.embedded_postgres import start as start_postgres
from engine.store.lockfile import Owner, find_owner
from engine.store.migrations.run import has_tables
from engine.store.queries.events import newest_instant
from engine.store.queries.releases import find_installation, find_virtual_now
from engine.store.writes.installation import found_installation

__all__ = ["Installation", "find_server", "is_founded", "open_installation"]


_SQLITE = "sqlite:///"


class RandomIds:
    """UUIDv7 from the real clock and the system's randomness."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    def new(self) -> str:
        return uuid7(int(self._clock.now().timestamp() * 1000), secrets.token_bytes(10))


@contextmanager
def open_installation(settings: Settings, *, upgrade: bool = True) -> Iterator[Installation]:
    """Opens, migrates and gives an installation; closes everything at the end.

    A new database gets its birth certificate: with a virtual clock or without one, for ever.
    """
    settings.data.mkdir(parents=True, exist_ok=True)
    real = SystemClock()
    ids = RandomIds(real)
    url, server = settings.database_url, None
    if settings.embedded_postgres is not None:
        server = start_postgres(settings.embedded_postgres)
        url = server.url()
    database = open_database(url, lease_clock=_lease_clock(url, real), ids=ids)
    try:
        if upgrade:
            database.upgrade()
        virtual = _virtual_clock(database, settings, real)
        if virtual is not None:
            database.clock = virtual
        blobs = Blobs(settings.blobs_url, ids)
        yield Installation(settings, database, blobs, ids, real, virtual)
    finally:
        database.close()
        if server is not None and server.is_own:
            server.stop()


def _lease_clock(url: str, real: Clock) -> Clock | None:
    """SQLite has no clock of its own; PostgreSQL's is the same for all nodes."""
    return real if url.startswith("sqlite") else None


def _virtual_clock(database: Database, settings: Settings, real: Clock) -> VirtualClock | None:
    with database.reads() as reader:
        born, at = find_installation(reader), find_virtual_now(reader)
        newest = newest_instant(reader)
    if born is None:
        with database.unit_of_work() as work:
            found_installation(work, semantics=SEMANTICS, virtual_start=settings.virtual_clock)
            work.commit()
        at = settings.virtual_clock
    elif settings.virtual_clock is not None and at is None:
        raise SettingsError(
            "this database was born without a virtual clock; use a new one for it",
            setting="virtual clock",
        )
    if at is None:
        return None
    # A clock that runs is written down now and then: what was recorded since then was not later.
    return VirtualClock(max(at, newest or at), real, settings.speed)


def is_founded(settings: Settings) -> bool:
    """Whether there is an installation to open. Looks only: makes no folder, file or table."""
    if settings.embedded_postgres is not None:
        return (settings.embedded_postgres / "PG_VERSION").is_file()
    if settings.database_url.startswith(_SQLITE):
        return _has_content(Path(settings.database_url.removeprefix(_SQLITE)))
    return has_tables(settings.database_url)


def _has_content(file: Path) -> bool:
    return file.is_file() and file.stat().st_size > 0


def find_server(settings: Settings) -> Owner | None:
    """The process that has this installation's SQLite file open, or None."""
    if not settings.database_url.startswith(_SQLITE):
        return None
    return find_owner(Path(settings.database_url.removeprefix(_SQLITE)))
