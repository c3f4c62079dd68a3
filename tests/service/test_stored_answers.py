"""What is kept under a key comes back as it was told first, or there is an error that says why."""

import json
from datetime import datetime
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from engine.domain.errors import CorruptRecordError
from engine.domain.evidence import canonical, digest
from engine.domain.rows import Receipt
from engine.service.answers import read_stored, to_stored
from engine.store.queries.journal import list_entries
from tests.audit.hand import Hand
from tests.audit.town import Town
from tests.databases import START
from tests.service.test_command_path import file_it, item_id

CASE = "0197f7c4-1c3a-7bd0-8a43-8f2a51f3d001"

scalars = st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.text(max_size=9)
values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=6,
)
USUAL = {"case_id": CASE, "outcome": None, "stage": None, "status": "open"}
usual_data = st.fixed_dictionaries(
    {
        "case_id": st.just(CASE) | st.just("another") | values,
        "outcome": st.none() | st.sampled_from(["closed", "open"]) | values,
        "stage": st.none() | st.just("handling") | values,
        "status": st.sampled_from(["open", "closed", "incident"]) | values,
    }
)
data = st.one_of(
    st.dictionaries(st.sampled_from([*USUAL, "case_no", "sha256"]) | st.text(max_size=5), values),
    st.tuples(usual_data, st.dictionaries(st.text(max_size=5), values)).map(
        lambda two: {**two[1], **two[0]}
    ),
)
receipts = st.none() | st.builds(
    Receipt,
    st.sampled_from([f"case:{CASE}", "security", "calendar:cn", "case:none", f"release:{CASE}"]),
    st.integers(1, 2**31 - 1),
    st.binary(min_size=32, max_size=32).map(digest),
    st.datetimes(min_value=datetime(1990, 1, 1), max_value=datetime(2200, 1, 1)).map(  # noqa: DTZ001
        lambda naive: naive.replace(tzinfo=START.tzinfo)
    ),
)
RECEIPT = Receipt(f"case:{CASE}", 2, "0" * 64, START)


@given(receipts, data)
@example(RECEIPT, USUAL)
@example(RECEIPT, {**USUAL, "outcome": False, "stage": "", "status": None})
@example(RECEIPT, {name: value for name, value in USUAL.items() if name != "stage"})
@example(RECEIPT, {})
@example(None, {})
def test_answer_comes_back_as_it_was(receipt: Receipt | None, data: dict[str, Any]) -> None:
    kept = to_stored(receipt, data)
    answer = read_stored(kept)
    assert (answer.receipt, answer.replayed) == (receipt, True)
    assert canonical(answer.data) == canonical(data)
    assert kept.receipt in (None, receipt)


@given(st.sampled_from(["security", "case:none", f"release:{CASE}"]), usual_data)
def test_answer_of_no_case_is_kept_whole(stream: str, data: dict[str, Any]) -> None:
    kept = to_stored(Receipt(stream, 2, RECEIPT.hash, RECEIPT.at), data)
    assert kept.receipt is None
    assert json.loads(kept.content)["receipt"][0] == stream


def test_of_a_usual_answer_hardly_anything_is_kept() -> None:
    assert to_stored(RECEIPT, USUAL).content == b"{}"
    assert to_stored(RECEIPT, {**USUAL, "stage": "handling"}).content == b'{"stage":"handling"}'


def _filed(town: Town) -> tuple[str, str, bytes]:
    """A case that was filed under the key `k`: its id, the item, and the entry's bytes."""
    case_id = town.report()
    item = item_id(town, case_id, "file_case")
    file_it(town.inst, item, key="k")
    with town.inst.database.reads() as reader:
        return case_id, item, bytes(list_entries(reader, f"case:{case_id}")[-1].body)


def test_receipt_is_not_given_from_an_entry_that_was_changed(town: Town) -> None:
    case_id, item, body = _filed(town)
    hand = Hand(town.inst.database)
    hand.open_journal()
    hand.body(case_id, 2, body.replace(b'"condition":2', b'"condition":1'))
    with pytest.raises(CorruptRecordError, match="was changed"):
        file_it(town.inst, item, key="k")


def test_receipt_is_not_given_from_an_entry_that_is_gone(town: Town) -> None:
    case_id, item, _ = _filed(town)
    hand = Hand(town.inst.database)
    hand.open_journal()
    gone = "DELETE FROM entry WHERE stream_id = ? AND seq = ?"
    assert hand.run(gone, case_id, 2) == 1
    with pytest.raises(CorruptRecordError, match="is gone"):
        file_it(town.inst, item, key="k")


def test_receipt_is_not_given_from_another_command_s_entry(town: Town) -> None:
    case_id, item, _ = _filed(town)
    moved = "UPDATE idempotency SET seq = 1 WHERE stream_id = ?"
    assert Hand(town.inst.database).run(moved, case_id) == 1
    with pytest.raises(CorruptRecordError, match="another command"):
        file_it(town.inst, item, key="k")
