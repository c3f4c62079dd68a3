"""监管分离 in words: which acts of this diagram one person may not do on one case."""

from collections.abc import Iterator

from engine.domain.acts import AXIS_OF_ACT
from engine.domain.separation import excluded_pairs
from engine.domain.terms import ACTS
from engine.kernel.compile.model import Definition, Element
from engine.kernel.describe.model import Sentence
from engine.kernel.describe.teller import Teller
from engine.kernel.proof.opening import opening_acts


def acts_of(definition: Definition) -> dict[str, list[str]]:
    """The acts of people in a diagram, in the order of the vocabulary, and where they are done."""
    found: dict[str, list[str]] = {act: [] for act in AXIS_OF_ACT}
    for element in definition.elements.values():
        for act in _acts(element):
            found[act].append(element.id)
    return {act: places for act, places in found.items() if places}


def _acts(element: Element) -> tuple[str, ...]:
    """The acts that a person does here; an opening may name several."""
    if not element.is_by_somebody:
        return ()
    if element.fixed_act is None:
        return () if element.act is None else opening_acts(element)
    return (element.fixed_act,) if element.fixed_act in AXIS_OF_ACT else ()


def excluding(t: Teller) -> Iterator[Sentence]:
    """The pairs that always hold, then those of the release's policies."""
    places = acts_of(t.definition)
    for earlier, later in excluded_pairs(places):
        about = [e for act in places if act in earlier | later for e in places[act]]
        yield t.tell(
            "separation.pairs", about, done=_acts_in(t, earlier), may_not=_acts_in(t, later)
        )
    for pair in sorted(t.policies.pairs, key=lambda p: sorted((p.first, p.second))):
        if pair.first in places and pair.second in places:
            first, second = sorted((pair.first, pair.second), key=list(AXIS_OF_ACT).index)
            yield t.tell(
                "separation.policy",
                (*places[first], *places[second]),
                first=t.called(first),
                second=t.called(second),
            )


def _acts_in(t: Teller, acts: frozenset[str]) -> str:
    words = t.wording.listed(
        t.wording.quoted(t.wording.term(ACTS, act)) for act in AXIS_OF_ACT if act in acts
    )
    return t.say("separation.any", acts=words) if len(acts) > 1 else words
