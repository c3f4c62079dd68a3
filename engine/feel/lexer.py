"""Text to tokens. Names are found here, longest first, because FEEL's may hold blanks.

What LALR cannot decide is decided here too: whether a bracket opens or closes an interval, where a
key stands before a colon, where a type stands. Knows no meaning.
"""

import re
from bisect import bisect_right
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from lark import Token

from engine.feel.budget import MAX_NESTING
from engine.feel.errors import FeelSyntaxError
from engine.feel.names import (
    KEY,
    NAME_PART,
    WIDE_MARKS,
    WORD,
    known_fields,
    known_names,
    simple_name,
    tidy,
)
from engine.feel.type_system import Type, TypeReader, TypeSyntaxError

KEYWORDS = {
    "if": "_IF",
    "then": "_THEN",
    "else": "_ELSE",
    "for": "_FOR",
    "return": "_RETURN",
    "some": "_SOME",
    "every": "_EVERY",
    "satisfies": "_SATISFIES",
    "function": "_FUNCTION",
    "in": "_IN",
    "or": "_OR",
    "and": "_AND",
    "between": "_BETWEEN",
    "true": "TRUE",
    "false": "FALSE",
    "null": "NULL",
}
_MARKS = {
    "(": "_LPAR",
    ")": "_RPAR",
    "[": "_LSQB",
    "]": "_RSQB",
    "{": "_LBRACE",
    "}": "_RBRACE",
    ",": "_COMMA",
    ":": "_COLON",
    ".": "_DOT",
    "..": "_DOTDOT",
    "+": "PLUS",
    "-": "MINUS",
    "*": "TIMES",
    "/": "DIVIDE",
    "**": "POWER",
    "?": "NAME",
} | dict.fromkeys(("<", ">", "<=", ">=", "=", "!="), "COMPARE")

_TOKEN = re.compile(
    rf"""(?P<BLANK>(?:\s|\ufeff)+|//[^\n]*|/\*.*?\*/)
    |(?P<NUMBER>(?:\d+(?:\.\d+)?|\.\d+)(?:[eE][+-]?\d+)?(?!{NAME_PART}))
    |(?P<AT>@\s*"(?:[^"\\]|\\.)*")
    |(?P<STRING>"(?:[^"\\]|\\.)*")
    |(?P<INSTANCE>instance\s+of\b)
    |(?P<BACKTICK>`[^`]+`)
    |(?P<WORD>{WORD})
    |(?P<MARK>\*\*|\.\.|<=|>=|!=|[-+*/().,\[\]{{}}:<>=?])""",
    re.VERBOSE | re.DOTALL,
)
_KEY = re.compile(rf"({KEY})\s*:")
_PARAMETER = re.compile(rf"({KEY})\s*(?=[:,)])")
_ITERATOR = re.compile(rf"({WORD}(?:\s+{NAME_PART}+)*?)\s+in\b")
_COUNTS_UP = re.compile(r"[\w\"@]|\.\d")
_OPERAND_ENDS = {
    "NAME",
    "NUMBER",
    "STRING",
    "AT",
    "TRUE",
    "FALSE",
    "NULL",
    "EMPTY",
    "TYPE",
    "_RPAR",
    "_RSQB",
    "_RBRACE",
    "_CLOSER",
}
_AFTER_CLOSER = re.compile(
    r"\s*(?:\Z|[,)\]}=<>!+*/]|\.(?!\d)|(?:and|or|then|else|return|satisfies|in|between|instance)\b)"
)
_OPENERS = {"_LPAR", "_LSQB", "_LBRACE", "_OPENER"}
_CLOSERS = {"_RPAR", "_RSQB", "_RBRACE", "_CLOSER"}


@dataclass(slots=True)
class Bracket:
    """An open bracket: what it is and what has been seen directly inside."""

    #: "group", "arguments", "parameters", "context", "square" or "top".
    role: str
    has_dots: bool = False
    #: Between `for`, `some`, `every` and their `return`, `satisfies`.
    iterating: bool = False


