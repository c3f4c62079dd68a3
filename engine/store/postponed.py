"""Timers whose firing failed: they are tried again by themselves, and hold up nobody meanwhile."""

import sqlalchemy as sa

from engine.store.tables import timer


def is_put_off(table: sa.Table = timer) -> sa.ColumnElement[bool]:
    """A lease that is nobody's; a claim, or a new due time, ends that."""
    return sa.and_(table.c.node.is_(None), table.c.leased_until.is_not(None))
