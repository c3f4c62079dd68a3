"""The feed: entries by position, each exactly once, without gaps."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

import sqlalchemy as sa

from engine.domain.journal import case_stream
from engine.store.queries.reach import Reach, is_reached
from engine.store.reader import Reader
from engine.store.statements import DialectName, Statement
from engine.store.tables import case_file, entry, feed, stream_head, unsealed


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


def list_case_feed(
    reader: Reader,
    reach: Sequence[Reach] | None,
    *,
    now: datetime | None,
    after: int = 0,
    limit: int = 500,
    looked_at: int = 1000,
) -> tuple[list[FeedEntry], int]:
    """Up to `limit` of the next `looked_at` entries, those of cases within reach (None: of all).

    And the position up to which they are complete: whoever reads on from there passes over the
    hidden ones and leaves out none of his.
    """
    # As above: the entries looked at come first, in a sub-select that begins at the feed.
    page = (
        sa.select(feed)
        .where(feed.c.position > after)
        .order_by(feed.c.position)
        .limit(looked_at)
        .subquery("page")
    )
    last = reader.select(sa.select(sa.func.max(page.c.position)))[0][0]
    if last is None:
        return [], after
    query = (
        sa.select(
            page.c.position, page.c.stream_id, page.c.seq, entry.c.at, entry.c.hash, entry.c.body
        )
        .join_from(page, case_file, case_file.c.case_id == page.c.stream_id)
        .join(entry, sa.and_(entry.c.stream_id == page.c.stream_id, entry.c.seq == page.c.seq))
        .where(page.c.position <= last, _is_readable(reader, reach, now))
        .order_by(page.c.position)
        .limit(limit)
    )
    found = [FeedEntry(row[0], case_stream(row[1]), *row[2:]) for row in reader.select(query)]
    return found, found[-1].position if len(found) == limit else last


def _is_readable(
    reader: Reader, reach: Sequence[Reach] | None, now: datetime | None
) -> sa.ColumnElement[bool]:
    return sa.true() if reach is None else is_reached(reader, reach, now=now)


def last_position(reader: Reader) -> int:
    """The position of the newest entry; what a change ETag is made of."""
    position: int = reader.rows(_LAST)[0][0]
    return position


def newest_instant(reader: Reader) -> datetime | None:
    """The latest recorded time among the newest entries, those without a position included."""
    last = sa.select(feed.c.stream_id, feed.c.seq).order_by(feed.c.position.desc()).limit(100)
    waiting = sa.select(unsealed.c.stream_id, unsealed.c.seq)
    found = [reader.select(_latest(query.subquery()))[0][0] for query in (last, waiting)]
    return max((at for at in found if at is not None), default=None)


def _latest(newest: sa.Subquery) -> sa.Select[tuple[datetime]]:
    by_key = sa.and_(entry.c.stream_id == newest.c.stream_id, entry.c.seq == newest.c.seq)
    return sa.select(sa.func.max(entry.c.at)).select_from(newest).join(entry, by_key)
