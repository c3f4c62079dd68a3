"""The pattern engine against Python's, where both languages agree."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.feel.budget import Run
from engine.feel.regex import PatternError, compile_pattern

ATOMS = st.sampled_from(["a", "b", "[ab]", "[^a]", ".", "a|b", "(a)", "(?:ab|b)"])
PIECES = st.builds(
    lambda atom, mark: f"(?:{atom}){mark}",
    ATOMS,
    st.sampled_from(["", "*", "+", "?", "{1,2}", "*?"]),
)
PATTERNS = st.lists(PIECES, min_size=1, max_size=4).map("".join)


@given(pattern=PATTERNS, text=st.text("abc", max_size=12))
def test_search_finds_what_python_finds(pattern: str, text: str) -> None:
    ours = compile_pattern(pattern, "", Run()).search(text)
    theirs = re.search(pattern, text)
    assert (ours and ours[:2]) == (theirs and theirs.span())


@pytest.mark.parametrize(
    "pattern", ["(", "a{2", "[a", "\\q", "*a", "(a)\\2", "[z-a]", "a{3,2}", "a{5000}", "\\p{Xx}"]
)
def test_broken_pattern_is_refused(pattern: str) -> None:
    with pytest.raises(PatternError):
        compile_pattern(pattern, "", Run())


def test_replacement_refers_to_groups() -> None:
    pattern = compile_pattern("([0-9]+)(号)", "", Run())
    assert pattern.replace("案卷12号", "第$1$2\\$") == "案卷第12号$"
    with pytest.raises(PatternError):
        pattern.replace("12号", "a\\b")


def test_pattern_of_the_empty_text_splits_nothing() -> None:
    with pytest.raises(PatternError):
        compile_pattern("x*", "", Run()).split("axb")
