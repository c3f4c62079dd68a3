"""People, posts and the three axes; and the actor of a command, as the journal records him.

A post belongs to one axis, a person holds posts of one axis only (`design.md` §5.1). Axis `none`
(leader, administrator, auditor, public, system) performs no act of an axis.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class Axis(StrEnum):
    """Which side of 监管分离 a post stands on."""

    SUPERVISION = "supervision"
    COMMAND = "command"
    HANDLING = "handling"
    NONE = "none"


#: 值班长: does what nobody on duty in the duty grid or its neighbours may do (`design.md` §5)
FALLBACK_ROLE = "duty_officer"


@dataclass(frozen=True, slots=True)
class Post:
    """One post (岗位) of one person."""

    id: str
    role: str
    axis: Axis
    unit: str | None = None
    district: str | None = None
    duty_grid: str | None = None

    def to_json(self) -> dict[str, Any]:
        """What says nothing is left out: posts stand in every entry of a person."""
        fields = {
            "axis": str(self.axis),
            "district": self.district,
            "duty_grid": self.duty_grid,
            "id": self.id,
            "role": self.role,
            "unit": self.unit,
        }
        return {name: value for name, value in fields.items() if value is not None}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Post":
        return cls(
            id=data["id"],
            role=data["role"],
            axis=Axis(data["axis"]),
            unit=data.get("unit"),
            district=data.get("district"),
            duty_grid=data.get("duty_grid"),
        )


@dataclass(frozen=True, slots=True)
class Actor:
    """Who asks for a command.

    `via` says by which way: `user`, `key:ID`, `timer`, `worker`, `cli`, `scenario`. A substitute
    (代理) acts `principal`'s post and counts as both. `unit` is the unit of an API key.
    `scopes` are what the key or session may do at all; they are not recorded.
    """

    via: str
    person: str | None = None
    principal: str | None = None
    unit: str | None = None
    scopes: frozenset[str] = frozenset()

    def to_json(self, post: Post | None = None) -> dict[str, Any]:
        """The entry's `actor`: person, post, unit, axis, for, via."""
        return {
            "axis": str(post.axis) if post else str(Axis.NONE),
            "for": self.principal,
            "person": self.person,
            "post": post.id if post else None,
            "unit": (post.unit if post else None) or self.unit,
            "via": self.via,
        }


SYSTEM_TIMER = Actor(via="timer")
