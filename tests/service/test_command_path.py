"""The one command path: keys, versions, races, recorded time, personal values."""

import json
import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from engine.domain.errors import (
    CaseNotFoundError,
    EngineError,
    IdempotencyKeyReusedError,
    StaleVersionError,
    UnknownOutcomeError,
    WorkItemAlreadyClaimedError,
    WorkItemNotFoundError,
)
from engine.domain.people import Actor
from engine.service import attachments, cases, work_items
from engine.service.executor import Answer
from engine.service.installation import Installation
from engine.service.rights import PERSONAL
from engine.store.queries.case import find_snapshot, list_personal_values
from engine.store.queries.journal import list_entries
from tests.audit.town import Town, who

PUBLIC = {
    "class": "01-01",
    "description": "井盖破损",
    "grid_cell": "990101001001001",
    "reporter": {"name": "钱多多", "phone": "13900001234"},
    "source": "public",
}


def bodies(town: Town, case_id: str) -> list[dict[str, Any]]:
    """The case's entries, in order."""
    with town.inst.database.reads() as reader:
        return [json.loads(e.body) for e in list_entries(reader, f"case:{case_id}")]


def version(town: Town, case_id: str) -> int:
    with town.inst.database.reads() as reader:
        snapshot = find_snapshot(reader, case_id)
    assert snapshot is not None
    return snapshot.seq


def item_id(town: Town, case_id: str, element: str) -> str:
    item = town.items(case_id)[element]
    return f"{case_id}.{item.instance}.{item.token}"


