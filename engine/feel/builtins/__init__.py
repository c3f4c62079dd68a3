"""The functions of the standard, one file per theme, and the table that names find them by."""

from collections.abc import Mapping

from engine.feel.builtins import (
    contexts,
    conversion,
    lists,
    numbers,
    ranges,
    strings,
    temporal,
)
from engine.feel.builtins.registry import REGISTRY, Builtin

BUILTINS: Mapping[str, Builtin] = REGISTRY

__all__ = [
    "BUILTINS",
    "Builtin",
    "contexts",
    "conversion",
    "lists",
    "numbers",
    "ranges",
    "strings",
    "temporal",
]
