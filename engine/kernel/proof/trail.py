"""Lists of element ids that grow by joining: folding ten thousand elements copies none."""

from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, eq=False)
class Trail:
    """Ids in order; parts are ids or trails."""

    length: int = 0
    parts: "tuple[str | Trail, ...]" = ()

    def __add__(self, other: "Trail") -> "Trail":
        if not other.length:
            return self
        return Trail(self.length + other.length, (self, other)) if self.length else other

    def __iter__(self) -> Iterator[str]:
        """Without recursion: a chain may be joined from its far end."""
        open_: list[str | Trail] = [self]
        while open_:
            part = open_.pop()
            if isinstance(part, str):
                yield part
            else:
                open_.extend(reversed(part.parts))


NOTHING = Trail()


def trail(*ids: str) -> Trail:
    """A trail of these ids."""
    return Trail(len(ids), ids)
