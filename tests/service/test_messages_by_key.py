"""Messages that name no case: by the key that one waiting case carries."""

from dataclasses import replace

import pytest

from engine.domain.errors import (
    BadVariablesError,
    CaseNotFoundError,
    ConflictError,
    ForbiddenError,
    WrongStateError,
)
from engine.domain.people import Actor
from engine.service import cases, messages, releases, work_item_views, work_items
from engine.service.executor import Answer
from engine.service.installation import Installation
from tests.audit.town import OPERATOR, Town, who
from tests.kernel.drawing import catch, diagram, end, flows, message, process, start, user

SYSTEM = Actor(via="key:permits")


@pytest.fixture
def inst(town: Town) -> Installation:
    """Cases that wait for a permit, by their own number."""
    drawn = process(
        "digging",
        start(),
        catch("hears", message("permit"), cl_key="=permit_no"),
        user("dig"),
        end(),
        flows("start > hears > dig > end"),
    )
    releases.deploy(town.inst, OPERATOR, {"digging.bpmn": diagram(drawn)}, note="test")
    return town.inst


def waiting(inst: Installation, number: str) -> str:
    """A case that waits for the permit of a number."""
    answer = cases.open_case(inst, SYSTEM, data={"permit_no": number}, process="digging")
    return str(answer.data["case_id"])


def send(inst: Installation, number: str | None, *, key: str | None = None) -> Answer:
    return messages.correlate(
        inst, SYSTEM, name="permit", correlation_key=number, idempotency_key=key
    )


def test_message_finds_the_case_of_its_key(inst: Installation) -> None:
    waiting(inst, "A")
    case_id = waiting(inst, "B")
    assert send(inst, "B").data["case_id"] == case_id


def test_message_of_a_key_that_nobody_waits_for_is_refused(inst: Installation) -> None:
    waiting(inst, "A")
    with pytest.raises(CaseNotFoundError):
        send(inst, "B")


def test_message_is_refused_when_several_cases_wait(inst: Installation) -> None:
    for _ in range(2):
        waiting(inst, "A")
    with pytest.raises(ConflictError):
        send(inst, "A")


def test_repeated_message_is_answered_when_nobody_waits_any_more(inst: Installation) -> None:
    waiting(inst, "A")
    first = send(inst, "A", key="k")
    assert send(inst, "A", key="k") == Answer(first.receipt, first.data, replayed=True)


def test_repeated_message_does_not_reach_the_next_case_of_its_key(inst: Installation) -> None:
    waiting(inst, "A")
    first = send(inst, "A", key="k")
    later = [waiting(inst, "A"), waiting(inst, "A")]
    assert send(inst, "A", key="k").data == first.data
    assert {cases.get_case(inst, SYSTEM, case_id)["seq"] for case_id in later} == {1}


def test_message_without_its_key_does_not_reach_the_case(inst: Installation) -> None:
    case_id = waiting(inst, "A")
    with pytest.raises(WrongStateError) as refused:
        messages.correlate(inst, SYSTEM, name="permit", case_id=case_id, correlation_key="B")
    assert refused.value.context["waiting"] == ["permit"]
    assert cases.get_case(inst, SYSTEM, case_id)["seq"] == 1


def test_key_of_a_unit_finds_the_one_case_that_is_its_own(town: Town) -> None:
    drawn = process(
        "digging", start(), catch("hears", message("permit")), end(), flows("start > hears > end")
    )
    releases.deploy(town.inst, OPERATOR, {"digging.bpmn": diagram(drawn)}, note="test")
    mine, other = (
        cases.open_case(town.inst, SYSTEM, data={"responsible_unit": unit}, process="digging").data[
            "case_id"
        ]
        for unit in ("municipal_works", "sanitation")
    )
    works = Actor(via="key:w", unit="municipal_works")
    with pytest.raises(CaseNotFoundError):
        messages.correlate(town.inst, works, name="permit", case_id=other)
    first = messages.correlate(town.inst, works, name="permit", idempotency_key="k")
    assert first.data["case_id"] == mine
    with pytest.raises(CaseNotFoundError):
        messages.correlate(town.inst, works, name="permit")
    again = messages.correlate(town.inst, works, name="permit", idempotency_key="k")
    assert again.replayed


def test_void_is_asked_for_by_an_acceptor_alone(town: Town) -> None:
    case_id = town.dispatched()
    works = Actor(via="key:w", unit="municipal_works")
    for actor in (works, Actor(via="key:w", unit="municipal_works", person="peng"), OPERATOR):
        with pytest.raises(ForbiddenError):
            messages.correlate(town.inst, actor, name="void_requested", case_id=case_id)
    with pytest.raises(BadVariablesError):
        messages.correlate(
            town.inst,
            who("feng"),
            name="void_requested",
            case_id=case_id,
            reason="重复",
            data={"limit": "1 工作日"},
        )
    town.void_asked(case_id)
    assert "approve_void" in town.items(case_id)


@pytest.fixture
def begins(town: Town) -> Installation:
    """A case that begins by a message, and then waits for another one of that name."""
    drawn = process(
        "complaint",
        start("by_hand"),
        start("written", message("letter")),
        user("read"),
        catch("again", message("letter")),
        end(),
        flows("by_hand > read > again > end", "written > read"),
    )
    releases.deploy(town.inst, OPERATOR, {"complaint.bpmn": diagram(drawn)}, note="test")
    return town.inst


OPENS = replace(SYSTEM, scopes=frozenset({"cases:open", "messages:send"}))


def letter(inst: Installation, *, key: str | None = None, **data: object) -> Answer:
    return messages.correlate(inst, OPENS, name="letter", data=data, idempotency_key=key)


def test_message_that_no_case_waits_for_opens_the_case_that_begins_by_it(
    begins: Installation,
) -> None:
    case_id = str(letter(begins, subject="noise").data["case_id"])
    document = cases.get_case(begins, OPERATOR, case_id)["document"]
    assert document["subject"] == "noise"
    [opened] = cases.journal(begins, OPERATOR, case_id)
    assert opened["entry"]["command"]["args"]["start"] == "written"
    other = str(letter(begins, subject="smoke").data["case_id"])
    assert other != case_id


def test_repeated_message_opens_one_case(begins: Installation) -> None:
    first = letter(begins, key="k", subject="noise")
    assert letter(begins, key="k", subject="noise").data["case_id"] == first.data["case_id"]


def test_repeated_message_is_not_taken_by_the_case_that_it_opened(begins: Installation) -> None:
    first = letter(begins, key="k")
    case_id = str(first.data["case_id"])
    [item] = work_item_views.list_work_items(begins, OPERATOR, filters={"case_id": case_id}).items
    work_items.complete(begins, SYSTEM, item["id"])
    assert letter(begins, key="k").data["case_id"] == case_id
    assert cases.get_case(begins, OPERATOR, case_id)["status"] == "open"


def test_who_may_only_send_opens_nothing(begins: Installation) -> None:
    with pytest.raises(CaseNotFoundError):
        messages.correlate(begins, SYSTEM, name="letter")


def test_unknown_message_opens_nothing(begins: Installation) -> None:
    with pytest.raises(CaseNotFoundError):
        messages.correlate(begins, OPENS, name="unheard")
