"""What is wrong with the feed as a whole: positions without gaps, one for each entry."""

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa

from engine.store.reader import Reader
from engine.store.tables import entry, feed, unsealed

_MOST = 10


def list_feed_faults(reader: Reader) -> list[str]:
    """In words, a few of each kind; empty where the feed is whole. Looks at all of it."""
    return [*_gaps(reader), *_places_of_nothing(reader), *_entries_without_place(reader)]


def _gaps(reader: Reader) -> Iterator[str]:
    position = feed.c.position
    figures: list[sa.ColumnElement[Any]]
    figures = [sa.func.count(), sa.func.min(position), sa.func.max(position)]
    query = sa.select(*figures)
    count, first, last = reader.select(query)[0]
    if count and (first != 1 or last != count):
        yield f"the feed has {count} places between {first} and {last}: some are gone"


def _places_of_nothing(reader: Reader) -> Iterator[str]:
    found = sa.exists().where(entry.c.stream_id == feed.c.stream_id, entry.c.seq == feed.c.seq)
    query = sa.select(feed).where(~found).order_by(feed.c.position).limit(_MOST)
    for row in reader.select(query):
        yield f"place {row[0]} of the feed is entry {row[2]} of {row[1]}, which is not there"


def _entries_without_place(reader: Reader) -> Iterator[str]:
    def missing_in(table: sa.Table) -> sa.ColumnElement[bool]:
        return ~sa.exists().where(
            table.c.stream_id == entry.c.stream_id, table.c.seq == entry.c.seq
        )

    query = (
        sa.select(entry.c.stream_id, entry.c.seq)
        .where(missing_in(feed), missing_in(unsealed))
        .order_by(entry.c.stream_id, entry.c.seq)
        .limit(_MOST)
    )
    for row in reader.select(query):
        yield f"entry {row[1]} of {row[0]} has no place in the feed"
