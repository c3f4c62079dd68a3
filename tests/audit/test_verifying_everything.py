"""Verifying everything finds what has no row any more, and the streams that are no case's."""

from pathlib import Path
from typing import Any

import pytest

from engine.domain.errors import CaseNotFoundError, InvalidRequestError
from engine.service import evidence
from engine.service.organisation import import_organisation
from tests.audit.hand import Hand
from tests.audit.town import OPERATOR, Town, who


def verdicts(town: Town, **page: Any) -> dict[str, str]:
    found = evidence.verify_all(town.inst, OPERATOR, **page)
    return {v["case_id"]: v["verdict"] for v in found.items}


@pytest.fixture
def reorganised(town: Town) -> Town:
    """A town with an entry in a stream that is no case's."""
    import_organisation(town.inst, OPERATOR, {"units": [{"id": "extra", "name": "外加"}]})
    return town


def test_untouched_installation_is_intact_page_by_page(reorganised: Town) -> None:
    cases = [reorganised.report() for _ in range(3)]
    first = evidence.verify_all(reorganised.inst, OPERATOR, limit=2)
    rest = evidence.verify_all(reorganised.inst, OPERATOR, cursor=first.next_cursor, limit=2)
    assert [v["case_id"] for v in first.items] == ["organisation", *cases[:2]]
    assert [v["case_id"] for v in rest.items] == cases[2:]
    assert {v["verdict"] for v in (*first.items, *rest.items)} == {"intact"}
    assert rest.next_cursor is None


@pytest.mark.parametrize(("table", "word"), [("case_state", "state"), ("case_file", "head line")])
def test_case_that_lost_a_row_is_found_by_its_entries(town: Town, table: str, word: str) -> None:
    whole, torn = town.report(), town.report()
    Hand(town.inst.database).run(f"DELETE FROM {table} WHERE case_id = ?", torn)
    assert verdicts(town) == {whole: "intact", torn: "broken"}
    assert word in evidence.verify(town.inst, OPERATOR, torn)["problem"]
    replayed = evidence.replay_all(town.inst, OPERATOR).items
    assert {v["case_id"]: v["verdict"] for v in replayed} == {whole: "conforms", torn: "diverges"}


def test_case_that_lost_its_entries_is_found_by_its_rows(town: Town) -> None:
    case_id, hand = town.report(), Hand(town.inst.database)
    hand.open_journal()
    hand.run("DELETE FROM entry WHERE stream_id = ?", case_id)
    assert verdicts(town).items() >= {case_id: "broken"}.items()


def test_case_that_only_the_feed_knows_is_found(town: Town) -> None:
    whole, gone = town.report(), town.report()
    hand = Hand(town.inst.database)
    hand.open_journal()
    hand.run("DELETE FROM entry WHERE stream_id = ?", gone)
    for table in ("case_state", "case_file"):
        hand.run(f"DELETE FROM {table} WHERE case_id = ?", gone)
    if not hand.run("SELECT 1 FROM feed WHERE stream_id = ?", gone):
        hand.run("INSERT INTO feed (position, stream_id, seq) VALUES (99999, ?, 1)", gone)
    assert verdicts(town) == {whole: "intact", gone: "broken", "feed": "broken"}
    replayed = evidence.replay_all(town.inst, OPERATOR).items
    assert {v["case_id"]: v["verdict"] for v in replayed} == {whole: "conforms", gone: "diverges"}


def attached(town: Town) -> tuple[str, str]:
    case_id = town.report()
    return case_id, town.photo(case_id, "zhou")


def test_bytes_that_were_replaced_are_found(town: Town) -> None:
    case_id, sha256 = attached(town)
    assert verdicts(town) == {case_id: "intact"}
    root = Path(town.inst.settings.blobs_url.removeprefix("file://"))
    [file] = root.rglob(sha256)
    file.write_bytes(b"another picture")
    found = evidence.verify(town.inst, OPERATOR, case_id)
    assert (found["verdict"], found["seq"]) == ("broken", 2)
    assert f"the file {sha256} was changed" in found["problem"]
    file.unlink()
    assert verdicts(town) == {case_id: "broken"}


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE attachment SET size = size + 1",
        "UPDATE attachment SET media_type = 'text/html'",
        "DELETE FROM attachment",
    ],
)
def test_changed_row_of_an_attachment_is_found(town: Town, sql: str) -> None:
    case_id, _ = attached(town)
    assert Hand(town.inst.database).run(sql) == 1
    assert verdicts(town) == {case_id: "broken"}


def test_catalog_that_was_changed_is_found_by_whom_it_judged(town: Town) -> None:
    filed, reported = town.dispatched(), town.report()
    assert Hand(town.inst.database).run("UPDATE catalog_row SET content = '{}'") > 0
    assert verdicts(town) == {filed: "broken", reported: "intact"}


def test_changed_entry_of_the_organisation_is_found(reorganised: Town) -> None:
    hand = Hand(reorganised.inst.database)
    hand.open_journal()
    assert hand.run("UPDATE entry SET hash = 'other'") == 1
    assert verdicts(reorganised) == {"organisation": "broken"}


def test_what_is_no_case_is_for_overseers(reorganised: Town) -> None:
    case_id = reorganised.report()
    found = evidence.verify_all(reorganised.inst, who("lin"))
    assert [v["case_id"] for v in found.items] == [case_id]


def test_case_that_never_was_is_not_found(town: Town) -> None:
    with pytest.raises(CaseNotFoundError):
        evidence.verify(town.inst, OPERATOR, town.inst.ids.new())


@pytest.mark.parametrize("cursor", ["organisation", 7, ["case"]])
def test_foreign_cursor_of_verdicts_is_refused(town: Town, cursor: Any) -> None:
    with pytest.raises(InvalidRequestError):
        evidence.verify_all(town.inst, OPERATOR, cursor=cursor)
