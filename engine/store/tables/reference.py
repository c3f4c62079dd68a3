"""Writes the reference page of the tables from the tables themselves.

`python -m engine.store.tables.reference > docs/reference/tables.md`; a test compares the two.
"""

import sys
from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa

from engine.store.tables import metadata
from engine.store.types import Identifier, Instant, JsonValue

_INTRODUCTION = """\
# Tables

Made from the tables by `python -m engine.store.tables.reference`; do not edit.

Every key of a case's rows begins with `case_id`. What is done is not kept in rows: it lies in the
journal (`entry`).

| type here | PostgreSQL | SQLite |
|---|---|---|
| identifier | `uuid` | 36 characters |
| instant | `timestamptz` | whole microseconds since 1970-01-01 UTC |
| JSON | `jsonb` | text |
| bytes | `bytea` | blob |
"""
_WORDS: tuple[tuple[type[sa.types.TypeEngine[Any]], str], ...] = (
    (Instant, "instant"),
    (Identifier, "identifier"),
    (JsonValue, "JSON"),
    (sa.LargeBinary, "bytes"),
    (sa.Boolean, "boolean"),
    (sa.Integer, "integer"),
    (sa.String, "text"),
)


def page() -> str:
    """The page."""
    parts = [_INTRODUCTION, *("\n".join(_table(t)) for t in metadata.sorted_tables)]
    return "\n".join(parts)


def _table(table: sa.Table) -> Iterator[str]:
    yield f"## {table.name}\n"
    yield f"{table.comment}\n"
    yield "| column | type | |"
    yield "|---|---|---|"
    for column in table.columns:
        yield f"| `{column.name}` | {_type(column)} | {_notes(column)} |"
    indexes = sorted(", ".join(f"`{c.name}`" for c in index.columns) for index in table.indexes)
    if indexes:
        yield ""
        yield "Indexes: " + "; ".join(indexes) + "."
    yield ""


def _type(column: "sa.Column[object]") -> str:
    word = next(word for kind, word in _WORDS if isinstance(column.type, kind))
    return f"{word}, may be empty" if column.nullable else word


def _notes(column: "sa.Column[object]") -> str:
    key = ["key"] if column.primary_key else []
    target = [f"→ `{key.target_fullname}`" for key in column.foreign_keys]
    said = [column.comment] if column.comment else []
    return "; ".join([*key, *target, *said])


if __name__ == "__main__":
    sys.stdout.write(page())
