"""Personal values: sealed before a command is decided, so that no entry ever holds them.

`seal` replaces each value that the schema marks `personal` by `{ref, commitment}` with
commitment = HMAC-SHA-256(salt, canonical value). Erasing value and salt breaks no hash.
"""

import hashlib
import hmac
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any

from engine.domain.evidence import Json, canonical, to_plain

PersonalPath = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SealedValue:
    """A value that was taken out, its salt (hex) and the reference that stands for it."""

    ref: str
    salt: str
    value: Json


def commitment(salt: str, value: Json) -> str:
    """HMAC-SHA-256 over the canonical bytes of the value, hexadecimal."""
    return hmac.new(bytes.fromhex(salt), canonical(value), hashlib.sha256).hexdigest()


def seal(
    data: Mapping[str, Any],
    paths: Collection[PersonalPath],
    *,
    new_ref: Callable[[], str],
    new_salt: Callable[[], str],
) -> tuple[dict[str, Any], tuple[SealedValue, ...]]:
    """The data with every personal value replaced, and the values that were taken out."""
    sealed: list[SealedValue] = []

    def replaced(node: Any, below: list[PersonalPath]) -> Any:
        if node is None:
            return None
        if () in below:
            value = to_plain(node)
            record = SealedValue(ref=new_ref(), salt=new_salt(), value=value)
            sealed.append(record)
            return {"commitment": commitment(record.salt, value), "ref": record.ref}
        if not isinstance(node, Mapping):
            return node
        return {k: replaced(v, _below(below, k)) for k, v in node.items()}

    starts = list(paths)
    return {k: replaced(v, _below(starts, k)) for k, v in data.items()}, tuple(sealed)


def _below(paths: list[PersonalPath], name: str) -> list[PersonalPath]:
    return [path[1:] for path in paths if path and path[0] == name]