def at_once(*calls: Callable[[], Answer]) -> list[Answer | EngineError]:
    """Runs the calls in threads that begin together; what each came to."""
    begin = threading.Barrier(len(calls))
    found: dict[int, Answer | EngineError] = {}

    def run(n: int) -> None:
        begin.wait(10)
        try:
            found[n] = calls[n]()
        except EngineError as exc:
            found[n] = exc

    threads = [threading.Thread(target=run, args=(n,)) for n in range(len(calls))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return [found[n] for n in range(len(calls))]


def file_it(inst: Installation, item: str, *, key: str, condition: int = 2) -> Answer:
    return work_items.complete(
        inst,
        who("zhou"),
        item,
        outcome="filed",
        data={"condition": condition},
        idempotency_key=key,
    )


def test_same_key_answers_the_same_receipt_and_writes_nothing(town: Town) -> None:
    case_id = town.report()
    item = item_id(town, case_id, "file_case")
    first = file_it(town.inst, item, key="k1")
    again = file_it(town.inst, item, key="k1")
    assert again == Answer(first.receipt, first.data, replayed=True)
    assert version(town, case_id) == 2


def test_same_key_for_another_request_is_refused(town: Town) -> None:
    case_id = town.report()
    item = item_id(town, case_id, "file_case")
    file_it(town.inst, item, key="k1")
    with pytest.raises(IdempotencyKeyReusedError):
        file_it(town.inst, item, key="k1", condition=1)
    assert version(town, case_id) == 2


def test_key_belongs_to_who_used_it(town: Town) -> None:
    """Two systems may draw the same key; neither hears the other's answer."""
    first = cases.open_case(town.inst, who("feng"), data=PUBLIC, idempotency_key="k")
    second = cases.open_case(town.inst, who("yu"), data=PUBLIC, idempotency_key="k")
    assert first.data["case_id"] != second.data["case_id"]


def test_refused_request_leaves_its_key_free(town: Town) -> None:
    case_id = town.report()
    item = item_id(town, case_id, "file_case")
    with pytest.raises(UnknownOutcomeError):
        work_items.complete(
            town.inst, who("zhou"), item, outcome="files", data={}, idempotency_key="k1"
        )
    assert not file_it(town.inst, item, key="k1").replayed
    assert version(town, case_id) == 2


def test_same_key_twice_at_once_is_one_entry(town: Town) -> None:
    case_id = town.report()
    item = item_id(town, case_id, "file_case")
    answers = at_once(*[lambda: file_it(town.inst, item, key="k1")] * 4)
    assert all(isinstance(answer, Answer) for answer in answers)
    assert len({a.receipt for a in answers if isinstance(a, Answer)}) == 1
    assert version(town, case_id) == 2


def test_same_key_twice_at_once_opens_one_case(town: Town) -> None:
    answers = at_once(
        *[lambda: cases.open_case(town.inst, who("feng"), data=PUBLIC, idempotency_key="k")] * 4
    )
    assert all(isinstance(answer, Answer) for answer in answers)
    assert len({a.data["case_id"] for a in answers if isinstance(a, Answer)}) == 1


def test_stale_version_is_refused_and_tells_both(town: Town) -> None:
    case_id = town.report()
    item = item_id(town, case_id, "file_case")
    town.photo(case_id, "lin")
    with pytest.raises(StaleVersionError) as refused:
        work_items.claim(town.inst, who("zhou"), item, if_match=1)
    assert refused.value.context == {"expected": 1, "found": 2}
    assert version(town, case_id) == 2


def test_present_version_is_accepted(town: Town) -> None:
    case_id = town.report()
    town.photo(case_id, "lin")
    answer = work_items.claim(
        town.inst, who("zhou"), item_id(town, case_id, "file_case"), if_match=2
    )
    assert answer.receipt is not None
    assert answer.receipt.seq == 3


def test_without_a_version_a_command_is_decided_on_the_case_as_it_is(town: Town) -> None:
    case_id = town.report()
    item = item_id(town, case_id, "file_case")
    town.photo(case_id, "lin")
    assert work_items.claim(town.inst, who("zhou"), item).data["holder"] == "zhou"


def test_of_two_who_claim_at_once_one_gets_it(town: Town) -> None:
    case_id = town.report()
    item = item_id(town, case_id, "file_case")
    results = at_once(
        lambda: work_items.claim(town.inst, who("zhou"), item),
        lambda: work_items.claim(town.inst, who("deng"), item),
    )
    assert sorted(type(r).__name__ for r in results) == [
        "Answer",
        WorkItemAlreadyClaimedError.__name__,
    ]
    assert town.items(case_id)["file_case"].holder in {"zhou", "deng"}


def test_of_two_who_complete_at_once_one_does(town: Town) -> None:
    case_id = town.report()
    item = item_id(town, case_id, "file_case")
    results = at_once(
        lambda: file_it(town.inst, item, key="a"), lambda: file_it(town.inst, item, key="b")
    )
    assert sorted(type(r).__name__ for r in results) == ["Answer", WorkItemNotFoundError.__name__]
    assert version(town, case_id) == 2


def test_commands_at_once_on_one_case_are_one_chain(town: Town) -> None:
    case_id = town.report()

    def attach(n: int) -> Callable[[], Answer]:
        return lambda: attachments.add(
            town.inst, who("lin"), case_id, name=f"{n}.jpg", media_type="image/jpeg", data=b"%d" % n
        )

    answers = at_once(*[attach(n) for n in range(8)])
    assert all(isinstance(answer, Answer) for answer in answers)
    entries = bodies(town, case_id)
    assert [e["seq"] for e in entries] == list(range(1, 10))
    assert sorted(e["at"] for e in entries) == [e["at"] for e in entries]


def test_recorded_time_never_goes_back(town: Town) -> None:
    """A node whose clock is behind records at the last entry's time, not before it."""
    case_id = town.report()
    town.clock.instant -= timedelta(hours=2)
    answer = work_items.claim(town.inst, who("zhou"), item_id(town, case_id, "file_case"))
    assert answer.receipt is not None
    first, second = bodies(town, case_id)
    assert second["at"] == first["at"]


def test_case_stays_at_rest_when_a_command_is_refused(town: Town) -> None:
    case_id = town.report()
    before = bodies(town, case_id)
    with pytest.raises(UnknownOutcomeError) as refused:
        town.do(case_id, "zhou", "file_case", "files")
    assert refused.value.context["outcomes"] == ["filed", "not_filed"]
    assert bodies(town, case_id) == before


def test_command_on_a_case_that_is_none_is_not_found(town: Town) -> None:
    nowhere = "0197f7c4-1c3a-7bd0-8a43-8f2a51f3d001"
    with pytest.raises(CaseNotFoundError):
        work_items.claim(town.inst, who("zhou"), f"{nowhere}.0.1")


def test_entry_holds_what_was_read_of_the_city(town: Town) -> None:
    """Who was in office, which row, which unit: a replay asks nobody."""
    case_id = town.report()
    town.do(case_id, "zhou", "file_case", "filed", condition=2)
    read = bodies(town, case_id)[-1]["command"]["read"]
    assert {key.partition(":")[0] for key in read} >= {"catalog", "posts"}
    assert "posts:zhou" in read


def test_personal_values_lie_beside_the_journal_only(town: Town) -> None:
    answer = cases.open_case(town.inst, who("feng"), data=PUBLIC, idempotency_key="k")
    case_id = answer.data["case_id"]
    with town.inst.database.reads() as reader:
        kept = {value.value for value in list_personal_values(reader, case_id)}
        snapshot = find_snapshot(reader, case_id)
    assert snapshot is not None
    assert kept == {"钱多多", "13900001234"}
    texts = [json.dumps(bodies(town, case_id), ensure_ascii=False), snapshot.document.decode()]
    assert not [text for text in texts if "13900001234" in text or "钱多多" in text]
    again = cases.open_case(town.inst, who("feng"), data=PUBLIC, idempotency_key="k")
    assert again.replayed


def test_personal_values_are_shown_to_who_may_and_masked_to_others(town: Town) -> None:
    case_id = cases.open_case(town.inst, who("feng"), data=PUBLIC).data["case_id"]
    sees = Actor(via="user", person="feng", scopes=frozenset({PERSONAL}))
    shown = cases.get_case(town.inst, sees, case_id)["document"]["reporter"]
    hidden = cases.get_case(town.inst, who("zhou"), case_id)["document"]["reporter"]
    assert shown == {"name": "钱多多", "phone": "13900001234"}
    assert hidden == {"name": "***", "phone": "***"}
