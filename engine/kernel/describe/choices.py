"""What decides between the ways out of a step: answers, conditions, the default; in which order."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from engine.kernel.compile.model import Element
from engine.kernel.describe.drawing import Drawing, Way
from engine.kernel.describe.exclusion import exclude_each_other
from engine.kernel.proof.walk import answers_of, taken

_LAST = 1_000_000


@dataclass(frozen=True, slots=True)
class Choice:
    """One way and what leads there."""

    way: Way
    is_default: bool
    #: the answers that lead here, and nothing else does; None where more is asked
    outcomes: frozenset[str] | None


@dataclass(frozen=True, slots=True)
class Choices:
    """The ways out of a step, in an order that says nothing unless `in_order`."""

    #: the step itself, or the gateway told with it
    at: Element
    #: the human task whose answer is asked for
    task: Element | None
    ways: tuple[Choice, ...]
    #: the first condition that holds decides, and two may hold
    in_order: bool
    #: some answer, or some state of the case, may find no way
    may_fail: bool


def choices_of(drawing: Drawing, step: Element) -> Choices:
    """What may follow a step."""
    at = drawing.gateway_behind(step.id) or step
    task = step if _answers(step) and at is not step else None
    ways = drawing.ways(at.id)
    conditions = [w.flow.condition for w in ways if w.flow.condition is not None]
    found = [_choice(way, at, task) for way in ways]
    by_answer = all(c.outcomes is not None for c in found if not c.is_default)
    if task is not None and conditions and by_answer:
        found = _taken(found, at, task)
    exclusive = at.kind == "exclusiveGateway" and len(conditions) > 1 and not by_answer
    in_order = exclusive and not exclude_each_other(conditions)
    if not in_order:
        found.sort(key=lambda choice: _rank(choice, task, drawing))
    elif at.default is not None:
        found.sort(key=lambda choice: choice.is_default)
    return Choices(at, task, tuple(found), in_order, _may_fail(found, task, conditions))


def _answers(step: Element) -> bool:
    """Whether a person has answered here whenever a token leaves: a loop may have no round."""
    return step.kind == "userTask" and bool(step.outcomes) and step.loop is None


def _choice(way: Way, at: Element, task: Element | None) -> Choice:
    condition, outcomes = way.flow.condition, None
    if task is not None and condition is not None:
        outcomes = answers_of(condition, task.outcomes)
    return Choice(way, way.flow.id == at.default, outcomes)


def _taken(found: list[Choice], at: Element, task: Element) -> list[Choice]:
    """Which way each answer takes, where the answer decides alone: also the default one."""
    flows = [choice.way.flow for choice in found]
    by_answer = {a: {f.id for f in taken(at, flows, a)} for a in task.outcomes}
    return [
        replace(c, outcomes=frozenset(a for a, ids in by_answer.items() if c.way.flow.id in ids))
        for c in found
    ]


def _rank(choice: Choice, task: Element | None, drawing: Drawing) -> tuple[int, str, str, str]:
    place = _LAST if choice.is_default else _LAST - 1
    if task is not None and choice.outcomes:
        known = [i for i, name in enumerate(task.outcomes) if name in choice.outcomes]
        place = min(known, default=place)
    flow = choice.way.flow
    condition = "" if flow.condition is None else flow.condition.text
    target = drawing.definition.elements[choice.way.target]
    return place, condition, target.name or "", target.id


def _may_fail(found: Sequence[Choice], task: Element | None, conditions: Sequence[object]) -> bool:
    if not conditions or len(conditions) < len(found):
        return False  # there is a default, or a way that is always taken
    known = [choice.outcomes for choice in found]
    if task is None or None in known:
        return True
    return not frozenset(task.outcomes) <= frozenset(o for some in known for o in some or ())
