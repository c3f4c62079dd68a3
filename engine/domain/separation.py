"""监管分离: forbidden pairs of acts by one person on one case (`design.md` §5).

Decided under the case's lock, on every route. A substitute counts as himself and as his
principal, so the caller passes the acts of both.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

_HANDLING = frozenset({"assign", "handle", "hand_back"})
_COMMAND = frozenset({"dispatch", "review", "coordinate", "approve"})
_REPORT = frozenset({"report"})
_SUPERVISION = frozenset({"accept", "verify", "file", "check", "close", "void", "evaluate"})
_JUDGING = frozenset({"check", "close", "evaluate"})

#: (earlier acts, later acts, rule). Each pair is forbidden in both orders.
_PAIRS: tuple[tuple[frozenset[str], frozenset[str], str], ...] = (
    (_HANDLING, _SUPERVISION | _COMMAND, "separation/handled-this-case"),
    (_COMMAND, _SUPERVISION | _HANDLING, "separation/dispatched-this-case"),
    (_SUPERVISION, _HANDLING | _COMMAND, "separation/supervised-this-case"),
    (_REPORT, _JUDGING, "separation/reported-this-case"),
    (_JUDGING, _REPORT, "separation/supervised-this-case"),
)


@dataclass(frozen=True, slots=True)
class PersonAct:
    """Who did what, and at which element of the diagram."""

    person: str
    act: str
    element: str


@dataclass(frozen=True, slots=True)
class Violation:
    """Why this person may not do this act: the rule and the earlier act."""

    rule: str
    earlier: PersonAct


@dataclass(frozen=True, slots=True)
class FurtherPair:
    """A pair of the release's policies: who did `first` may not do `second`, and the reverse."""

    first: str
    second: str


def find_violation(
    act: str | None,
    people: Collection[str],
    acts: Iterable[PersonAct],
    further: Iterable[FurtherPair] = (),
) -> Violation | None:
    """The first earlier act of these people that forbids `act`, or None."""
    if act is None:
        return None
    further = tuple(further)
    for earlier in acts:
        if earlier.person not in people:
            continue
        rule = _rule(earlier.act, act, further)
        if rule is not None:
            return Violation(rule, earlier)
    return None


def excluded_pairs(acts: Collection[str]) -> list[tuple[frozenset[str], frozenset[str]]]:
    """Among these acts: who did one of the first may not do one of the second, and the reverse.

    Each pair once, in as few groups as there are rules.
    """
    among, told = frozenset(acts), set[frozenset[str]]()
    found: list[tuple[frozenset[str], frozenset[str]]] = []
    for first, second, _ in _PAIRS:
        earlier, later = first & among, second & among
        rest = frozenset(act for act in later if any({act, e} not in told for e in earlier))
        if earlier and rest:
            found.append((earlier, rest))
            told |= {frozenset((one, other)) for one in earlier for other in rest}
    return found


def _rule(earlier: str, later: str, further: tuple[FurtherPair, ...]) -> str | None:
    for first, second, rule in _PAIRS:
        if earlier in first and later in second:
            return rule
    for pair in further:
        if {earlier, later} == {pair.first, pair.second}:
            return f"separation/policy/{pair.first}-{pair.second}"
    return None
