"""监管分离 at one step: the pairs that always hold, those of the release, those of the diagram.

The one answer counts when a person acts, when a roster is looked through, and in the proof.
"""

from collections.abc import Collection, Iterable, Sequence

from engine.domain.separation import FurtherPair, PersonAct, Violation, find_violation
from engine.kernel.compile.model import Element, Separation


def find_violation_at(
    element: Element,
    people: Collection[str],
    acts: Sequence[PersonAct],
    pairs: Iterable[FurtherPair] = (),
) -> Violation | None:
    """The earlier act that keeps these people (a person and his principal) from this step."""
    found = find_violation(element.fixed_act, people, acts, pairs)
    if found is not None:
        return found
    drawn = (_find_drawn(mark, people, acts) for mark in element.separation)
    return next((violation for violation in drawn if violation is not None), None)


def _find_drawn(
    mark: Separation, people: Collection[str], acts: Sequence[PersonAct]
) -> Violation | None:
    for earlier in _acts_at(mark.from_, acts):
        if earlier.person in people:
            return Violation(f"separation/diagram/{mark.from_}", earlier)
    done = _acts_at(mark.same, acts)
    if done and done[-1].person not in people:
        return Violation(f"separation/same/{mark.same}", done[-1])
    return None


def _acts_at(place: str | None, acts: Sequence[PersonAct]) -> list[PersonAct]:
    """The acts done at an element, or of an act: a mark may name either."""
    return [] if place is None else [a for a in acts if place in (a.element, a.act)]
