"""Expressions of other languages: recognised, refused, and the FEEL text that was meant proposed.

The translation is mechanical, token by token; what does not parse afterwards is not proposed.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import islice

from lark import Token, Tree

from engine.feel.calls import unknown_calls
from engine.feel.dialects import plainer
from engine.feel.errors import FeelError, FeelSyntaxError
from engine.feel.names import WIDE_MARKS

Parses = Callable[[str], object]

_FOREIGN_CONSTANTS = {
    "True": "true",
    "False": "false",
    "None": "null",
    "nil": "null",
    "undefined": "null",
}
_WORDS = _FOREIGN_CONSTANTS | {
    "eq": "=",
    "ne": "!=",
    "lt": "<",
    "le": "<=",
    "gt": ">",
    "ge": ">=",
    "AND": "and",
    "OR": "or",
}
_MARKS = {"==": "=", "===": "=", "!==": "!=", "<>": "!=", "&&": "and", "||": "or"}
#: Nobody reads a longer proposal, and every further part makes all of them dearer.
LONGEST, MOST_PARTS = 2_000, 500
_WRAPPED = re.compile(r"\s*[$#]\{(.*)\}\s*", re.DOTALL)
_TOKEN = re.compile(
    r"""(?P<blank>\s+)|(?P<text>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')
    |(?P<word>[^\W\d]\w*(?:\.[^\W\d]\w*)*)|(?P<mark>===|!==|==|!=|<>|<=|>=|&&|\|\||.)""",
    re.VERBOSE | re.DOTALL,
)
_OPENING, _CLOSING = "([{", ")]}"
#: What ends the operand of Python's `not`: it binds looser than comparisons.
_LOOSE_ENDS = {"and", "or", "then", "else", ",", "?", ":"}
#: What ends the operand of `!`: it binds tighter than anything.
_TIGHT_ENDS = _LOOSE_ENDS | {"=", "!=", "<", "<=", ">", ">=", "+", "-", "*", "/", "in", "is"}
_PREFIXES = {"not": ("not(", _LOOSE_ENDS), "!": ("not(", _TIGHT_ENDS)}


def refuse_foreign_words(tree: Tree[Token], names: frozenset[str]) -> None:
    """`True` or `None` would be names nobody knows, and their conditions null for ever."""
    for node in tree.iter_subtrees():
        if node.data != "name":
            continue
        word = str(node.children[0])
        if word in _FOREIGN_CONSTANTS and word not in names:
            raise FeelSyntaxError(
                f"{word!r} is no constant of FEEL; write {_FOREIGN_CONSTANTS[word]!r}",
                line=node.meta.line,
                column=node.meta.column,
            )


def propose(text: str, parse: Parses) -> str | None:
    """The FEEL text that was probably meant, if a mechanical translation gives one.

    None as well for what is too long to be read.
    """
    if len(text) > LONGEST:
        return None
    candidate = _translated(plainer(_unwrapped(text)))
    if candidate is None or candidate == text.strip():
        return None
    try:
        found = parse(candidate)
    except FeelError:
        return None
    return None if isinstance(found, Tree) and unknown_calls(found) else candidate


def _unwrapped(text: str) -> str:
    match = _WRAPPED.fullmatch(text.strip().removeprefix("="))
    return match[1].strip() if match else text.strip().removeprefix("=")


def _translated(text: str) -> str | None:
    parts = list(islice(_parts(text), MOST_PARTS + 1))
    if not parts or len(parts) > MOST_PARTS:
        return None
    return re.sub(r"\s+", " ", "".join(_conditional(_prefixed(_is_null(parts))))).strip()


@dataclass(frozen=True, slots=True)
class _Part:
    kind: str
    text: str


def _parts(text: str) -> Iterator[str]:
    for match in _TOKEN.finditer(text):
        part = _part(_Part(match.lastgroup or "", match.group()))
        # `a||b` needs no blanks, `a or b` does
        yield from (" ", part, " ") if match.lastgroup == "mark" and part.isalpha() else (part,)


def _part(part: _Part) -> str:
    if part.kind == "text":
        inner = part.text[1:-1]
        return part.text if part.text[0] == '"' else '"' + inner.replace('"', '\\"') + '"'
    if part.kind == "word":
        return _WORDS.get(part.text, part.text)
    if part.kind == "mark":
        return WIDE_MARKS.get(part.text, _MARKS.get(part.text, part.text))
    return part.text


def _is_null(parts: list[str]) -> list[str]:
    """`x is None`, `x is not None`."""
    solid = [at for at, part in enumerate(parts) if part.strip()]
    result = list(parts)
    for first, second, third in zip(solid, solid[1:], [*solid[2:], None], strict=False):
        if parts[first] != "is":
            continue
        if parts[second] == "null":
            result[first] = "="
        elif parts[second] == "not" and third is not None and parts[third] == "null":
            result[first], result[second] = "!=", ""
    return result


def _prefixed(parts: list[str]) -> list[str]:
    """`not x` and `!x` become `not(x)`; operands may hold further ones."""
    open_ = [_Operand("", len(parts))]
    at = 0
    while at < len(parts):
        while at == open_[-1].stop:
            done = open_.pop().closed()
            open_[-1].parts.append(done)
        prefix = _PREFIXES.get(parts[at])
        if prefix is None or (parts[at] == "not" and _next_solid(parts, at) == "("):
            open_[-1].parts.append(parts[at])
        else:
            opening, ends = prefix
            stop = _operand_end(parts, at + 1, ends)
            open_.append(_Operand(opening, min(stop, open_[-1].stop)))
        at += 1
    while len(open_) > 1:
        done = open_.pop().closed()
        open_[-1].parts.append(done)
    return open_[0].parts


@dataclass(slots=True)
class _Operand:
    """What a prefix stands before, as far as it was read."""

    opening: str
    stop: int
    parts: list[str] = field(default_factory=list)

    def closed(self) -> str:
        text = "".join(self.parts)
        blank = " " if text.endswith(" ") else ""
        return f"{self.opening}{_unbracketed(text.strip())}){blank}"


def _unbracketed(operand: str) -> str:
    """`(a or b)` without its brackets; `(a) or (b)` as it is."""
    inner = operand[1:-1]
    whole = operand.startswith("(") and operand.endswith(")") and "(" not in inner
    return inner if whole and ")" not in inner else operand


def _next_solid(parts: list[str], at: int) -> str:
    return next((parts[n] for n in range(at + 1, len(parts)) if parts[n].strip()), "")


def _operand_end(parts: list[str], start: int, ends: set[str]) -> int:
    depth = 0
    for at in range(start, len(parts)):
        part = parts[at]
        if part in _OPENING:
            depth += 1
        elif part in _CLOSING:
            depth -= 1
        if depth < 0 or (depth == 0 and part in ends):
            return at
    return len(parts)


def _conditional(parts: list[str]) -> list[str]:
    """`a ? b : c`, when it is the whole text; `c` may be another one."""
    result: list[str] = []
    while True:
        question = _operand_end(parts, 0, {"?"})
        colon = _operand_end(parts, question + 1, {":"})
        found = "".join(parts[question : question + 1] + parts[colon : colon + 1])
        if question == 0 or found != "?:":
            return result + parts
        result += ["if ", *parts[:question], " then ", *parts[question + 1 : colon], " else "]
        parts = parts[colon + 1 :]
