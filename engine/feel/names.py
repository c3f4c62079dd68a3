"""What a FEEL name may look like: letters of every script, several words, extra signs.

Owns the character classes and the pattern that finds known names of several words.
"""

import re
from collections.abc import Collection, Iterable
from functools import lru_cache

#: Full-width punctuation that an input method types; the standard would allow it inside names.
WIDE_MARKS = {
    "（": "(",
    "）": ")",
    "，": ",",
    "、": ",",
    "：": ":",
    "；": ";",
    "！": "!",
    "？": "?",
    "＝": "=",
    "＜": "<",
    "＞": ">",
    "＋": "+",
    "－": "-",
    "＊": "*",
    "／": "/",
    "［": "[",
    "］": "]",
    "｛": "{",
    "｝": "}",
    "．": ".",
    "＂": '"',
    "“": '"',
    "”": '"',
    "‘": '"',
    "’": '"',
    "。": ".",
    "【": "[",
    "】": "]",
    "《": "<",
    "》": ">",
    "\u3000": " ",
}

_START = (
    "A-Z_a-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02ff\u0370-\u037d\u037f-\u1fff\u200c-\u200d"
    "\u2070-\u218f\u2c00-\u2fef\u3004-\u3007\u3012-\u3013\u3020-\u302f\u3031-\ud7ff"
    "\uf900-\ufdcf\ufdf0-\ufeff\uff10-\uff19\uff21-\uff3a\uff41-\uff5a\uff66-\ufffd"
    "\U00010000-\U000effff"
)
_PART = _START + "0-9\u00b7\u0300-\u036f\u203f-\u2040"
NAME_START = f"[{_START}]"
NAME_PART = f"[{_PART}]"
#: One word.
WORD = f"[{_START}][{_PART}']*"
#: A name as it stands before a colon: words, digits and the extra signs of the standard.
KEY = f"[{_START}](?:[{_PART}'./+*\\- \\t\\r\\n]*[{_PART}'*+])?"
_SIMPLE = re.compile(f"{WORD}\\Z")

KNOWN_TO_ALL = (
    "date and time",
    "years and months duration",
    "string length",
    "upper case",
    "lower case",
    "substring before",
    "substring after",
    "starts with",
    "ends with",
    "string join",
    "list contains",
    "list replace",
    "insert before",
    "index of",
    "distinct values",
    "met by",
    "overlaps before",
    "overlaps after",
    "finished by",
    "started by",
    "round up",
    "round down",
    "round half up",
    "round half down",
    "day of year",
    "day of week",
    "month of year",
    "week of year",
    "get value",
    "get entries",
    "get or else",
    "context put",
    "context merge",
    "is defined",
)
_PROPERTIES = ("time offset", "start included", "end included")


def simple_name(text: str) -> bool:
    return _SIMPLE.match(text) is not None


def tidy(name: str) -> str:
    """Blanks and line breaks inside a name count as one blank."""
    return " ".join(name.split())


def _longest_first(names: Iterable[str]) -> re.Pattern[str]:
    words = sorted({tidy(name) for name in names}, key=lambda name: (-len(name), name))
    alternatives = "|".join(r"\s+".join(map(re.escape, word.split(" "))) for word in words)
    return re.compile(f"(?:{alternatives})(?!{NAME_PART})")


@lru_cache(maxsize=512)
def known_names(names: frozenset[str]) -> re.Pattern[str]:
    """Finds declared names that are not one plain word, and the built-ins of several words."""
    return _longest_first([*KNOWN_TO_ALL, *(name for name in names if not simple_name(name))])


@lru_cache(maxsize=512)
def known_fields(names: frozenset[str]) -> re.Pattern[str]:
    """The same behind a dot, where properties of values may follow."""
    return _longest_first([*_PROPERTIES, *(name for name in names if not simple_name(name))])


def name_set(names: Collection[str]) -> frozenset[str]:
    return frozenset(tidy(name) for name in names if name.strip())
