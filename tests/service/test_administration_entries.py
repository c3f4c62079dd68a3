"""Entries of the streams that are no case's: chained, once per key, nothing when refused."""

import json
from typing import Any

import pytest

from engine.domain.errors import IdempotencyKeyReusedError, InvalidRequestError
from engine.domain.evidence import GENESIS, canonical, digest
from engine.domain.journal import Event
from engine.domain.people import Actor
from engine.service.administration import Changed, record
from engine.service.executor import Answer
from engine.service.installation import Installation
from engine.store import UnitOfWork
from engine.store.queries.journal import list_entries
from engine.store.queries.people import list_units
from engine.store.writes.organisation import UnitRow, put_units
from tests.databases import SettableClock


def rename(inst: Installation, actor: Actor, name: str, **options: Any) -> Answer:
    """A small administrative write."""

    def change(work: UnitOfWork) -> Changed:
        put_units(work, [UnitRow(id="works", name=name, valid_from=work.now())])
        return Changed((Event("unit.renamed", {"name": name}),), {"name": name})

    return record(
        inst, actor, "organisation", "rename_unit", args={"name": name}, change=change, **options
    )


def entries(inst: Installation) -> list[dict[str, Any]]:
    with inst.database.reads() as reader:
        return [json.loads(e.body) for e in list_entries(reader, "organisation")]


def test_entries_of_a_stream_are_chained(inst: Installation, operator: Actor) -> None:
    first, second = rename(inst, operator, "Works"), rename(inst, operator, "Public works")
    assert first.receipt is not None
    assert second.receipt is not None
    told = entries(inst)
    assert [entry["seq"] for entry in told] == [1, 2]
    assert [entry["prev"] for entry in told] == [GENESIS, first.receipt.hash]
    assert digest(canonical(told[1])) == second.receipt.hash
    assert told[0]["actor"]["via"] == "cli"
    assert told[0]["command"] == {
        "args": {"name": "Works"},
        "key": None,
        "kind": "rename_unit",
        "read": {},
    }


def test_recorded_time_never_goes_back(
    inst: Installation, operator: Actor, case_clock: SettableClock
) -> None:
    first = rename(inst, operator, "Works")
    case_clock.forward(hours=-2)
    second = rename(inst, operator, "Public works")
    assert first.receipt is not None
    assert second.receipt is not None
    assert second.receipt.at == first.receipt.at


def test_same_key_is_answered_without_a_second_entry(inst: Installation, operator: Actor) -> None:
    first = rename(inst, operator, "Works", idempotency_key="k")
    again = rename(inst, operator, "Works", idempotency_key="k")
    assert (again.receipt, again.data, again.replayed) == (first.receipt, first.data, True)
    assert len(entries(inst)) == 1


def test_same_key_for_another_request_is_refused(inst: Installation, operator: Actor) -> None:
    rename(inst, operator, "Works", idempotency_key="k")
    with pytest.raises(IdempotencyKeyReusedError):
        rename(inst, operator, "Parks", idempotency_key="k")


def test_refused_change_leaves_nothing_behind(inst: Installation, operator: Actor) -> None:
    def change(work: UnitOfWork) -> Changed:
        put_units(work, [UnitRow(id="works", name="Works")])
        work.ask(())
        raise InvalidRequestError("no")

    with pytest.raises(InvalidRequestError, match="no"):
        record(inst, operator, "organisation", "rename_unit", args={}, change=change)
    assert entries(inst) == []
    with inst.database.reads() as reader:
        assert list_units(reader, now=inst.now()) == []


def test_change_without_events_is_answered_by_the_last_entry(
    inst: Installation, operator: Actor
) -> None:
    first = rename(inst, operator, "Works")
    nothing = record(
        inst, operator, "organisation", "rename_unit", args={}, change=lambda _: Changed()
    )
    assert nothing.receipt == first.receipt
    assert len(entries(inst)) == 1
