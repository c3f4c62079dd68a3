import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.json_provider import read_json
from api.problem import ApiProblem
from engine.domain.errors import UnencodableValueError
from engine.domain.evidence import Json, to_plain


@pytest.mark.parametrize(
    ("text", "pointer"),
    [
        ('{"a": 1.5}', "/a"),
        ('{"a": [0, {"b/c": 1e3}]}', "/a/1/b~1c"),
        ('{"a": NaN}', "/a"),
        ('{"a": -Infinity}', "/a"),
        ('{"a": 9007199254740993}', "/a"),
        ('{"a": "x\\u0000"}', "/a"),
        ('{"a": {"b": "\\ud800"}}', "/a/b"),
        ('{"a": 1, "a": 2}', "/a"),
        ('{"o": {"~": 1, "~": 1}}', "/o/~0"),
        ("1.0", "/"),
    ],
)
def test_values_without_canonical_form_are_refused_at_their_place(text: str, pointer: str) -> None:
    with pytest.raises(UnencodableValueError) as caught:
        read_json(text.encode())
    assert caught.value.context["errors"][0]["pointer"] == pointer


@pytest.mark.parametrize(
    "data", [b"", b"{", b"\xff", b"[" * 100_000, b"1" * 6_000, b'{"a":}', b"nul"]
)
def test_what_is_not_json_is_malformed(data: bytes) -> None:
    with pytest.raises(ApiProblem) as caught:
        read_json(data)
    assert (caught.value.status, caught.value.code) == (400, "malformed-request")


def test_deep_nesting_is_refused_before_anybody_walks_it() -> None:
    with pytest.raises(UnencodableValueError):
        read_json(b"[" * 200 + b"]" * 200)


def test_all_mistakes_are_told_at_once() -> None:
    with pytest.raises(UnencodableValueError) as caught:
        read_json(b'{"a": 1.5, "b": [2.5]}')
    assert [e["pointer"] for e in caught.value.context["errors"]] == ["/a", "/b/0"]


plain = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53 - 1), 2**53 - 1)
    | st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"])),
    lambda inner: st.lists(inner) | st.dictionaries(st.text("abc/~é", max_size=3), inner),
    max_leaves=20,
)


@given(plain)
def test_whatever_has_a_canonical_form_is_read_unchanged(value: Json) -> None:
    """Law: reading is the inverse of writing for every value that the journal can hold."""
    assert read_json(json.dumps(value).encode()) == value == to_plain(value)
