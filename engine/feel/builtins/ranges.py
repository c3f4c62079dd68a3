"""How points and intervals lie to each other: Allen's relations as the standard words them."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from engine.feel import temporal
from engine.feel.builtins.registry import REGISTRY, builtin
from engine.feel.values import NullResult, Range, compare, kind

_POINT = "number|string|date|time|date and time|days and time duration|years and months duration"
_EITHER = f"{_POINT}|range"


@dataclass(frozen=True, slots=True)
class _Span:
    """A point is a span whose ends are both itself."""

    start: Any
    end: Any
    start_included: bool
    end_included: bool


def _span(value: Any) -> _Span:
    if not isinstance(value, Range):
        return _Span(value, value, start_included=True, end_included=True)
    return _Span(value.start, value.end, value.start_included, value.end_included)


def _less(left: Any, right: Any) -> bool:
    """Strictly less; NullResult when an end is missing or of another kind."""
    result = compare("<", left, right)
    if result is None:
        raise NullResult(f"{kind(left)} and {kind(right)} cannot be compared")
    return result


def _same(left: Any, right: Any) -> bool:
    return not _less(left, right) and not _less(right, left)


def _ends_before(left: _Span, right: _Span) -> bool:
    if _same(left.end, right.start):
        return not (left.end_included and right.start_included)
    return _less(left.end, right.start)


def _covers(outer: _Span, inner: _Span) -> bool:
    starts = _less(outer.start, inner.start) or (
        _same(outer.start, inner.start) and (outer.start_included or not inner.start_included)
    )
    ends = _less(inner.end, outer.end) or (
        _same(outer.end, inner.end) and (outer.end_included or not inner.end_included)
    )
    return starts and ends


def _meets(left: _Span, right: _Span) -> bool:
    return left.end_included and right.start_included and _same(left.end, right.start)


def _overlap(left: _Span, right: _Span) -> bool:
    return not _ends_before(left, right) and not _ends_before(right, left)


def _starts_first(left: _Span, right: _Span) -> bool:
    """`left` begins before `right`, or at the same place but includes it alone."""
    return _less(left.start, right.start) or (
        _same(left.start, right.start) and left.start_included and not right.start_included
    )


def _ends_last(left: _Span, right: _Span) -> bool:
    return _less(right.end, left.end) or (
        _same(left.end, right.end) and left.end_included and not right.end_included
    )


def _overlaps_before(left: _Span, right: _Span) -> bool:
    return (
        _overlap(left, right)
        and _starts_first(left, right)
        and not _ends_last(left, right)
        and not _same(left.end, right.start)
    ) or (_overlap(left, right) and _starts_first(left, right) and _ends_last(right, left))


def _starts(left: _Span, right: _Span) -> bool:
    return (
        _same(left.start, right.start)
        and left.start_included == right.start_included
        and not _ends_last(left, right)
    )


def _finishes(left: _Span, right: _Span) -> bool:
    return (
        _same(left.end, right.end)
        and left.end_included == right.end_included
        and not _starts_first(left, right)
    )


def _coincides(left: _Span, right: _Span) -> bool:
    return (
        _same(left.start, right.start)
        and _same(left.end, right.end)
        and left.start_included == right.start_included
        and left.end_included == right.end_included
    )


Relation = Callable[[_Span, _Span], bool]


def _turned(relation: Relation) -> Relation:
    return lambda left, right: relation(right, left)


def _register(name: str, parameters: str, relation: Relation) -> None:
    builtin(name, parameters)(lambda left, right: relation(_span(left), _span(right)))


_RANGES = "range1: range, range2: range"
for _name, _relation in (
    ("meets", _meets),
    ("met by", _turned(_meets)),
    ("overlaps", _overlap),
    ("overlaps before", _overlaps_before),
    ("overlaps after", _turned(_overlaps_before)),
):
    _register(_name, _RANGES, _relation)
for _name, _relation in (("before", _ends_before), ("after", _turned(_ends_before))):
    _register(_name, f"point1: {_POINT}, point2: {_POINT}", _relation)
    _register(_name, f"point: {_POINT}, range: range", _relation)
    _register(_name, f"range: range, point: {_POINT}", _relation)
    _register(_name, _RANGES, _relation)
for _name, _relation in (
    ("includes", _covers),
    ("finished by", _turned(_finishes)),
    ("started by", _turned(_starts)),
):
    _register(_name, f"range: range, point: {_POINT}", _relation)
    _register(_name, _RANGES, _relation)
for _name, _relation in (
    ("during", _turned(_covers)),
    ("finishes", _finishes),
    ("starts", _starts),
):
    _register(_name, f"point: {_POINT}, range: range", _relation)
    _register(_name, _RANGES, _relation)
_register("coincides", f"point1: {_POINT}, point2: {_POINT}", _coincides)
_register("coincides", _RANGES, _coincides)


# -- range("[1..10]") ---------------------------------------------------------------------------

_RANGE = re.compile(r"\s*([\[(\]])\s*(.*?)\s*\.\.\s*(.*?)\s*([\])\[])\s*", re.DOTALL)
_NUMBER = re.compile(r"-?(?:\d+(?:\.\d+)?|\.\d+)", re.ASCII)
_CALL = re.compile(r"([a-z ]+?)\s*\(\s*(\"[^\"]*\")\s*\)")


@builtin("range", "from: string")
def _range(text: str) -> Range:
    match = _RANGE.fullmatch(text)
    if match is None:
        raise NullResult(f"{text!r} is no interval")
    start, end = _endpoint(match[2]), _endpoint(match[3])
    if start is None and end is None:
        raise NullResult("the interval has no end at all")
    included = (match[1] == "[", match[4] == "]")
    if (start is None and included[0]) or (end is None and included[1]):
        raise NullResult("a missing end cannot be included")
    if start is not None and end is not None and _less(end, start):
        raise NullResult("the interval ends before it starts")
    return Range(
        start,
        end,
        start_included=included[0],
        end_included=included[1],
        one_sided=start is None or end is None,
    )


def _endpoint(text: str) -> Any:
    if not text:
        return None
    if _NUMBER.fullmatch(text):
        return _convert("number", text)
    if text.startswith('@"') and text.endswith('"'):
        return temporal.read_literal(text[2:-1])
    if text.startswith('"') and text.endswith('"') and '"' not in text[1:-1]:
        return text[1:-1]
    call = _CALL.fullmatch(text)
    if call is None or call[1] not in ("date", "time", "date and time", "duration"):
        raise NullResult(f"{text!r} is no end of an interval")
    return _convert(call[1], call[2][1:-1])


def _convert(name: str, text: str) -> Any:
    return REGISTRY[name].signatures[1 if name == "number" else 0].body(text)
