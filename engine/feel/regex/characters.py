"""Sets of characters: escapes, categories, blocks, classes with subtraction; case folded or not."""

import unicodedata
from collections.abc import Callable

CharTest = Callable[[str], bool]

_BLOCKS = {
    "BasicLatin": (0x0000, 0x007F),
    "Latin-1Supplement": (0x0080, 0x00FF),
    "LatinExtended-A": (0x0100, 0x017F),
    "LatinExtended-B": (0x0180, 0x024F),
    "Greek": (0x0370, 0x03FF),
    "GreekandCoptic": (0x0370, 0x03FF),
    "Cyrillic": (0x0400, 0x04FF),
    "Hebrew": (0x0590, 0x05FF),
    "Arabic": (0x0600, 0x06FF),
    "Thai": (0x0E00, 0x0E7F),
    "GeneralPunctuation": (0x2000, 0x206F),
    "CurrencySymbols": (0x20A0, 0x20CF),
    "Arrows": (0x2190, 0x21FF),
    "MathematicalOperators": (0x2200, 0x22FF),
    "CJKSymbolsandPunctuation": (0x3000, 0x303F),
    "Hiragana": (0x3040, 0x309F),
    "Katakana": (0x30A0, 0x30FF),
    "Bopomofo": (0x3100, 0x312F),
    "CJKUnifiedIdeographsExtensionA": (0x3400, 0x4DBF),
    "CJKUnifiedIdeographs": (0x4E00, 0x9FFF),
    "HangulSyllables": (0xAC00, 0xD7A3),
    "CJKCompatibilityIdeographs": (0xF900, 0xFAFF),
    "HalfwidthandFullwidthForms": (0xFF00, 0xFFEF),
}
_CATEGORIES = frozenset(
    major + minor
    for major, minors in {
        "L": "ultmo",
        "M": "nce",
        "N": "dlo",
        "P": "cdseifo",
        "Z": "slp",
        "S": "mcko",
        "C": "cfon",
    }.items()
    for minor in ("", *minors)
)


def _space(char: str) -> bool:
    return char in " \t\n\r"


def _digit(char: str) -> bool:
    return unicodedata.category(char) == "Nd"


def _word(char: str) -> bool:
    return unicodedata.category(char)[0] not in "PZC"


def _name_start(char: str) -> bool:
    return char in "_:" or unicodedata.category(char)[0] == "L"


def _name_char(char: str) -> bool:
    return _name_start(char) or char in "-.\u00b7" or unicodedata.category(char)[:1] in "NM"


_SHORT: dict[str, CharTest] = {
    "s": _space,
    "d": _digit,
    "w": _word,
    "i": _name_start,
    "c": _name_char,
}


def inverted(test: CharTest) -> CharTest:
    return lambda char: not test(char)


def short_class(letter: str) -> CharTest | None:
    r"""`\s`, `\d`, `\w`, `\i`, `\c` and their capitals."""
    test = _SHORT.get(letter.lower())
    if test is None:
        return None
    return test if letter.islower() else inverted(test)


def property_class(name: str) -> CharTest | None:
    """A category such as `Lu`, or a block such as `IsBasicLatin`."""
    if name.startswith("Is"):
        block = _BLOCKS.get(name[2:])
        return None if block is None else lambda char: block[0] <= ord(char) <= block[1]
    if name not in _CATEGORIES:
        return None
    if len(name) == 1:
        return lambda char: unicodedata.category(char)[0] == name
    return lambda char: unicodedata.category(char) == name


def _variants(char: str) -> set[str]:
    return {char, char.lower(), char.upper(), char.upper().lower(), char.lower().upper()}


def one_of(first: str, last: str, *, fold: bool) -> CharTest:
    """A range of characters; one character is the range from itself to itself."""
    if not fold:
        if first == last:
            return lambda char: char == first
        return lambda char: first <= char <= last
    return lambda char: any(
        len(variant) == 1 and first <= variant <= last for variant in _variants(char)
    )


def any_test(tests: list[CharTest]) -> CharTest:
    return lambda char: any(test(char) for test in tests)


def without(base: CharTest, taken: CharTest) -> CharTest:
    return lambda char: base(char) and not taken(char)


def any_character(char: str) -> bool:  # noqa: ARG001 - the dot with flag s asks nothing
    return True


def no_line_end(char: str) -> bool:
    return char not in "\n\r"
