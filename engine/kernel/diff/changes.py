"""One change between two releases."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

What = Literal["added", "removed", "changed"]


@dataclass(frozen=True, slots=True)
class Field:
    """What an element says at one place, before and after; None where it says nothing."""

    name: str
    old: str | None
    new: str | None

    def to_json(self) -> dict[str, Any]:
        return {"field": self.name, "old": self.old, "new": self.new}


@dataclass(frozen=True, slots=True)
class Change:
    """An element, or a whole file, that is new, gone or different."""

    what: What
    file: str
    kind: str
    id: str
    name: str | None = None
    #: the process or sub-process around it
    scope: str | None = None
    fields: tuple[Field, ...] = field(default=())

    def to_json(self) -> dict[str, Any]:
        """As `caseloop diff --format json` prints it."""
        return {
            "change": self.what,
            "file": self.file,
            "kind": self.kind,
            "id": self.id,
            "name": self.name,
            "scope": self.scope,
            "fields": [found.to_json() for found in self.fields],
        }


def fields_between(old: Mapping[str, str], new: Mapping[str, str]) -> tuple[Field, ...]:
    """The fields in which two elements differ, in the order of their names."""
    names = sorted(old.keys() | new.keys())
    return tuple(Field(n, old.get(n), new.get(n)) for n in names if old.get(n) != new.get(n))
