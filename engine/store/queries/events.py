"""The feed: entries by position, each exactly once, without gaps."""

from datetime import datetime
from typing import NamedTuple

import sqlalchemy as sa

from engine.store.reader import Reader
from engine.store.statements import DialectName, Statement
from engine.store.tables import entry, feed, stream_head


class FeedEntry(NamedTuple):
    """An entry at its place in the feed."""

    position: int
    stream: str
    seq: int
    at: datetime
    hash: str
    body: bytes


def _page(_: DialectName) -> sa.Executable:
    # SQLite's planner must begin at the feed: a scan of the entries costs a hundred times more.
    # An inner join by the whole primary key leaves it no other way.
    page = (
        sa.select(feed)
        .where(feed.c.position > sa.bindparam("after"))
        .order_by(feed.c.position)
        .limit(sa.bindparam("limit", type_=sa.Integer()))
        .subquery("page")
    )
    named = sa.select(stream_head.c.stream).where(stream_head.c.stream_id == page.c.stream_id)
    return (
        sa.select(
            page.c.position,
            sa.func.coalesce(
                named.scalar_subquery(),
                sa.literal_column("'case:'") + sa.cast(page.c.stream_id, sa.Text()),
                type_=sa.Text(),
            ).label("stream"),
            page.c.seq,
            entry.c.at,
            entry.c.hash,
            entry.c.body,
        )
        .join_from(
            page,
            entry,
            sa.and_(entry.c.stream_id == page.c.stream_id, entry.c.seq == page.c.seq),
        )
        .order_by(page.c.position)
    )


_PAGE = Statement("feed_page", _page)
_LAST = Statement(
    "feed_last", lambda _: sa.select(sa.func.coalesce(sa.func.max(feed.c.position), 0).label("p"))
)


def list_feed(reader: Reader, *, after: int = 0, limit: int = 500) -> list[FeedEntry]:
    """Entries after a position, in order. See `feed.read_page` for one that gives positions too."""
    return [FeedEntry(*row) for row in reader.rows(_PAGE, after=after, limit=limit)]


def last_position(reader: Reader) -> int:
    """The position of the newest entry; what a change ETag is made of."""
    position: int = reader.rows(_LAST)[0][0]
    return position
