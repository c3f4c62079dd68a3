"""A signal reaches every case that waits for it and opens those that begin by it, each once."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from engine.domain.people import Actor
from engine.domain.rows import SignalDelivery
from engine.runtime.ticker import Ticker
from engine.service import cases, evidence, signals, work_items
from engine.service.signal_delivery import SIGNALS, deliver
from engine.store import signals as on_their_way
from engine.store.queries.journal import list_entries
from engine.store.signals import claim_deliveries, count_deliveries
from tests.audit.town import OPERATOR, Town
from tests.databases import SettableClock
from tests.kernel.drawing import (
    catch,
    diagram,
    end,
    event_sub,
    flows,
    process,
    signal,
    start,
    throw,
    user,
)
from tests.runtime.starting import cases_of, deploy

FLOOD = signal("flood")


def drawn(name: str, *parts: str) -> bytes:
    return diagram(process(name, *parts, end()))


WAITS = drawn("waits", start(), catch("c", FLOOD), user("u"), flows("start > c > u > end"))
THROWS = drawn("throws", start(), user("w"), throw("t", FLOOD), flows("start > w > t > end"))
BEGINS = drawn("begins", start("s", FLOOD), user("x"), flows("s > x > end"))


def echoing(name: str, hears: str, says: str) -> bytes:
    """While somebody stays, it answers each signal by another one."""
    answer = (throw("r", signal(says)), flows("again_start > r"))
    return drawn(
        name,
        start(),
        user("stay"),
        flows("start > stay > end"),
        event_sub("again", signal(hears), *answer, interrupting=False),
    )


def opened(town: Town, name: str) -> str:
    return str(cases.open_case(town.inst, OPERATOR, data={}, process=name).data["case_id"])


def complete(town: Town, case_id: str, element: str) -> None:
    item = town.items(case_id)[element]
    work_items.complete(
        town.inst, OPERATOR, f"{case_id}.{item.instance}.{item.token}", outcome=None, data={}
    )


def entries(town: Town, stream: str) -> Iterator[dict[str, Any]]:
    with town.inst.database.reads() as reader:
        found = list_entries(reader, stream)
    return (json.loads(entry.body) for entry in found)


def heard(town: Town, case_id: str) -> list[str]:
    """The causes of the signals that a case has received."""
    return [
        event["data"]["cause"]
        for entry in entries(town, f"case:{case_id}")
        for event in entry["events"]
        if event["type"] == "signal.received"
    ]


def test_signal_of_one_case_reaches_every_case_that_waits(town: Town) -> None:
    deploy(town, WAITS, THROWS)
    waiting = [opened(town, "waits") for _ in range(3)]
    thrower = opened(town, "throws")
    complete(town, thrower, "w")
    assert all(town.items(case_id) == {} for case_id in waiting)
    Ticker(town.inst, "n").tick()
    for case_id in waiting:
        assert list(town.items(case_id)) == ["u"]
        assert heard(town, case_id) == [f"case:{thrower}/2.1"]
    assert count_deliveries(town.inst.database) == 0
    Ticker(town.inst, "n").tick()
    assert heard(town, waiting[0]) == [f"case:{thrower}/2.1"]


def told(town: Town) -> list[dict[str, Any]]:
    """What the stream of signals says."""
    return [event for entry in entries(town, SIGNALS) for event in entry["events"]]


def sent(town: Town, actor: Actor = OPERATOR, **more: Any) -> dict[str, Any]:
    return signals.send(town.inst, actor, name="flood", **more).data


def claimed(town: Town) -> dict[str, SignalDelivery]:
    found = claim_deliveries(town.inst.database, seconds=30, limit=99)
    return {delivery.receiver: delivery for delivery in found}


def test_signal_from_outside_reaches_those_who_wait_and_opens_a_case(town: Town) -> None:
    deploy(town, WAITS, BEGINS)
    waiting = [opened(town, "waits") for _ in range(2)]
    assert sent(town) == {"cases": 2, "name": "flood", "opens": True}
    Ticker(town.inst, "n").tick()
    assert [heard(town, case_id) for case_id in waiting] == [["signals/1"], ["signals/1"]]
    [begun] = cases_of(town.inst, "begins")
    assert begun["command"]["args"]["cause"] == "signals/1"
    Ticker(town.inst, "n").tick()
    assert len(cases_of(town.inst, "begins")) == 1


def test_repeated_request_sends_one_signal(town: Town) -> None:
    deploy(town, BEGINS)
    assert sent(town, idempotency_key="k") == sent(town, idempotency_key="k")
    Ticker(town.inst, "n").tick()
    assert len(cases_of(town.inst, "begins")) == 1


def test_who_may_only_send_opens_nothing(town: Town) -> None:
    deploy(town, WAITS, BEGINS)
    waits = opened(town, "waits")
    key = Actor(via="key:hotline", scopes=frozenset({"messages:send"}))
    assert sent(town, key) == {"cases": 1, "name": "flood", "opens": False}
    Ticker(town.inst, "n").tick()
    assert heard(town, waits) == ["signals/1"]
    assert cases_of(town.inst, "begins") == []


def test_signal_reaches_only_cases_that_its_sender_may_read(town: Town) -> None:
    deploy(town, WAITS)
    case_id = opened(town, "waits")
    assert sent(town, Actor(via="key:x", unit="municipal_works"))["cases"] == 0
    Ticker(town.inst, "n").tick()
    assert heard(town, case_id) == []


def test_receiver_that_names_roles_refuses_a_stranger_and_says_so(town: Town) -> None:
    named = catch("c", FLOOD, cl_role="dispatcher")
    other = drawn("other", start(), catch("d", FLOOD), user("v"), flows("start > d > v > end"))
    deploy(town, drawn("waits", start(), named, flows("start > c > end")), other)
    refusing, taking = opened(town, "waits"), opened(town, "other")
    sent(town)
    Ticker(town.inst, "n").tick()
    assert (heard(town, refusing), heard(town, taking)) == ([], ["signals/1"])
    [refused] = [e["data"] for e in told(town) if e["type"] == "signal.not_received"]
    assert (refused["receiver"], refused["code"]) == (refusing, "forbidden")
    assert count_deliveries(town.inst.database) == 0


def test_delivery_in_the_hands_of_two_nodes_is_heard_once(
    town: Town, lease_clock: SettableClock
) -> None:
    deploy(town, WAITS, BEGINS)
    case_id = opened(town, "waits")
    sent(town)
    slow = claimed(town)
    assert claimed(town) == {}
    lease_clock.forward(seconds=31)
    for delivery in (*claimed(town).values(), *slow.values()):
        deliver(town.inst, delivery)
    assert heard(town, case_id) == ["signals/1"]
    Ticker(town.inst, "n").tick()
    assert len(cases_of(town.inst, "begins")) == 1


def test_thrown_signal_opens_no_second_instance_of_what_began_inside(town: Town) -> None:
    """Beside its own process the thrower's case holds the instance that began by the signal."""
    deploy(town, THROWS, BEGINS)
    thrower = opened(town, "throws")
    complete(town, thrower, "w")
    Ticker(town.inst, "n").tick()
    assert list(town.items(thrower)) == ["x"]
    assert cases_of(town.inst, "begins") == []


