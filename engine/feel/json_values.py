"""FEEL values to JSON and back: integers as int, other numbers and temporal values as text.

Floats are refused in both directions: 0.1 would not be 0.1 any more.
"""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from engine.feel import values
from engine.feel.errors import FeelBudgetError, FeelValueError
from engine.feel.text import inner_text, number_text
from engine.feel.values import kind

#: Elements that one conversion may visit; a document of the engine is far smaller.
MAX_NODES = 1_000_000
MAX_DEPTH = 100


def to_json(value: Any) -> Any:
    """The value as JSON data; FeelValueError for functions, which have no JSON form."""
    return _to_json(value, 0, [MAX_NODES])


def _to_json(value: Any, depth: int, fuel: list[int]) -> Any:
    _count(depth, fuel)
    what = kind(value)
    if what in (values.NULL, values.BOOLEAN, values.STRING):
        return value
    if what == values.NUMBER:
        return _number(value)
    if what == values.LIST:
        return [_to_json(element, depth + 1, fuel) for element in value]
    if what == values.CONTEXT:
        return {key: _to_json(element, depth + 1, fuel) for key, element in value.items()}
    if what == values.FUNCTION:
        raise FeelValueError("a function has no JSON form")
    return inner_text(value)


def _number(value: int | Decimal) -> int | str:
    if isinstance(value, int):
        return int(value)
    return int(value) if value == value.to_integral_value() else number_text(value)


def _count(depth: int, fuel: list[int]) -> None:
    fuel[0] -= 1
    if fuel[0] < 0 or depth > MAX_DEPTH:
        raise FeelBudgetError(f"the value has more than {MAX_NODES} parts or {MAX_DEPTH} levels")


def from_json(value: Any) -> Any:
    """JSON data as a FEEL value, copied into plain lists and contexts; floats are refused."""
    return _from_json(value, 0, [MAX_NODES])


def _from_json(value: Any, depth: int, fuel: list[int]) -> Any:
    _count(depth, fuel)
    if isinstance(value, Mapping):
        return {_key(key): _from_json(part, depth + 1, fuel) for key, part in value.items()}
    if isinstance(value, (list, tuple)):
        return [_from_json(part, depth + 1, fuel) for part in value]
    kind(value)
    return value


def _key(key: Any) -> str:
    if not isinstance(key, str):
        raise FeelValueError(f"a key of a context is a text, not {key!r}")
    return key
