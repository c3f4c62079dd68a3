"""Personal values: sealed before a command is decided, so that no entry ever holds them.

`seal` replaces each value that the schema marks `personal` by `{ref, commitment}` with
commitment = HMAC-SHA-256(salt, canonical value). Erasing value and salt breaks no hash. Nobody
but `seal` makes such an object: `refuse_sealed` keeps them out of what is sent.
"""

import hashlib
import hmac
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from engine.domain.errors import BadVariablesError
from engine.domain.evidence import Json, canonical, to_plain
from engine.schema.marks import EACH, PersonalPath

_SEALED = frozenset({"commitment", "ref"})


@dataclass(frozen=True, slots=True)
class SealedValue:
    """A value that was taken out, its salt (hex) and the reference that stands for it."""

    ref: str
    salt: str
    value: Json


def commitment(salt: str, value: Json) -> str:
    """HMAC-SHA-256 over the canonical bytes of the value, hexadecimal."""
    return hmac.new(bytes.fromhex(salt), canonical(value), hashlib.sha256).hexdigest()


def is_sealed(value: Any) -> bool:
    """Whether this is what stands in the place of a personal value."""
    return isinstance(value, Mapping) and value.keys() == _SEALED


def sealed_within(value: Any, pointer: str = "") -> Iterator[tuple[str, Mapping[str, str]]]:
    """The sealed values in a value, each with its JSON pointer."""
    if isinstance(value, Mapping):
        if is_sealed(value):
            yield pointer, value
            return
        for name, child in value.items():
            yield from sealed_within(child, f"{pointer}/{name}")
    elif isinstance(value, list):
        for number, child in enumerate(value):
            yield from sealed_within(child, f"{pointer}/{number}")


def _holds_sealed(node: Any) -> bool:
    """The same as a question, cheap enough for every command."""
    if isinstance(node, dict):
        return node.keys() == _SEALED or any(map(_holds_sealed, node.values()))
    return isinstance(node, list) and any(map(_holds_sealed, node))


def refuse_sealed(data: Mapping[str, Any]) -> None:
    """BadVariablesError when somebody sends what only sealing may make."""
    if not any(map(_holds_sealed, data.values())):
        return
    message = "an object of ref and commitment alone stands for a sealed value; send the value"
    errors = [
        {"pointer": pointer, "message": message}
        for name, value in data.items()
        for pointer, _ in sealed_within(value, f"/{name}")
    ]
    _refuse(errors)


def seal(
    data: Mapping[str, Any],
    paths: Collection[PersonalPath],
    *,
    new_ref: Callable[[], str],
    new_salt: Callable[[], str],
) -> tuple[dict[str, Any], tuple[SealedValue, ...]]:
    """The data with every personal value replaced, and the values that were taken out.

    BadVariablesError where something else stands in the place of an object or list that holds
    personal values: it could hide one.
    """
    sealed: list[SealedValue] = []

    def replaced(node: Any, below: list[PersonalPath], pointer: str) -> Any:
        if node is None or not below:
            return node
        if () in below:
            value = to_plain(node)
            record = SealedValue(ref=new_ref(), salt=new_salt(), value=value)
            sealed.append(record)
            return {"commitment": commitment(record.salt, value), "ref": record.ref}
        wanted = {list if path[0] is EACH else Mapping for path in below}
        if list in wanted and isinstance(node, list):
            inner = _below(below, EACH)
            return [replaced(child, inner, f"{pointer}/{n}") for n, child in enumerate(node)]
        if Mapping in wanted and isinstance(node, Mapping):
            return {k: replaced(v, _below(below, k), f"{pointer}/{k}") for k, v in node.items()}
        what = "an object" if Mapping in wanted else "a list"
        message = f"must be {what}: there are personal values in it"
        _refuse([{"pointer": pointer, "message": message}])
        raise AssertionError(pointer)

    starts = list(paths)
    changed = {k: replaced(v, _below(starts, k), f"/{k}") for k, v in data.items()}
    return changed, tuple(sealed)


def _below(paths: list[PersonalPath], step: str | None) -> list[PersonalPath]:
    return [path[1:] for path in paths if path and path[0] == step]


def _refuse(errors: list[dict[str, str]]) -> None:
    if errors:
        first = errors[0]
        raise BadVariablesError(f"{first['pointer']}: {first['message']}", errors=errors)
