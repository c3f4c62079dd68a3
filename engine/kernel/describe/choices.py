"""What decides between the ways out of a step: answers, conditions, the default; in which order."""

from collections.abc import Sequence
from dataclasses import dataclass

from engine.kernel.compile.model import Element
from engine.kernel.describe.drawing import Drawing, Way
from engine.kernel.describe.exclusion import exclude_each_other, outcomes_of

_LAST = 1_000_000


@dataclass(frozen=True, slots=True)
class Choice:
    """One way and what leads there."""

    way: Way
    is_default: bool
    #: the answers that lead here and nothing else does; None where more is asked
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
    task = step if step.kind == "userTask" and step.outcomes and at is not step else None
    ways = drawing.ways(at.id)
    conditions = [w.flow.condition for w in ways if w.flow.condition is not None]
    exclusive = at.kind == "exclusiveGateway"
    in_order = exclusive and len(conditions) > 1 and not exclude_each_other(conditions)
    found = _with_answers([_choice(way, at) for way in ways], task)
    if not in_order:
        found.sort(key=lambda choice: _rank(choice, task, drawing))
    elif at.default is not None:
        found.sort(key=lambda choice: choice.is_default)
    return Choices(at, task, tuple(found), in_order, _may_fail(found, task, conditions))


def _choice(way: Way, at: Element) -> Choice:
    condition = way.flow.condition
    return Choice(
        way,
        way.flow.id == at.default,
        None if condition is None else outcomes_of(condition),
    )


def _with_answers(found: list[Choice], task: Element | None) -> list[Choice]:
    """The default way takes the answers that no condition takes, where conditions ask for those."""
    rest = [choice for choice in found if not choice.is_default]
    if task is None or not rest or any(choice.outcomes is None for choice in rest):
        return found
    taken = frozenset(o for choice in rest for o in choice.outcomes or ())
    left = frozenset(task.outcomes) - taken
    return [Choice(c.way, is_default=True, outcomes=left) if c.is_default else c for c in found]


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
