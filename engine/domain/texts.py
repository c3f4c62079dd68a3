"""Texts that people write."""

import unicodedata

_SAYS_NOTHING = frozenset("CZ")


def is_blank(text: str | None) -> bool:
    """Whether nobody can read anything: nothing but white space, controls and marks of format."""
    return all(unicodedata.category(c)[0] in _SAYS_NOTHING for c in text or "")
