"""The birth certificate of an installation, its secrets, and its virtual clock if it has one."""

from datetime import datetime

import sqlalchemy as sa

from engine.domain.errors import WrongStateError
from engine.store import tables
from engine.store.drivers.session import Call
from engine.store.statements import DialectName, Statement, insert, insert_new
from engine.store.types import Instant
from engine.store.unit_of_work import UnitOfWork

_CERTIFICATE = insert(tables.installation, ("id", "semantics", "virtual", "born_at"))
_CLOCK = insert(tables.virtual_clock)
_SECRET = insert_new(tables.secret)


def _advance(_: DialectName) -> sa.Executable:
    clock, to = tables.virtual_clock, sa.bindparam("to", type_=Instant())
    return sa.update(clock).where(clock.c.at <= to).values(at=to).returning(clock.c.at)


ADVANCE = Statement("advance_virtual_clock", _advance)


def found_installation(
    work: UnitOfWork, *, semantics: int, virtual_start: datetime | None = None
) -> None:
    """Writes the certificate, once; with a virtual clock if a start is given."""
    certificate = {"id": 1, "semantics": semantics, "virtual": virtual_start is not None}
    work.write(_CERTIFICATE, {**certificate, "born_at": work.now()})
    if virtual_start is not None:
        work.write(_CLOCK, {"id": 1, "at": virtual_start})


def put_secret(work: UnitOfWork, name: str, value: str) -> None:
    """Keeps a secret, unless another node was first."""
    work.write(_SECRET, {"name": name, "value": value})


def advance_virtual_clock(work: UnitOfWork, to: datetime) -> None:
    """Moves the virtual clock forward; WrongStateError backwards or where there is none."""
    if not work.ask([Call(ADVANCE, {"to": to})])[0].rows:
        raise WrongStateError(
            "the virtual clock moves forward only, where there is one", to=str(to)
        )
