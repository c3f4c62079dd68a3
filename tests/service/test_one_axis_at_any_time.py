"""One person, one axis: whoever waits for the organisation's lock judges by what he waited for."""

import threading
from typing import Any

import pytest

from engine.domain.errors import ConflictError
from engine.domain.journal import Event
from engine.domain.people import Actor
from engine.service.administration import ORGANISATION, Changed, record
from engine.service.installation import Installation
from engine.service.organisation import add_post
from engine.store import UnitOfWork
from engine.store.queries.people import list_people
from engine.store.writes.organisation import PersonRow, PostRow, UnitRow, put_people, put_units
from tests.databases import SettableClock

SUPERVISION: dict[str, Any] = {"id": "qin.collector", "role": "collector", "axis": "supervision"}
HANDLING: dict[str, Any] = {"id": "qin.crew", "role": "crew", "axis": "handling"}


def axes(inst: Installation) -> set[str]:
    with inst.database.reads() as reader:
        return {str(p.axis) for who in list_people(reader, now=inst.now()) for p in who.posts}


def test_post_of_another_axis_is_refused_when_the_clock_was_set_back(
    inst: Installation, operator: Actor, case_clock: SettableClock
) -> None:
    add_post(inst, operator, "qin", name="Qin", **SUPERVISION)
    case_clock.forward(hours=-2)
    with pytest.raises(ConflictError, match="one axis"):
        add_post(inst, operator, "qin", name="Qin", **HANDLING)
    case_clock.forward(hours=2)
    assert axes(inst) == {"supervision"}


def test_post_of_another_axis_is_refused_to_whoever_waited_for_the_first(
    inst: Installation, operator: Actor, case_clock: SettableClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second has looked at the clock before the first writes, at a later instant."""
    looked, refused = threading.Event(), []
    now = inst.database.case_now

    def look() -> Any:
        found = now()
        if threading.current_thread() is second:
            looked.set()
        return found

    def give_second() -> None:
        try:
            add_post(inst, operator, "qin", name="Qin", **HANDLING)
        except ConflictError as exc:
            refused.append(exc.message)

    def first(work: UnitOfWork) -> Changed:
        second.start()
        assert looked.wait(10)
        at = case_clock.forward(seconds=1)
        put_people(
            work,
            [PersonRow(id="qin", name="Qin", valid_from=at)],
            [PostRow(person="qin", valid_from=at, **SUPERVISION)],
        )
        return Changed((Event("person.entered", {"person": "qin"}),))

    monkeypatch.setattr(inst.database, "case_now", look)
    second = threading.Thread(target=give_second)
    record(inst, operator, ORGANISATION, "first", args={}, change=first)
    second.join(10)
    assert len(refused) == 1
    assert "one axis" in refused[0]
    assert axes(inst) == {"supervision"}


def test_row_is_not_begun_before_a_later_one_of_its_id(
    inst: Installation, case_clock: SettableClock
) -> None:
    """Two rows of one id would be open, and which of them holds a matter of luck."""
    earlier = case_clock.now()
    later = case_clock.forward(hours=1)
    with inst.database.unit_of_work() as work:
        put_units(work, [UnitRow(id="works", name="Works", valid_from=later)])
        work.commit()
    with inst.database.unit_of_work() as work, pytest.raises(ConflictError, match="works"):
        put_units(work, [UnitRow(id="works", name="Old works", valid_from=earlier)])
