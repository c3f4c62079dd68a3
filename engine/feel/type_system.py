"""Types of FEEL: their text after `instance of`, what conforms to them, and coercion.

Knows values, nothing of decision models; a model brings its own named types in a mapping.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

from engine.feel import values
from engine.feel.names import WORD, tidy
from engine.feel.values import Function, Range


@dataclass(frozen=True, slots=True)
class Type:
    """`name` is a FEEL type, "Any", "Null", "list", "context", "range" or "function"."""

    name: str
    #: Element of a list, end of a range, result of a function.
    of: "Type | None" = None
    #: Entries of a context.
    entries: tuple[tuple[str, "Type"], ...] | None = None
    #: Parameters of a function; None when nothing is said about them.
    parameters: tuple["Type", ...] | None = None
    #: Allowed values, as a test of a model's item definition.
    allowed: Callable[[Any], bool] | None = field(default=None, compare=False)


ANY = Type("Any")
_PLAIN = {
    name: Type(name)
    for name in (
        values.NUMBER,
        values.STRING,
        values.BOOLEAN,
        values.DATE,
        values.TIME,
        values.DATE_TIME,
        values.DAYS_TIME,
        values.YEARS_MONTHS,
        values.LIST,
        values.CONTEXT,
        values.RANGE,
        values.FUNCTION,
        "Any",
        "Null",
    )
} | {
    "dateTime": Type(values.DATE_TIME),
    "date time": Type(values.DATE_TIME),
    "dayTimeDuration": Type(values.DAYS_TIME),
    "day time duration": Type(values.DAYS_TIME),
    "yearMonthDuration": Type(values.YEARS_MONTHS),
    "year month duration": Type(values.YEARS_MONTHS),
}

_SPACE = re.compile(r"(?:\s+|//[^\n]*|/\*.*?\*/)*", re.DOTALL)
_QUALIFIED = re.compile(rf"{WORD}(?:\s*\.\s*{WORD})*")
_SEVERAL_WORDS = re.compile(
    r"(?:date\s+and\s+time|days\s+and\s+time\s+duration|years\s+and\s+months\s+duration)\b"
)
_KEY = re.compile(r"\s*([^:<>,]+?)\s*:")


class TypeSyntaxError(ValueError):
    """The text at `position` is no type."""

    def __init__(self, message: str, position: int) -> None:
        super().__init__(message)
        self.position = position


class TypeReader:
    """Reads one type from a place in a text and says where it ends."""

    def __init__(self, text: str, position: int, named: Mapping[str, Type]) -> None:
        self.text = text
        self.position = position
        self.named = named

    def read(self) -> Type:
        self._blank()
        name = self._name()
        if name in ("list", "range") and self._take("<"):
            inner = self.read()
            self._need(">")
            return Type(name, of=inner)
        if name == "context" and self._take("<"):
            return Type("context", entries=self._entries())
        if name == "function" and self._take("<"):
            return self._function()
        return self._resolve(name)

    def _name(self) -> str:
        declared = sorted((name for name in self.named if " " in name), key=len, reverse=True)
        for name in declared:
            if self.text.startswith(name, self.position):
                self.position += len(name)
                return name
        match = _SEVERAL_WORDS.match(self.text, self.position) or _QUALIFIED.match(
            self.text, self.position
        )
        if match is None:
            raise TypeSyntaxError("a type is missing here", self.position)
        self.position = match.end()
        return tidy(match.group())

    def _resolve(self, name: str) -> Type:
        found = self.named.get(name) or _PLAIN.get(name)
        if found is None:
            raise TypeSyntaxError(f"there is no type {name!r}", self.position - len(name))
        return found

    def _entries(self) -> tuple[tuple[str, Type], ...]:
        entries: list[tuple[str, Type]] = []
        while not self._take(">"):
            if entries:
                self._need(",")
            match = _KEY.match(self.text, self.position)
            if match is None:
                raise TypeSyntaxError("an entry `name: type` is missing here", self.position)
            self.position = match.end()
            entries.append((tidy(match[1]), self.read()))
        return tuple(entries)

    def _function(self) -> Type:
        parameters: list[Type] = []
        while not self._take(">"):
            if parameters:
                self._need(",")
            parameters.append(self.read())
        self._need("->")
        return Type("function", of=self.read(), parameters=tuple(parameters))

    def _blank(self) -> None:
        match = _SPACE.match(self.text, self.position)
        assert match is not None
        self.position = match.end()

    def _take(self, mark: str) -> bool:
        start = self.position
        self._blank()
        if self.text.startswith(mark, self.position):
            self.position += len(mark)
            return True
        self.position = start
        return False

    def _need(self, mark: str) -> None:
        if not self._take(mark):
            raise TypeSyntaxError(f"{mark!r} is missing in the type", self.position)


def plain_type(name: str) -> Type | None:
    """A type of the standard by its name, as a model's `typeRef` gives it."""
    return _PLAIN.get(name.removeprefix("feel:"))


