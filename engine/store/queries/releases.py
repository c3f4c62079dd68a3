"""Releases and their files, catalogs, calendars, and what belongs to the installation itself."""

from datetime import datetime
from typing import Any, NamedTuple

import sqlalchemy as sa

from engine.store.reader import Reader
from engine.store.tables import (
    blob,
    calendar_version,
    catalog_row,
    catalog_version,
    installation,
    release,
    release_file,
    secret,
    virtual_clock,
)


class ReleaseView(NamedTuple):
    """A deployed release."""

    id: str
    manifest: bytes
    note: str | None
    deployed_at: datetime


class InstallationView(NamedTuple):
    """The birth certificate, and the pins of a new case."""

    semantics: int
    virtual: bool
    born_at: datetime
    current_release: str | None
    current_catalog: str | None
    current_calendar: str | None


class CalendarView(NamedTuple):
    """A version of a working calendar."""

    calendar: str
    version: str
    district: str | None
    content: Any
    published_at: datetime


class CatalogView(NamedTuple):
    """A version of the catalog."""

    version: str
    note: str | None
    imported_at: datetime


_RELEASE = [release.c[name] for name in ReleaseView._fields]
_CALENDAR = [calendar_version.c[name] for name in CalendarView._fields]


def find_installation(reader: Reader) -> InstallationView | None:
    """The installation's record, or None before it was founded."""
    query = sa.select(*(installation.c[name] for name in InstallationView._fields))
    rows = reader.select(query)
    return InstallationView(*rows[0]) if rows else None


def find_virtual_now(reader: Reader) -> datetime | None:
    """Case time of an installation with a virtual clock."""
    rows = reader.select(sa.select(virtual_clock.c.at))
    return rows[0][0] if rows else None


def find_secret(reader: Reader, name: str) -> str | None:
    """A secret of the installation, or None before it was drawn."""
    rows = reader.select(sa.select(secret.c.value).where(secret.c.name == name))
    return rows[0][0] if rows else None


def list_releases(reader: Reader) -> list[ReleaseView]:
    """Every release, the newest first."""
    query = sa.select(*_RELEASE).order_by(release.c.deployed_at.desc(), release.c.id)
    return [ReleaseView(*row) for row in reader.select(query)]


def find_release(reader: Reader, release_id: str) -> ReleaseView | None:
    """A release by its id."""
    rows = reader.select(sa.select(*_RELEASE).where(release.c.id == release_id))
    return ReleaseView(*rows[0]) if rows else None


def read_files(reader: Reader, release_id: str) -> dict[str, bytes]:
    """The files of a release, by path; empty when there is no such release."""
    query = (
        sa.select(release_file.c.path, blob.c.content)
        .join(blob, blob.c.sha256 == release_file.c.sha256)
        .where(release_file.c.release == release_id)
        .order_by(release_file.c.path)
    )
    return {path: bytes(content) for path, content in reader.select(query)}


def list_catalogs(reader: Reader) -> list[CatalogView]:
    """Versions of the catalog, the newest first."""
    columns = [catalog_version.c[name] for name in CatalogView._fields]
    query = sa.select(*columns).order_by(
        catalog_version.c.imported_at.desc(), catalog_version.c.version
    )
    return [CatalogView(*row) for row in reader.select(query)]


def find_catalog_row(reader: Reader, version: str, class_code: str, condition: int) -> Any:
    """What a catalog version says of one condition of a class, or None."""
    c = catalog_row.c
    query = sa.select(c.content).where(
        c.version == version, c.class_code == class_code, c.condition == condition
    )
    rows = reader.select(query)
    return rows[0][0] if rows else None


def read_catalog(reader: Reader, version: str) -> list[Any]:
    """The rows of a catalog version in the order of class and condition."""
    query = (
        sa.select(catalog_row.c.content)
        .where(catalog_row.c.version == version)
        .order_by(catalog_row.c.class_code, catalog_row.c.condition)
    )
    return [row[0] for row in reader.select(query)]


def find_calendar(reader: Reader, calendar: str, version: str) -> CalendarView | None:
    """A version of a calendar."""
    c = calendar_version.c
    query = sa.select(*_CALENDAR).where(c.calendar == calendar, c.version == version)
    rows = reader.select(query)
    return CalendarView(*rows[0]) if rows else None
