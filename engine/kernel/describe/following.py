"""What follows a step: the next one, a choice, several at once, or the first event that comes."""

from collections.abc import Iterator

from engine.domain.acts import is_return, is_rework
from engine.kernel.compile.model import Element
from engine.kernel.describe.choices import Choice, Choices, choices_of
from engine.kernel.describe.marks import reference
from engine.kernel.describe.model import Sentence
from engine.kernel.describe.people import answers
from engine.kernel.describe.teller import Teller
from engine.kernel.words import GATEWAYS

_PARALLEL, _INCLUSIVE = "parallelGateway", "inclusiveGateway"


def following(t: Teller, step: Element, level: int = 0) -> Iterator[Sentence]:
    """The sentences about the ways out of a step and of the gateway behind it."""
    found = choices_of(t.drawing, step)
    around = _around(t, step, found)
    if not found.ways:
        yield t.tell("follows.nothing", around, level)
    elif len(found.ways) == 1 and found.ways[0].way.flow.condition is None:
        (only,) = found.ways
        name = _label(t, only, "")
        key = "follows.one" if not name else "follows.one_named"
        yield t.tell(
            key, (*around, *only.way.about), level, to=_to(t, step, found, only), name=name
        )
    else:
        yield t.tell(_head(found), around, level, question=_question(t, step, found))
        for choice in found.ways:
            yield _branch(t, step, found, choice, level + 1)
        if found.may_fail:
            yield t.tell("way.none", around, level + 1)


def _around(t: Teller, step: Element, found: Choices) -> tuple[str, ...]:
    if found.at is step:
        return (step.id,)
    return (step.id, t.drawing.out[step.id][0].id, found.at.id)


def _head(found: Choices) -> str:
    kind = found.at.kind
    if kind == "eventBasedGateway":
        return "follows.first_event"
    if kind == "exclusiveGateway":
        return "follows.in_order" if found.in_order else "follows.choice"
    if any(choice.way.flow.condition is not None for choice in found.ways):
        return "follows.all_that_hold"
    return "follows.all"


def _question(t: Teller, step: Element, found: Choices) -> str:
    """The name of the gateway behind the step; that of a step itself stands above."""
    if found.at is step:
        return ""
    name = found.at.name
    return t.say("question", name=t.wording.quoted(name)) if name else ""


def _branch(t: Teller, step: Element, found: Choices, choice: Choice, level: int) -> Sentence:
    to, about = _to(t, step, found, choice), (*_around(t, step, found), *choice.way.about)
    said = _condition(t, found, choice)
    name = _label(t, choice, said)
    if said:
        return t.tell("way.if", about, level, condition=said, name=name, to=to)
    if _head(found) == "follows.all_that_hold":
        return t.tell("way.always", about, level, name=name, to=to)
    return t.tell("way.named" if name else "way", about, level, name=name.strip(), to=to)


def _condition(t: Teller, found: Choices, choice: Choice) -> str:
    task, condition = found.task, choice.way.flow.condition
    if task is not None and choice.outcomes:
        return t.say("way.answer", answers=answers(t, task, choice.outcomes))
    if choice.is_default and (found.at.kind in GATEWAYS or len(found.ways) > 1):
        return t.say("way.default")
    if condition is None:
        return ""
    said = t.phrases.condition(condition, None if task is None else task.fixed_act)
    never = task is not None and choice.outcomes is not None
    return t.say("way.never" if never else "way.condition", condition=said)


def _label(t: Teller, choice: Choice, said: str) -> str:
    """What is written at the flow, where it says something that the condition does not."""
    name = choice.way.flow.name
    if not name:
        return ""
    quoted = t.wording.quoted(name)
    return "" if quoted in said else t.say("way.label", name=quoted)


def _to(t: Teller, step: Element, found: Choices, choice: Choice) -> str:
    """Where a way leads: onward, back, returned, to rework, or to an end."""
    way, target = choice.way, t.definition.elements[choice.way.target]
    via = t.wording.listed(map(t.wording.quoted, dict.fromkeys(way.names)))
    passing = t.say("to.via", names=via) if via else ""
    if target.kind == "endEvent":
        return t.say("to.end", via=passing, step=reference(target.id))
    return t.say(_manner(t, step, found, choice), via=passing, step=reference(target.id))


def _manner(t: Teller, step: Element, found: Choices, choice: Choice) -> str:
    task = found.task
    if task is not None and choice.outcomes:
        if all(is_return(task.fixed_act, outcome) for outcome in choice.outcomes):
            return "to.return"
        if all(is_rework(task.fixed_act, outcome) for outcome in choice.outcomes):
            return "to.rework"
    places = t.order.places
    here = places.get(step.id, places.get(step.attached_to or "", -1))
    return "to.back" if places.get(choice.way.target, here + 1) <= here else "to.step"