def test_signals_that_answer_each_other_come_to_rest_and_are_told(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(on_their_way, "MOST_TIMES", 3)
    deploy(town, echoing("ping", "flood", "ebb"), echoing("pong", "ebb", "flood"))
    answering = [opened(town, name) for name in ("ping", "ping", "pong", "pong")]
    sent(town)
    for _ in range(3):
        Ticker(town.inst, "n").tick()
    times = [len(heard(town, case_id)) for case_id in answering]
    assert all(3 <= n <= 6 for n in times), times
    assert count_deliveries(town.inst.database) == 0
    over = [e["data"] for e in told(town) if e["type"] == "signal.not_received"]
    assert {e["code"] for e in over} == {"signal-too-often"}
    assert {e["receiver"] for e in over} & set(answering)


def test_two_cases_that_throw_for_one_reason_are_both_heard(town: Town) -> None:
    deploy(town, echoing("ping", "flood", "ebb"), echoing("pong", "ebb", "calm"))
    for _ in range(2):
        opened(town, "ping")
    hearer = opened(town, "pong")
    sent(town)
    Ticker(town.inst, "n").tick()
    assert len(heard(town, hearer)) == 2


def test_cases_that_heard_a_signal_are_replayed_and_verified(town: Town) -> None:
    deploy(town, WAITS, THROWS, BEGINS)
    waits, thrower = opened(town, "waits"), opened(town, "throws")
    complete(town, thrower, "w")
    sent(town)
    Ticker(town.inst, "n").tick()
    begun = cases_of(town.inst, "begins")[0]["stream"].removeprefix("case:")
    for case_id in (waits, thrower, begun):
        assert evidence.replay(town.inst, OPERATOR, case_id)["verdict"] == "conforms"
        assert evidence.verify(town.inst, OPERATOR, case_id)["verdict"] == "intact"
