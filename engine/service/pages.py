"""A page of a list, with the place where the next one begins."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Page:
    """`next_cursor` is plain data for the caller to hand back; None on the last page."""

    items: list[dict[str, Any]]
    next_cursor: Any = None
