"""What the checker says: each finding is one sentence with its kind."""

from typing import Literal, NamedTuple

#: `other` is anything that must not happen and is no row: a worker that fell over, a stuck case.
Kind = Literal["lost", "doubled", "broken", "differs", "other"]
KINDS: tuple[Kind, ...] = ("lost", "doubled", "broken", "differs", "other")


class Finding(NamedTuple):
    """Something is wrong at a place (a case, a key, a worker)."""

    kind: Kind
    place: str
    text: str

    def __str__(self) -> str:
        return f"{self.kind}: {self.place}: {self.text}"
