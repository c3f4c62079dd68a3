"""Both ways to canonical JSON give the same bytes, and those of RFC 8785."""

import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from engine.domain.evidence import canonical, to_plain
from engine.kernel.canonical import canonical_plain

# RFC 8785 sorts keys by UTF-16 code units; within the basic plane that is the code point.
keys = st.text(st.characters(max_codepoint=0xD7FF, exclude_characters="\x00"), max_size=8)
texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=20)
plain = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(keys, inner, max_size=4),
    max_leaves=20,
)


@given(plain)
def test_fast_and_plain_ways_give_the_same_bytes(value: object) -> None:
    assert canonical_plain(value) == canonical(value) == rfc8785.dumps(value)  # type: ignore[arg-type]


@given(plain)
def test_plain_values_stay_as_they_are(value: object) -> None:
    assert to_plain(value) == value
