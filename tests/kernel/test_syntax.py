"""Files that are nested beyond all use are refused before they cost anything."""

import pytest

from engine.kernel.syntax import syntax_fault


@pytest.mark.parametrize("text", ["[" * 8000, "- " * 4000, "{a: " * 2000, "[" * 101 + "]" * 101])
def test_yaml_nested_too_deep_is_refused(text: str) -> None:
    assert syntax_fault("x.yaml", text.encode()) == (0, "it is nested too deep")


def test_yaml_may_be_nested_as_deep_as_people_do() -> None:
    assert syntax_fault("x.yaml", b"[" * 100 + b"]" * 100) is None