def conforms(value: Any, wanted: Type) -> bool:
    """What `instance of` asks: null belongs to Null only, allowed values do not matter."""
    if wanted.name == "Any":
        return value is not None
    if value is None:
        return wanted.name == "Null"
    if values.kind(value) != wanted.name:
        return False
    check = _STRUCTURES.get(wanted.name)
    return check is None or check(value, wanted)


def accepts(value: Any, wanted: Type) -> bool:
    """What a variable of the type may hold: null always, else an allowed value."""
    if value is None or wanted.name == "Any":
        return True
    if isinstance(value, Function) and wanted.name == "function":
        return wanted.parameters is None or len(wanted.parameters) == len(value.parameters)
    return conforms(value, wanted) and (wanted.allowed is None or wanted.allowed(value))


def _list_conforms(value: Any, wanted: Type) -> bool:
    return wanted.of is None or all(accepts(element, wanted.of) for element in value)


def _context_conforms(value: Any, wanted: Type) -> bool:
    return wanted.entries is None or all(
        key in value and accepts(value[key], inner) for key, inner in wanted.entries
    )


def _range_conforms(value: Range, wanted: Type) -> bool:
    return wanted.of is None or all(accepts(end, wanted.of) for end in (value.start, value.end))


def _function_conforms(value: Function, wanted: Type) -> bool:
    if wanted.parameters is None:
        return True
    declared = tuple(kind or ANY for kind in value.types)
    if len(value.parameters) != len(wanted.parameters):
        return False
    fits = all(subtype(a, b) for a, b in zip(wanted.parameters, declared, strict=False))
    return fits and (wanted.of is None or subtype(value.returns or ANY, wanted.of))


_STRUCTURES: dict[str, Callable[[Any, Type], bool]] = {
    "list": _list_conforms,
    "context": _context_conforms,
    "range": _range_conforms,
    "function": _function_conforms,
}


def subtype(narrow: Type, wide: Type) -> bool:
    """Whether every value of `narrow` belongs to `wide`."""
    if wide.name == "Any" or narrow.name == "Null":
        return True
    if narrow.name != wide.name:
        return False
    if wide.of is not None and not subtype(narrow.of or ANY, wide.of):
        return False
    if wide.entries is not None:
        have = dict(narrow.entries or ())
        return all(key in have and subtype(have[key], inner) for key, inner in wide.entries)
    if wide.parameters is not None and narrow.parameters is not None:
        return len(narrow.parameters) == len(wide.parameters) and all(
            subtype(b, a) for a, b in zip(narrow.parameters, wide.parameters, strict=True)
        )
    return True


class NoCoercion(Exception):  # noqa: N818 - a signal to the caller, who writes the warning
    """The value neither is of the type nor can become it."""


def coerce(value: Any, wanted: Type) -> Any:
    """The value as one of the type: `[x]` ↔ `x`, date → date and time; else NoCoercion."""
    if accepts(value, wanted):
        return value
    if isinstance(value, list) and len(value) == 1 and accepts(value[0], wanted):
        return value[0]
    if wanted.name == "list" and not isinstance(value, list) and accepts(value, wanted.of or ANY):
        return [value]
    if wanted.name == values.DATE_TIME and type(value) is date:
        return datetime(value.year, value.month, value.day, tzinfo=UTC)
    raise NoCoercion