class Lexer:
    """One pass over one text."""

    def __init__(self, text: str, names: frozenset[str], types: Mapping[str, Type]) -> None:
        self.text = text
        self.names = names
        self.types = types
        self.position = 0
        self.tokens: list[Token] = []
        self.stack = [Bracket("top")]
        self._lines = [0, *(match.end() for match in re.finditer("\n", text))]

    def tokens_of(self) -> list[Token]:
        while self.position < len(self.text):
            if not self._special():
                self._next()
        return self.tokens

    # -- what the place decides -------------------------------------------------------------

    def _special(self) -> bool:
        """A key, a parameter, an iterator's variable, or a known name."""
        before = self._before()
        if before in ("_LBRACE", "_LPAR", "_COMMA") and self._key():
            return True
        top = self.stack[-1]
        iterator = before in ("_FOR", "_SOME", "_EVERY") or (before == "_COMMA" and top.iterating)
        if iterator and self._pattern(_ITERATOR):
            return True
        pattern = known_fields(self.names) if before == "_DOT" else known_names(self.names)
        match = pattern.match(self.text, self.position)
        if match is None:
            return False
        self._emit("NAME", match.group(), match.end())
        return True

    def _before(self) -> str:
        return self.tokens[-1].type if self.tokens else ""

    def _key(self) -> bool:
        role = self.stack[-1].role
        if role in ("context", "arguments"):
            return self._pattern(_KEY)
        return role == "parameters" and self._pattern(_PARAMETER)

    def _pattern(self, pattern: re.Pattern[str]) -> bool:
        match = pattern.match(self.text, self.position)
        if match is None:
            return False
        self._emit("NAME", match[1], match.end(1))
        self._learn(match[1])
        return True

    def _learn(self, name: str) -> None:
        """Keys, parameters and iterators of several words are known from here on."""
        if not simple_name(name):
            self.names |= {tidy(name)}

    # -- single tokens ----------------------------------------------------------------------

    def _next(self) -> None:
        match = _TOKEN.match(self.text, self.position)
        if match is None:
            raise self._odd_character()
        kind = match.lastgroup
        assert kind is not None
        reader: Callable[[re.Match[str]], None] | None = {
            "BLANK": self._blank,
            "WORD": self._word,
            "MARK": self._mark,
            "INSTANCE": self._instance,
            "BACKTICK": self._backtick,
        }.get(kind)
        if reader is None:
            self._emit(kind, match.group(), match.end())
        else:
            reader(match)

    def _blank(self, match: re.Match[str]) -> None:
        self.position = match.end()

    def _backtick(self, match: re.Match[str]) -> None:
        self._emit("NAME", match.group()[1:-1], match.end())

    def _word(self, match: re.Match[str]) -> None:
        word = match.group()
        kind = "NAME" if self._before() == "_DOT" else KEYWORDS.get(word, "NAME")
        if word == "external" and self._before() == "_RPAR":
            kind = "_EXTERNAL"
        if kind in ("_FOR", "_SOME", "_EVERY"):
            self.stack[-1].iterating = True
        elif kind in ("_RETURN", "_SATISFIES"):
            self.stack[-1].iterating = False
        self._emit(kind, word, match.end())

    def _instance(self, match: re.Match[str]) -> None:
        if self._before() == "_DOT":
            self._emit("NAME", "instance", self.position + len("instance"))
            return
        self._emit("_INSTANCE", match.group(), match.end())
        self._type()

    def _type(self) -> None:
        reader = TypeReader(self.text, self.position, self.types)
        try:
            found = reader.read()
        except TypeSyntaxError as error:
            raise self._error(str(error), error.position) from None
        self._emit("TYPE", self.text[self.position : reader.position].strip(), reader.position)
        self.tokens[-1].value = found

    def _mark(self, match: re.Match[str]) -> None:
        mark, end = match.group(), match.end()
        kind = _MARKS[mark]
        if kind == "_LSQB":
            kind, end = self._left_square(end)
        elif kind == "_RSQB" and self._before() not in _OPERAND_ENDS:
            kind = "_OPENER"
        elif kind == "_DOTDOT":
            self.stack[-1].has_dots = True
        self._nest(kind)
        self._emit(kind, self.text[self.position : end], end)
        if kind == "_COLON" and self.stack[-1].role == "parameters":
            self._type()

    def _left_square(self, end: int) -> tuple[str, int]:
        """`[` opens a list, filter or interval, or closes an interval; `[]` is the empty list."""
        if self.stack[-1].has_dots and _AFTER_CLOSER.match(self.text, end):
            return "_CLOSER", end
        rest = self.text[end:]
        inner = rest.lstrip()
        if inner.startswith("]") and self._before() not in _OPERAND_ENDS:
            behind = inner[1:].lstrip()
            if not _COUNTS_UP.match(behind) or _AFTER_CLOSER.match(behind):
                return "EMPTY", end + len(rest) - len(inner) + 1
        return "_LSQB", end

    def _nest(self, kind: str) -> None:
        if kind in _OPENERS:
            self.stack.append(Bracket(self._role(kind)))
            if len(self.stack) > MAX_NESTING:
                raise self._error(f"more than {MAX_NESTING} brackets inside each other")
        elif kind in _CLOSERS:
            if len(self.stack) == 1:
                raise self._error(f"{self.text[self.position]!r} closes nothing")
            self.stack.pop()

    def _role(self, kind: str) -> str:
        if kind == "_LBRACE":
            return "context"
        if kind != "_LPAR":
            return "square"
        before = self._before()
        if before == "_FUNCTION":
            return "parameters"
        return "arguments" if before in _OPERAND_ENDS else "group"

    def _emit(self, kind: str, text: str, end: int) -> None:
        line, column = self.place(self.position)
        value = tidy(text) if kind == "NAME" else text
        self.tokens.append(Token(kind, value, line=line, column=column))
        self.position = end

    # -- errors -----------------------------------------------------------------------------

    def place(self, position: int) -> tuple[int, int]:
        line = bisect_right(self._lines, position)
        return line, position - self._lines[line - 1] + 1

    def _error(self, message: str, position: int | None = None) -> FeelSyntaxError:
        line, column = self.place(self.position if position is None else position)
        return FeelSyntaxError(message, line=line, column=column)

    def _odd_character(self) -> FeelSyntaxError:
        mark = self.text[self.position]
        if mark in ('"', "`", "@"):
            return self._error(f"a text that begins with {mark} here does not end")
        if mark == "'":
            return self._error("texts stand in double quotation marks")
        if mark in WIDE_MARKS:
            return self._error(f"full-width {mark!r}; write {WIDE_MARKS[mark]!r}")
        return self._error(f"{mark!r} has no meaning in FEEL")
