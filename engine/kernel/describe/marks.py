"""Marks in texts: code, and references to other entries. No XML text can hold these characters."""

import re
from collections.abc import Mapping

from engine.kernel.diff.texts import tidy

_CODE, _REFERENCE = re.compile("\x02([^\x03]*)\x03"), re.compile("\x04([^\x05]*)\x05")
_TICKS = re.compile("`+")
#: Between code or a number and a letter stands a blank, none beside punctuation.
_BEFORE, _BEHIND = (
    re.compile("(?<=[^\\W_])(?=[\x02\x06])"),
    re.compile("(?<=[\x03\x07])(?=[^\\W_])"),
)
_NUMBERS = re.compile("[\x06\x07]")
#: What Markdown would read as its own.
_SPECIAL = re.compile(r"([\\*_<>\[\]|#~])")


def code(text: str) -> str:
    """A text that is shown as it is written, but for white space outside quotes."""
    return f"\x02{tidy(text)}\x03"


def number(text: str) -> str:
    """A number, perhaps with its unit, which stands apart from letters beside it."""
    return f"\x06{text}\x07"


def reference(name: str) -> str:
    """The place of an element in this text."""
    return f"\x04{name}\x05"


def resolve(text: str, labels: Mapping[str, str]) -> str:
    """References as labels; what has no entry of its own is shown by its id."""
    text = _REFERENCE.sub(lambda found: labels.get(found[1], code(found[1])), text)
    return _NUMBERS.sub("", _BEHIND.sub(" ", _BEFORE.sub(" ", text)))


def plain(text: str) -> str:
    """For people and programs: code between backticks."""
    return _CODE.sub(lambda found: f"`{found[1]}`", text)


def markdown(text: str) -> str:
    """For Markdown: nothing but code is special."""
    shown, at = "", 0
    for found in _CODE.finditer(text):
        shown += _SPECIAL.sub(r"\\\1", text[at : found.start()]) + _fenced(found[1])
        at = found.end()
    return shown + _SPECIAL.sub(r"\\\1", text[at:])


def _fenced(text: str) -> str:
    """Code with more backticks around it than stand in it."""
    longest = max((len(found) for found in _TICKS.findall(text)), default=0)
    if not longest:
        return f"`{text}`"
    fence = "`" * (longest + 1)
    return f"{fence} {text} {fence}"
