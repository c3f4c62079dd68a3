"""Where two JSON values part, for people: the first place, what was expected, what was found."""

import json
from collections.abc import Iterator
from typing import Any

_ABSENT = object()
_SHOWN = 200


def first_difference(expected: Any, found: Any) -> str:
    """`$.events[2].data.unit: expected "a", found "b"`."""
    for path, left, right in _differences("$", expected, found):
        return f"{path}: expected {_text(left)}, found {_text(right)}"
    return "the bytes differ, their values do not"


def parted(expected: bytes, found: bytes) -> str:
    """The first difference of two JSON texts; the one that cannot be read says so."""
    try:
        return first_difference(json.loads(expected), json.loads(found))
    except (ValueError, RecursionError) as exc:
        return f"the stored bytes cannot be read: {exc}"


def _differences(path: str, left: Any, right: Any) -> Iterator[tuple[str, Any, Any]]:
    if isinstance(left, dict) and isinstance(right, dict):
        for key in sorted({*left, *right}):
            inner = f"{path}.{key}"
            yield from _differences(inner, left.get(key, _ABSENT), right.get(key, _ABSENT))
    elif isinstance(left, list) and isinstance(right, list):
        for i in range(max(len(left), len(right))):
            yield from _differences(f"{path}[{i}]", _item(left, i), _item(right, i))
    elif type(left) is not type(right) or left != right:
        yield path, left, right


def _item(values: list[Any], index: int) -> Any:
    return values[index] if index < len(values) else _ABSENT


def _text(value: Any) -> str:
    if value is _ABSENT:
        return "nothing"
    text = json.dumps(value, ensure_ascii=False, sort_keys=True)
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"
