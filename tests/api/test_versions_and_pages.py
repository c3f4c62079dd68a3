import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from api.etag import etag_of, read_if_match
from api.exposition import exposition
from api.pagination import decode_cursor, encode_cursor, link_header
from api.problem import ApiProblem
from engine.domain.evidence import Json


@pytest.mark.parametrize(("header", "seq"), [(None, None), ("*", None), ('"17"', 17), (' "0" ', 0)])
def test_if_match_reads_one_strong_tag(header: str | None, seq: int | None) -> None:
    assert read_if_match(header) == seq


@pytest.mark.parametrize("header", ["17", 'W/"17"', '"1", "2"', '"x"', '"-1"', "", '"1e3"'])
def test_if_match_is_refused_when_it_is_no_version(header: str | None) -> None:
    with pytest.raises(ApiProblem) as caught:
        read_if_match(header)
    assert caught.value.status == 400


def test_etag_is_what_if_match_reads() -> None:
    assert read_if_match(etag_of(42)) == 42


#: No database of ours holds U+0000, and a backslash before u0000 looks like it.
_TEXTS = st.text(st.characters(exclude_characters="\0\\", exclude_categories=["Cs"]), max_size=20)


@given(st.lists(st.integers(0, 2**53) | _TEXTS | st.none(), max_size=4))
def test_cursor_comes_back_as_it_was_given_out(cursor: list[Json]) -> None:
    assert decode_cursor(encode_cursor(cursor)) == cursor


@pytest.mark.parametrize("text", ["!", "AAA", "bm90IGpzb24", "é"])
def test_foreign_cursor_is_refused(text: str) -> None:
    with pytest.raises(ApiProblem) as caught:
        decode_cursor(text)
    assert caught.value.status == 422


def test_next_link_keeps_the_filters() -> None:
    with Flask("x").test_request_context("/api/v1/cases?stage=filing&cursor=old&limit=2"):
        header = link_header({"stage": "filing", "cursor": "old", "limit": 2}, cursor="new")
    assert header == {"Link": '</api/v1/cases?stage=filing&cursor=new&limit=2>; rel="next"'}


def test_last_page_has_no_link() -> None:
    with Flask("x").test_request_context("/"):
        assert link_header({}, cursor=None) == {}


def test_metrics_are_lines_that_prometheus_reads() -> None:
    text = exposition({"cases": {"open": 2, 'a"b\n': 1}, "commands_total": 7, "late_seconds": None})
    assert text.splitlines() == [
        "# TYPE caseloop_cases gauge",
        'caseloop_cases{of="a\\"b\\n"} 1',
        'caseloop_cases{of="open"} 2',
        "# TYPE caseloop_commands_total counter",
        "caseloop_commands_total 7",
        "# TYPE caseloop_late_seconds gauge",
        "caseloop_late_seconds NaN",
    ]
