"""The virtual clock is moved from due instant to due instant."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from engine.domain.errors import WrongStateError
from engine.service import timers
from engine.service.installation import Installation
from engine.service.virtual_clock import VirtualClock
from engine.store.queries.journal import list_entries
from engine.store.queries.releases import find_virtual_now
from engine.store.queries.waiting import list_timers
from engine.store.timers import claim_due
from tests.audit.town import OPERATOR, Town
from tests.databases import START, SettableClock
from tests.installations import opened


@pytest.fixture
def moving(city_url: str, tmp_path: Path) -> Iterator[Town]:
    """The sample city on a virtual clock that stands."""
    with opened(city_url, tmp_path) as inst:
        yield Town(inst, _Hand(inst))  # type: ignore[arg-type]  # moves the virtual clock instead


class _Hand:
    """People take their time on the virtual clock."""

    def __init__(self, inst: Installation) -> None:
        self._inst = inst

    def forward(self, **delta: float) -> None:
        timers.advance_clock(self._inst, OPERATOR, self._inst.now() + timedelta(**delta))


def fired_at(inst: Installation, case_id: str) -> list[datetime]:
    with inst.database.reads() as reader:
        entries = list_entries(reader, f"case:{case_id}")
    return [e.at for e in entries if b'"type":"timer.fired"' in e.body]


def dues(inst: Installation, case_id: str) -> list[datetime]:
    with inst.database.reads() as reader:
        return [timer.due_at for timer in list_timers(reader, case_id)]


def test_each_timer_fires_at_its_own_instant(moving: Town) -> None:
    cases = [moving.dispatched() for _ in range(2)]
    due = [dues(moving.inst, case_id) for case_id in cases]
    moved = timers.advance_clock(moving.inst, OPERATOR, moving.inst.now() + timedelta(days=9))
    assert moved["fired"] == 4
    assert [fired_at(moving.inst, case_id) for case_id in cases] == due


def test_clock_that_was_moved_is_found_there_after_a_restart(
    moving: Town, city_url: str, tmp_path: Path
) -> None:
    case_id = moving.dispatched()
    first, _ = dues(moving.inst, case_id)
    timers.advance_clock(moving.inst, OPERATOR, first)
    with moving.inst.database.reads() as reader:
        at = find_virtual_now(reader)
    assert at == first
    moving.inst.database.close()
    with opened(city_url, tmp_path, at=at) as again:
        timers.advance_clock(again, OPERATOR, at + timedelta(days=9))
        assert len(fired_at(again, case_id)) == 2


def test_clock_moves_forward_only(moving: Town) -> None:
    with pytest.raises(WrongStateError):
        timers.advance_clock(moving.inst, OPERATOR, moving.inst.now() - timedelta(seconds=1))


def test_clock_of_the_city_cannot_be_moved(town: Town) -> None:
    with pytest.raises(WrongStateError):
        timers.advance_clock(town.inst, OPERATOR, town.clock.now() + timedelta(days=1))


def test_clock_stops_and_tells_when_a_timer_cannot_be_fired(
    moving: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another node holds it and never comes back: nobody waits for ever, no timer is passed."""
    monkeypatch.setattr(timers, "_MOST_LOOKS", 2)
    case_id = moving.dispatched()
    first, _ = dues(moving.inst, case_id)
    claim_due(moving.inst.database, now=first, node="dead", lease_seconds=60, limit=1)
    with pytest.raises(WrongStateError, match="cannot be fired"):
        timers.advance_clock(moving.inst, OPERATOR, moving.inst.now() + timedelta(days=9))
    assert moving.inst.now() == first
    assert fired_at(moving.inst, case_id) == []


def test_running_clock_goes_on_from_where_it_was_moved_to() -> None:
    real = SettableClock()
    clock = VirtualClock(START, real, speed=60)
    real.forward(seconds=10)
    clock.move_to(START + timedelta(hours=1))
    real.forward(seconds=1)
    assert clock.now() == START + timedelta(hours=1, minutes=1)
