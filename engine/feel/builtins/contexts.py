"""Contexts: reading, writing and merging entries."""

from typing import Any

from engine.feel.budget import Run
from engine.feel.builtins.registry import builtin
from engine.feel.values import CONTEXT, STRING, NullResult, kind


@builtin("get value", "m: context, key: string")
def _get_value(context: dict[str, Any], key: str) -> Any:
    return context.get(key)


@builtin("get value", "context: context, keys: list")
def _get_deep(context: dict[str, Any], keys: list[Any]) -> Any:
    found: Any = context
    for key in _texts(keys):
        if kind(found) != CONTEXT:
            raise NullResult(f"there is no context around {key!r}")
        found = found.get(key)
    return found


def _texts(keys: list[Any]) -> list[str]:
    if not keys or not all(kind(key) == STRING for key in keys):
        raise NullResult("keys are texts, at least one")
    return keys


@builtin("get entries", "m: context")
def _get_entries(context: dict[str, Any]) -> list[dict[str, Any]]:
    return [{"key": key, "value": value} for key, value in context.items()]


@builtin("context", "entries: list", with_run=True)
def _context(run: Run, entries: list[Any]) -> dict[str, Any]:
    run.check_items(len(entries))
    result: dict[str, Any] = {}
    for entry in entries:
        if kind(entry) != CONTEXT or "key" not in entry or "value" not in entry:
            raise NullResult("an entry is a context of `key` and `value`")
        key = entry["key"]
        if kind(key) != STRING or key in result:
            raise NullResult("keys are texts, each once")
        result[key] = entry["value"]
    return result


@builtin("context put", "context: context, key: string, value: any")
def _put(context: dict[str, Any], key: str, value: Any) -> dict[str, Any]:
    return {**context, key: value}


@builtin("context put", "context: context, keys: list, value: any")
def _put_deep(context: dict[str, Any], keys: list[Any], value: Any) -> dict[str, Any]:
    first, *rest = _texts(keys)
    if not rest:
        return {**context, first: value}
    inner = context.get(first)
    if inner is None:
        inner = {}
    if kind(inner) != CONTEXT:
        raise NullResult(f"{first!r} is no context")
    return {**context, first: _put_deep(inner, rest, value)}


@builtin("context merge", "contexts: list", with_run=True)
def _merge(run: Run, contexts: list[Any]) -> dict[str, Any]:
    result: dict[str, Any] = {}
    for context in contexts:
        if kind(context) != CONTEXT:
            raise NullResult("the list holds something that is no context")
        result.update(context)
    run.check_items(len(result))
    return result
