"""What the store's tests share: both databases, and rows of a small case."""

from tests.databases import (
    case_clock,
    database,
    database_kind,
    database_url,
    ids,
    lease_clock,
    postgres,
    postgres_template,
    sqlite_template,
)

__all__ = [
    "case_clock",
    "database",
    "database_kind",
    "database_url",
    "ids",
    "lease_clock",
    "postgres",
    "postgres_template",
    "sqlite_template",
]
