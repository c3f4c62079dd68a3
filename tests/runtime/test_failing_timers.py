"""A timer that cannot be fired is put off and told; the timers behind it fire in the same round."""

import logging

import pytest
import sqlalchemy as sa

from engine.runtime.ticker import Ticker
from engine.service import health
from engine.service.firing import POSTPONE_SECONDS
from engine.store.statements import Statement
from engine.store.tables import case_state
from tests.audit.town import Town
from tests.databases import SettableClock

_SET_STATE = Statement(
    "set_state",
    lambda _: (
        sa.update(case_state)
        .where(case_state.c.case_id == sa.bindparam("case"))
        .values(state=sa.bindparam("content", type_=sa.LargeBinary()))
    ),
)
_READ_STATE = sa.select(case_state.c.state)


def set_state(town: Town, case_id: str, content: bytes) -> bytes:
    """Overwrites a case's state behind the house's back; what was there."""
    with town.inst.database.reads() as reader:
        before = reader.select(_READ_STATE.where(case_state.c.case_id == case_id))[0][0]
    with town.inst.database.unit_of_work() as work:
        work.write(_SET_STATE, {"case": case_id, "content": content})
        work.commit()
    return bytes(before)


@pytest.fixture
def poisoned(town: Town) -> tuple[Town, str, bytes]:
    """Two cases whose four timers are due; the first case cannot be read."""
    sick = town.dispatched()
    town.dispatched()
    state = set_state(town, sick, b'{"instances": 7}')
    town.clock.forward(days=3)
    return town, sick, state


def test_timers_behind_one_that_cannot_be_fired_have_their_turn(
    poisoned: tuple[Town, str, bytes], caplog: pytest.LogCaptureFixture
) -> None:
    town, sick, _ = poisoned
    with caplog.at_level(logging.ERROR, logger="caseloop.timers"):
        fired = Ticker(town.inst, "n").tick()
    assert (fired.fired, fired.failed) == (2, 2)
    [first, second] = [r for r in caplog.records if r.name == "caseloop.timers"]
    assert sick in first.getMessage()
    assert "handling_at_80" in first.getMessage()
    assert first.exc_info is not None
    assert sick in second.getMessage()


def test_health_counts_what_is_put_off_until_it_fires(
    poisoned: tuple[Town, str, bytes], lease_clock: SettableClock
) -> None:
    town, sick, state = poisoned
    ticker = Ticker(town.inst, "n")
    assert health.check(town.inst)["postponed_timers"] == 0
    ticker.tick()
    told = health.check(town.inst)
    assert told["postponed_timers"] == 2
    assert any("2 timers cannot be fired" in warning for warning in told["warnings"])
    set_state(town, sick, state)
    assert ticker.tick().fired == 0
    lease_clock.forward(seconds=POSTPONE_SECONDS + 1)
    assert ticker.tick().fired == 2
    assert health.check(town.inst)["postponed_timers"] == 0
