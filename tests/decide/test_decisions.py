"""A decision is pure, records what it read, and chains its entry."""

import copy
import json

import pytest

from engine.domain.commands import CompleteWorkItem, from_record
from engine.domain.errors import NotYourWorkItemError, SeparationError, UnknownOutcomeError
from engine.domain.evidence import GENESIS, digest, state_hash
from engine.domain.facts import FactNeeded, Facts
from engine.domain.people import Actor
from engine.kernel.decide import World, decide
from engine.kernel.player import Player
from tests.decide.diagrams import NOW, flow, player, process, small_city, world

DISPATCH = (
    '<userTask id="dispatch" cl:role="dispatcher" cl:axis="command" cl:act="dispatch" '
    'cl:outcomes="dispatched returned" cl:reasonRequired="returned"/>'
)
HANDLE = (
    '<userTask id="handle" cl:role="crew" cl:axis="handling" cl:act="handle" cl:outcomes="done">'
    '<extensionElements><cl:output name="note" type="text" required="true"/></extensionElements>'
    "</userTask>"
)
TWO_STEPS = process(
    "two_steps",
    f'<startEvent id="start"/>{DISPATCH}{HANDLE}<endEvent id="end" cl:outcome="closed"/>'
    + flow("start>dispatch>handle>end"),
)


@pytest.fixture
def built() -> World:
    return world(TWO_STEPS)


@pytest.fixture
def opened(built: World) -> Player:
    stage = player(built)
    stage.open({"title": "lamp"}, Actor(via="test"), "two_steps")
    return stage


def complete(stage: Player, outcome: str, **more: object) -> CompleteWorkItem:
    assert stage.snapshot is not None
    instance, wait = stage.waits()[0]
    return CompleteWorkItem(
        case_id=stage.snapshot.case_id,
        instance=instance,
        token=wait.token,
        outcome=outcome,
        **more,  # type: ignore[arg-type]  # the fields of the command
    )


def test_decision_is_the_same_bytes_when_asked_twice(built: World, opened: Player) -> None:
    command, actor = complete(opened, "dispatched"), Actor(via="test", person="wang")
    posts = small_city().read_fact("posts:wang")
    before = copy.deepcopy(opened.snapshot)
    first = decide(built, opened.snapshot, command, actor, NOW, Facts({"posts:wang": posts}))
    second = decide(built, opened.snapshot, command, actor, NOW, Facts({"posts:wang": posts}))
    assert first.entry == second.entry
    assert first.state == second.state
    assert opened.snapshot == before


def test_decision_asks_for_a_fact_that_is_not_at_hand(built: World, opened: Player) -> None:
    command = complete(opened, "dispatched")
    with pytest.raises(FactNeeded) as asked:
        decide(built, opened.snapshot, command, Actor(via="test", person="wang"), NOW, Facts())
    assert asked.value.keys == ("posts:wang",)


def test_entry_holds_actor_command_facts_and_state(opened: Player) -> None:
    opened.do(complete(opened, "dispatched"), Actor(via="user", person="wang"))
    assert opened.snapshot is not None
    first, second = (json.loads(entry) for entry in opened.entries)
    assert first["prev"] == GENESIS
    assert second["prev"] == digest(opened.entries[0])
    assert second["actor"] == {
        "axis": "command",
        "for": None,
        "person": "wang",
        "post": "wang.dispatcher",
        "unit": None,
        "via": "user",
    }
    assert second["command"]["read"]["posts:wang"][0]["role"] == "dispatcher"
    assert second["state"] == state_hash(opened.snapshot.state, opened.snapshot.document)
    again = from_record(
        opened.snapshot.case_id, second["command"]["kind"], second["command"]["args"]
    )
    assert isinstance(again, CompleteWorkItem)
    assert again.outcome == "dispatched"


def test_refusal_changes_nothing(opened: Player) -> None:
    before = opened.snapshot
    with pytest.raises(NotYourWorkItemError):
        opened.do(complete(opened, "dispatched"), Actor(via="test", person="chen"))
    with pytest.raises(UnknownOutcomeError) as refused:
        opened.do(complete(opened, "vanished"), Actor(via="test", person="wang"))
    assert refused.value.context["outcomes"] == ["dispatched", "returned"]
    assert opened.snapshot is before


def test_who_dispatched_is_refused_as_handler_with_the_earlier_act(built: World) -> None:
    city = small_city()
    stage = player(built, city)
    stage.open({}, Actor(via="test"), "two_steps")
    stage.do(complete(stage, "dispatched"), Actor(via="test", person="wang"))
    city.people["wang"] = city.people["chen"]  # he moved to a crew
    with pytest.raises(SeparationError) as refused:
        stage.do(complete(stage, "done", data={"note": "x"}), Actor(via="test", person="wang"))
    assert refused.value.context["rule"] == "separation/dispatched-this-case"
    assert refused.value.context["earlier_act"] == {
        "act": "dispatch",
        "element": "dispatch",
        "person": "wang",
    }


def test_substitute_is_bound_by_his_own_acts_and_his_principals(built: World) -> None:
    stage = player(built)
    stage.open({}, Actor(via="test"), "two_steps")
    stage.do(complete(stage, "dispatched"), Actor(via="test", person="lin", principal="wang"))
    done = complete(stage, "done", data={"note": "x"})
    for person, principal in (("lin", "chen"), ("zhou", "chen")):
        if person == "lin":
            with pytest.raises(SeparationError):
                stage.do(done, Actor(via="test", person=person, principal=principal))
        else:
            stage.do(done, Actor(via="test", person=person, principal=principal))
