"""The one sequencer: gives entries their place in the order in which they may be read.

On PostgreSQL identity values become visible out of order, so a reader that polls `id > last` loses
what commits late. Commands leave their entries in `unsealed`; whoever holds the advisory lock
gives positions to what is visible. On SQLite the writer does it in the transaction itself.
"""

from collections.abc import Sequence

import sqlalchemy as sa

from engine.store import tables
from engine.store.database import Database
from engine.store.drivers.session import Call
from engine.store.queries.events import FeedEntry, list_case_feed, list_feed
from engine.store.queries.reach import Reach
from engine.store.statements import DialectName, Statement

_SEQUENCER = 0x66656564  # "feed"

LOCK_SEQUENCER = Statement(
    "lock_sequencer",
    lambda _: sa.select(
        sa.cast(
            sa.func.pg_try_advisory_xact_lock(sa.literal_column(str(_SEQUENCER))), sa.Boolean
        ).label("locked")
    ),
)


def _seal(_: DialectName) -> sa.Executable:
    # A separate statement from the lock: its snapshot must be younger than the lock.
    unsealed, feed = tables.unsealed, tables.feed
    oldest = (
        sa.select(unsealed.c.id)
        .order_by(unsealed.c.id)
        .limit(sa.bindparam("limit", type_=sa.Integer()))
    )
    taken = (
        sa.delete(unsealed)
        .where(unsealed.c.id.in_(oldest))
        .returning(unsealed.c.id, unsealed.c.stream_id, unsealed.c.seq)
        .cte("taken")
    )
    last = sa.select(sa.func.coalesce(sa.func.max(feed.c.position), 0)).scalar_subquery()
    place = last + sa.func.row_number().over(order_by=taken.c.id)
    return sa.insert(feed).from_select(
        ["position", "stream_id", "seq"], sa.select(place, taken.c.stream_id, taken.c.seq)
    )


SEAL = Statement("seal_positions", _seal)
ANY_UNSEALED = Statement(
    "any_unsealed", lambda _: sa.select(tables.unsealed.c.id).limit(sa.literal_column("1"))
)


def seal_positions(database: Database, limit: int = 10_000) -> int:
    """Gives positions to entries that have none; how many. 0 while another node does it."""
    if database.dialect == "sqlite":
        return 0
    session = database.session()
    try:
        locked, waiting = session.begin([Call(LOCK_SEQUENCER, {}), Call(ANY_UNSEALED, {})])
        if not locked.rows[0][0] or not waiting.rows:
            return 0
        return session.run([Call(SEAL, {"limit": limit})], commit=True)[0].touched
    finally:
        session.close()


def read_page(database: Database, *, after: int, limit: int) -> list[FeedEntry]:
    """Entries after a position; what has no position yet gets one first."""
    seal_positions(database)
    with database.reads() as reader:
        return list_feed(reader, after=after, limit=limit)


def read_case_page(
    database: Database,
    reach: Sequence[Reach] | None,
    *,
    after: int,
    limit: int,
    looked_at: int,
) -> tuple[list[FeedEntry], int]:
    """As `read_page`, for whoever reads cases within reach; and up to where it is complete."""
    seal_positions(database)
    now = database.case_now()
    with database.reads() as reader:
        return list_case_feed(reader, reach, now=now, after=after, limit=limit, looked_at=looked_at)
