"""What a token game is played with: markings, moves, and what is thrown.

A marking is a sorted tuple of tokens. A token is (place, colour, inside): the place is an edge, or
`@activity` while the activity lasts, `inside` the marking of a sub-process.
"""

from dataclasses import dataclass
from typing import TypeAlias

Token: TypeAlias = tuple[str, int, "Marking"]
Marking: TypeAlias = tuple[Token, ...]


class TooLargeError(Exception):
    """There is more to look at than the bounds allow; the text says of what."""


@dataclass(frozen=True, slots=True)
class Raised:
    """An error, escalation or cancellation on its way out to whoever catches it."""

    kind: str
    code: str | None
    element: str
    #: drawn as an event; else a job or a called process might throw it
    drawn: bool = True
    #: the event sub-process that it has left, which does not catch its own
    left: str | None = None


@dataclass(frozen=True, slots=True)
class Move:
    """One thing that can happen: the ids that it enters, and the marking after it."""

    path: tuple[str, ...]
    after: Marking
    #: the node by which two tokens met
    clash: str | None = None
    raised: Raised | None = None


def without(marking: Marking, token: Token) -> Marking:
    """The marking with one such token less."""
    at = marking.index(token)
    return marking[:at] + marking[at + 1 :]


def put(marking: Marking, *tokens: Token) -> Marking:
    """The marking with these tokens more."""
    return tuple(sorted((*marking, *tokens)))


def have_met(marking: Marking, token: Token) -> bool:
    """Whether a token of comparable origin rests at the same place already."""
    place, colour, _ = token
    return any(t[0] == place and t[1] & colour in (t[1], colour) for t in marking)
