"""Writing releases, catalogs, calendars, and which of them a new case is decided by."""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

import sqlalchemy as sa

from engine.domain.evidence import Json, digest
from engine.store import tables
from engine.store.statements import DialectName, Statement, insert, insert_new
from engine.store.unit_of_work import UnitOfWork


class CatalogRow(NamedTuple):
    """Class and condition of the catalog 案件目录, and what it says of them."""

    class_code: str
    condition: int
    content: Json


_RELEASE = insert_new(tables.release)
_BLOB = insert_new(tables.blob)
_FILE = insert_new(tables.release_file)
_CATALOG = insert(tables.catalog_version)
_CATALOG_ROW = insert(tables.catalog_row)
_CALENDAR = insert(tables.calendar_version)


def _set_current(column: str) -> Statement:
    def build(_: DialectName) -> sa.Executable:
        return sa.update(tables.installation).values({column: sa.bindparam("value")})

    return Statement(f"set_{column}", build)


_CURRENT = {name: _set_current(f"current_{name}") for name in ("release", "catalog", "calendar")}


def put_release(
    work: UnitOfWork,
    release: str,
    manifest: bytes,
    files: Mapping[str, bytes],
    *,
    note: str | None = None,
) -> None:
    """Writes a release with its files; the same release again changes nothing."""
    values: dict[str, Any] = {"id": release, "manifest": manifest, "note": note}
    work.write(_RELEASE, {**values, "deployed_at": work.now()})
    for path, content in sorted(files.items()):
        sha256 = digest(content)
        work.write(_BLOB, {"sha256": sha256, "content": content})
        work.write(_FILE, {"release": release, "path": path, "sha256": sha256})


def put_catalog(
    work: UnitOfWork, version: str, rows: Iterable[CatalogRow], *, note: str | None = None
) -> None:
    """Writes a new version of the catalog; ConflictError when there is one of this name."""
    work.write(_CATALOG, {"version": version, "note": note, "imported_at": work.now()})
    for row in rows:
        work.write(_CATALOG_ROW, {"version": version, **row._asdict()})


def put_calendar(
    work: UnitOfWork, calendar: str, version: str, content: Json, *, district: str | None = None
) -> None:
    """Writes a new version of a working calendar."""
    values: dict[str, Any] = {"calendar": calendar, "version": version, "content": content}
    work.write(_CALENDAR, {**values, "district": district, "published_at": work.now()})


def set_current(
    work: UnitOfWork,
    *,
    release: str | None = None,
    catalog: str | None = None,
    calendar: str | None = None,
) -> None:
    """Says what a new case is decided by; None leaves it as it is."""
    given = {"release": release, "catalog": catalog, "calendar": calendar}
    for name, value in given.items():
        if value is not None:
            work.write(_CURRENT[name], {"value": value})
