"""Runs programs over texts: leftmost match, alternatives in the order written, groups kept."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from engine.feel.budget import Run
from engine.feel.regex.reading import PatternError, Program, Reader

_FLAGS = frozenset("smixq")
_MAX_PATTERN = 2_000
_CHUNK = 64
#: Steps that a chunk costs; with back-references nothing is remembered, so all of them.
_COST_LINEAR, _COST_BACKTRACKING = 32, 64
#: Start and end of every group, in slots 2n and 2n + 1; -1 where a group took no part.
Slots = tuple[int, ...]
_REPLACEMENT = re.compile(r"\\([\\$])|\$(\d+)|([^\\$]+)", re.DOTALL)


@lru_cache(maxsize=512)
def _program(pattern: str, flags: frozenset[str]) -> Program:
    return Reader(pattern, flags).program()


def compile_pattern(pattern: str, flags: str, run: Run) -> "Pattern":
    """The pattern, bound to the run whose steps it uses. PatternError when it is none."""
    if set(flags) - _FLAGS:
        raise PatternError(f"{flags!r} are no flags; there are s, m, i, x and q")
    if len(pattern) > _MAX_PATTERN:
        raise PatternError(f"a pattern has at most {_MAX_PATTERN} characters")
    used = frozenset(flags)
    return Pattern(_program(pattern, used), used, run)


@dataclass(slots=True)
class _Search:
    """One search over one text; states that failed are never tried again."""

    text: str
    failed: set[tuple[int, int]]


class Pattern:
    __slots__ = (
        "_code",
        "_cost",
        "_fold",
        "_lines",
        "_literal",
        "_memo",
        "_run",
        "_slots",
        "groups",
    )

    def __init__(self, program: Program, flags: frozenset[str], run: Run) -> None:
        self._code: Any = program.code
        self._memo = not program.has_back_references
        self._cost = _COST_LINEAR if self._memo else _COST_BACKTRACKING
        self._slots = 2 * (program.groups + 1)
        self._lines = "m" in flags and "q" not in flags
        self._fold = "i" in flags
        self._literal = "q" in flags
        self._run = run
        self.groups = program.groups

    # -- what callers ask -------------------------------------------------------------------

    def search(self, text: str, start: int = 0) -> Slots | None:
        """The leftmost match from a place on."""
        return self._find(_Search(text, set()), start)

    def matches(self, text: str) -> Iterator[Slots]:
        """All matches that do not overlap, none of them empty."""
        start = 0
        search = _Search(text, set())
        while (found := self._find(search, start)) is not None:
            if found[0] == found[1]:
                raise PatternError("the pattern matches the empty text")
            yield found
            start = found[1]
            search.failed.clear()

    def replace(self, text: str, replacement: str) -> str:
        if self.search("") is not None:
            raise PatternError("the pattern matches the empty text")
        parts: list[str] = []
        fill = self._filler(replacement)
        end = size = 0
        for slots in self.matches(text):
            parts += (text[end : slots[0]], fill(text, slots))
            size += len(parts[-1]) + len(parts[-2])
            self._run.check_text(size)
            end = slots[1]
        return "".join([*parts, text[end:]])

    def split(self, text: str) -> list[str]:
        parts: list[str] = []
        end = 0
        for slots in self.matches(text):
            parts.append(text[end : slots[0]])
            self._run.check_items(len(parts))
            end = slots[1]
        return [*parts, text[end:]]

    # -- replacement ------------------------------------------------------------------------

    def _filler(self, replacement: str) -> Callable[[str, Slots], str]:
        if self._literal:
            return lambda _text, _slots: replacement
        parts: list[str | int] = []
        position = 0
        while position < len(replacement):
            match = _REPLACEMENT.match(replacement, position)
            if match is None:
                raise PatternError("in a replacement write \\$ and \\\\; $1 is a group")
            position = match.end()
            parts += self._replacement_part(match)
        return lambda text, slots: "".join(
            part if isinstance(part, str) else _group(text, slots, part) for part in parts
        )

    def _replacement_part(self, match: re.Match[str]) -> list[str | int]:
        if match[2] is None:
            return [match[1] or match[3]]
        digits, tail = match[2], ""
        # `$12` is group 12 if there is one, else group 1 and the digit 2.
        while len(digits) > 1 and int(digits) > self.groups:
            digits, tail = digits[:-1], digits[-1] + tail
        return [int(digits), tail]

    # -- the machine ------------------------------------------------------------------------

    def _find(self, search: _Search, start: int) -> Slots | None:
        for begin in range(start, len(search.text) + 1):
            found = self._from(search, begin)
            if found is not None:
                return found
        return None

    def _from(self, search: _Search, begin: int) -> Slots | None:
        stack: list[tuple[int, int, Slots]] = [(0, begin, (-1,) * self._slots)]
        failed, memo, steps = search.failed, self._memo, 0
        while stack:
            counter, position, slots = stack.pop()
            steps += 1
            if steps == _CHUNK:
                self._run.step(self._cost)
                steps = 0
            if memo:
                if (counter, position) in failed:
                    continue
                failed.add((counter, position))
            if self._code[counter][0] == "match":
                return slots
            stack += self._step(search.text, counter, position, slots)
        self._run.step()
        return None

    def _step(
        self, text: str, counter: int, position: int, slots: Slots
    ) -> list[tuple[int, int, Slots]]:
        """Where one instruction leads, the preferred way last."""
        instruction = self._code[counter]
        what = instruction[0]
        if what == "char":
            fits = position < len(text) and instruction[1](text[position])
            return [(counter + 1, position + 1, slots)] if fits else []
        if what == "split":
            first, second = instruction[1], instruction[2]
            return [(counter + second, position, slots), (counter + first, position, slots)]
        if what == "jump":
            return [(counter + instruction[1], position, slots)]
        if what == "save":
            slot = instruction[1]
            return [(counter + 1, position, (*slots[:slot], position, *slots[slot + 1 :]))]
        if what == "back":
            return self._back(text, counter, position, slots)
        return [(counter + 1, position, slots)] if self._at(what, text, position) else []

    def _back(
        self, text: str, counter: int, position: int, slots: Slots
    ) -> list[tuple[int, int, Slots]]:
        wanted = _group(text, slots, self._code[counter][1])
        found = text[position : position + len(wanted)]
        same = found.casefold() == wanted.casefold() if self._fold else found == wanted
        return [(counter + 1, position + len(wanted), slots)] if same else []

    def _at(self, what: str, text: str, position: int) -> bool:
        if what == "start":
            if position == 0:
                return True
            return self._lines and position < len(text) and text[position - 1] == "\n"
        return position == len(text) or (self._lines and text[position] == "\n")


def _group(text: str, slots: Slots, number: int) -> str:
    if 2 * number + 1 >= len(slots) or slots[2 * number + 1] < 0:
        return ""
    return text[slots[2 * number] : slots[2 * number + 1]]
