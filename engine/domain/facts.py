"""What a decision reads from outside the case: asked for by key, recorded in the entry.

A decision is pure. It asks `need(key)`, or `need_all(keys)` for several at once; when one is not
at hand it raises FactNeeded, the service reads what is missing in the same transaction and decides
anew. The facts that were used go into the entry, so that a replay asks nobody. Keys are texts
`kind:argument`, listed in `KINDS`.
"""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from engine.domain.evidence import Json

KINDS: dict[str, str] = {
    "posts": "PERSON -> list of posts valid now (`people.Post.to_json`)",
    "catalog": "CLASS/CONDITION -> row of the pinned catalog, or null",
    "grid": "CELL -> {cell, district, duty_grid, name}, or null",
    "duty_grid": "ID -> {id, district, neighbours}, or null",
    "unit": "ID -> {id, name, district, parent, kind}, or null",
    "roster": "canonical JSON of {role, unit?, district?, duty_grid?} -> sorted person ids",
    "attachment": "CASE_ID/SHA256 -> media type of this file of the case, or null",
    "calendar": "CALENDAR@VERSION -> SHA-256 of its canonical content, or null",
    "number": "DISTRICT/DATE -> next counter of the case number 案卷号 (taken when it is read)",
}


class FactNeeded(Exception):  # noqa: N818 a request to the caller, not an error
    """The decision needs facts that are not at hand: all that it can name by now."""

    def __init__(self, *keys: str) -> None:
        self.keys = keys
        super().__init__(*keys)


class Facts:
    """Facts at hand, and which of them were used."""

    __slots__ = ("_known", "used")

    def __init__(self, known: Mapping[str, Json] | None = None) -> None:
        self._known: dict[str, Json] = dict(known or {})
        self.used: dict[str, Json] = {}

    def need(self, key: str) -> Any:
        """The fact, marked as used; FactNeeded when it is not at hand."""
        try:
            value = self._known[key]
        except KeyError:
            raise FactNeeded(key) from None
        self.used[key] = value
        return value

    def need_all(self, keys: Iterable[str]) -> list[Any]:
        """Several facts, marked as used; one FactNeeded names all that are not at hand."""
        wanted = list(keys)
        missing = dict.fromkeys(key for key in wanted if key not in self._known)
        if missing:
            raise FactNeeded(*missing)
        return [self.need(key) for key in wanted]

    def add(self, key: str, value: Json) -> None:
        """Puts a fact at hand, for the next try."""
        self._known[key] = value

    def forget_used(self) -> None:
        """A new try begins: nothing was used yet."""
        self.used = {}


def roster_key(role: str, **where: str | None) -> str:
    """The key of the people who hold a post of a role, within a unit, district or duty grid."""
    wanted = {"role": role, **{k: v for k, v in where.items() if v is not None}}
    return "roster:" + json.dumps(wanted, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
