"""Pattern texts to programs. A program is a list of instructions for the matcher.

`("char", test)` · `("split", first, second)` · `("jump", to)` · `("save", slot)` · `("start",)` ·
`("end",)` · `("back", group)` · `("match",)`.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from engine.feel.regex.characters import (
    CharTest,
    any_character,
    any_test,
    inverted,
    no_line_end,
    one_of,
    property_class,
    short_class,
    without,
)

Instruction = tuple[object, ...]
_MAX_PROGRAM = 4_000
_MAX_REPEAT = 1_000
_MAX_NESTING = 50
_PLAIN_ESCAPES = {"n": "\n", "r": "\r", "t": "\t"} | {mark: mark for mark in r"\|.-^?*+{}()[]$"}
_META = set("\\|.?*+(){}[]^$")


class PatternError(ValueError):
    """The text is no regular expression of XPath."""


@dataclass(frozen=True, slots=True)
class Program:
    code: tuple[Instruction, ...]
    groups: int
    has_back_references: bool


class Reader:
    """Recursive descent over one pattern; every method answers with a piece of program."""

    def __init__(self, pattern: str, flags: frozenset[str]) -> None:
        self.pattern = without_blanks(pattern) if "x" in flags else pattern
        self.flags = flags
        self.fold = "i" in flags
        self.position = 0
        self.groups = 0
        self.closed: set[int] = set()
        self.depth = 0
        self.has_back_references = False

    def program(self) -> Program:
        if "q" in self.flags:
            body = [self._literal(char) for char in self.pattern]
        else:
            body = self._alternatives()
            if self.position < len(self.pattern):
                raise PatternError(f"{self.pattern[self.position]!r} opens or closes nothing")
        code = (("save", 0), *body, ("save", 1), ("match",))
        return Program(code, self.groups, self.has_back_references)

    # -- structure --------------------------------------------------------------------------

    def _alternatives(self) -> list[Instruction]:
        branches = [self._branch()]
        while self._take("|"):
            branches.append(self._branch())
        code = branches.pop()
        while branches:
            first = branches.pop()
            code = [("split", 1, len(first) + 2), *first, ("jump", len(code) + 1), *code]
        return self._checked(code)

    def _branch(self) -> list[Instruction]:
        code: list[Instruction] = []
        while self.position < len(self.pattern) and self._peek() not in "|)":
            code += self._piece()
            self._checked(code)
        return code

    def _checked(self, code: list[Instruction]) -> list[Instruction]:
        if len(code) > _MAX_PROGRAM:
            raise PatternError("the pattern is too large")
        return code

    def _piece(self) -> list[Instruction]:
        atom = self._atom()
        bounds = self._quantifier()
        if bounds is None:
            return atom
        lazy = self._take("?")
        return repeated(atom, *bounds, lazy=lazy)

    def _quantifier(self) -> tuple[int, int | None] | None:
        for mark, bounds in (("*", (0, None)), ("+", (1, None)), ("?", (0, 1))):
            if self._take(mark):
                return bounds
        return self._counts() if self._take("{") else None

    def _counts(self) -> tuple[int, int | None]:
        least = self._number()
        most: int | None = least
        if self._take(","):
            most = None if self._peek() == "}" else self._number()
        if not self._take("}"):
            raise PatternError("`{` wants `{n}`, `{n,}` or `{n,m}`")
        if max(least, most or 0) > _MAX_REPEAT or (most is not None and most < least):
            raise PatternError(f"a count lies between 0 and {_MAX_REPEAT}, in order")
        return least, most

    def _number(self) -> int:
        start = self.position
        while self._peek().isascii() and self._peek().isdigit():
            self.position += 1
        if start == self.position or self.position - start > len(str(_MAX_REPEAT)):
            raise PatternError("a number is missing or too long")
        return int(self.pattern[start : self.position])

    # -- atoms ------------------------------------------------------------------------------

    def _atom(self) -> list[Instruction]:
        char = self._next()
        if char == "(":
            return self._group()
        if char == "[":
            return [("char", self._class())]
        if char == ".":
            return [("char", any_character if "s" in self.flags else no_line_end)]
        if char in "^$":
            return [("start",) if char == "^" else ("end",)]
        if char == "\\":
            return [self._escape()]
        if char in _META:
            raise PatternError(f"{char!r} stands alone; write \\{char}")
        return [self._literal(char)]

    def _literal(self, char: str) -> Instruction:
        return ("char", one_of(char, char, fold=self.fold))

    def _group(self) -> list[Instruction]:
        self.depth += 1
        if self.depth > _MAX_NESTING:
            raise PatternError("the pattern is nested too deep")
        captures = not self.pattern.startswith("?:", self.position)
        if captures:
            self.groups += 1
        else:
            self.position += 2
        number = self.groups
        body = self._alternatives()
        if not self._take(")"):
            raise PatternError("a group is not closed")
        self.depth -= 1
        if not captures:
            return body
        self.closed.add(number)
        return [("save", 2 * number), *body, ("save", 2 * number + 1)]

    def _escape(self) -> Instruction:
        char = self._peek()
        if char.isascii() and char.isdigit():
            return self._back_reference()
        return ("char", self._escaped_class())

    def _back_reference(self) -> Instruction:
        number = int(self._next())
        if number not in self.closed:
            raise PatternError(f"\\{number} refers to no group before it")
        while self._peek().isascii() and self._peek().isdigit():
            longer = number * 10 + int(self._peek())
            if longer not in self.closed:
                break
            number = longer
            self.position += 1
        self.has_back_references = True
        return ("back", number)

    def _escaped_class(self) -> CharTest:
        """A class escape, a property, or one escaped character."""
        char = self._next()
        if char in ("p", "P"):
            return self._property(negated=char == "P")
        found = short_class(char)
        if found is not None:
            return found
        if char not in _PLAIN_ESCAPES:
            raise PatternError(f"\\{char} has no meaning")
        plain = _PLAIN_ESCAPES[char]
        return one_of(plain, plain, fold=self.fold)

    def _property(self, *, negated: bool) -> CharTest:
        end = self.pattern.find("}", self.position)
        if not self._take("{") or end < 0:
            raise PatternError("\\p wants a name in braces")
        name = self.pattern[self.position : end]
        self.position = end + 1
        found = property_class(name)
        if found is None:
            raise PatternError(f"there is no category or block {name!r}")
        return inverted(found) if negated else found

    # -- classes ----------------------------------------------------------------------------

    def _class(self) -> CharTest:
        self.depth += 1
        if self.depth > _MAX_NESTING:
            raise PatternError("the pattern is nested too deep")
        negated = self._take("^")
        tests: list[CharTest] = []
        taken: CharTest | None = None
        while taken is None and not (self._peek() == "]" and tests):
            if self.pattern.startswith("-[", self.position) and tests:
                self.position += 2
                taken = self._class()
            else:
                tests.append(self._member(first=not tests))
        if not self._take("]"):
            raise PatternError("a class is not closed")
        self.depth -= 1
        base = inverted(any_test(tests)) if negated else any_test(tests)
        return base if taken is None else without(base, taken)

    def _member(self, *, first: bool) -> CharTest:
        start = self._class_character(first=first)
        if not isinstance(start, str):
            return start
        if self._peek() != "-" or self.pattern[self.position + 1 : self.position + 2] in ("]", "["):
            return one_of(start, start, fold=self.fold)
        self.position += 1
        end = self._class_character(first=False)
        if not isinstance(end, str) or end < start:
            raise PatternError("a range of characters runs backwards or ends in a class")
        return one_of(start, end, fold=self.fold)

    def _class_character(self, *, first: bool) -> str | CharTest:
        char = self._next()
        if char == "\\":
            escaped = self._peek()
            if escaped in _PLAIN_ESCAPES:
                self.position += 1
                return _PLAIN_ESCAPES[escaped]
            return self._escaped_class()
        if char in "[]":
            raise PatternError(f"{char!r} stands alone in a class; write \\{char}")
        if char == "-" and not first and self._peek() not in ("]", ""):
            raise PatternError("`-` stands at the begin or end of a class; else write \\-")
        return char

    # -- characters -------------------------------------------------------------------------

    def _peek(self) -> str:
        return self.pattern[self.position : self.position + 1]

    def _next(self) -> str:
        char = self._peek()
        if not char:
            raise PatternError("the pattern ends too early")
        self.position += 1
        return char

    def _take(self, mark: str) -> bool:
        if self.pattern.startswith(mark, self.position):
            self.position += 1
            return True
        return False


def repeated(
    atom: list[Instruction], least: int, most: int | None, *, lazy: bool
) -> list[Instruction]:
    """The atom `least` to `most` times, written out."""
    size = len(atom)
    copies = least if most is None else most
    if size * max(copies, 1) > _MAX_PROGRAM:
        raise PatternError("the pattern is too large")
    code = atom * least
    if most is None:
        skip, again = size + 2, 1
        loop = ("split", skip, again) if lazy else ("split", again, skip)
        return [*code, loop, *atom, ("jump", -size - 1)]
    for _ in range(most - least):
        code += [("split", size + 1, 1) if lazy else ("split", 1, size + 1), *atom]
    return code


def without_blanks(pattern: str) -> str:
    """Flag x: blanks outside classes do not count."""
    return "".join(_solid(pattern))


def _solid(pattern: str) -> Iterator[str]:
    depth, escaped = 0, False
    for char in pattern:
        if char in " \t\n\r" and not depth:
            continue
        if not escaped:
            depth += (char == "[") - (char == "]" and depth > 0)
        escaped = char == "\\" and not escaped
        yield char
