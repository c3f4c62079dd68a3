"""Separation as drawn: acts, lanes and roles of one axis, and nothing that nobody would see.

At run time every act is counted and an excluded one refused (`engine.domain.separation`). What is
left for the proof: tasks whose act is missing or belongs to another axis than the people who may
do them, and pairs of tasks that one person can get because of it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations

from engine.domain.acts import AXIS_OF_ACT
from engine.domain.city import AXIS_OF_ROLE
from engine.domain.people import Axis
from engine.domain.separation import FurtherPair, PersonAct, find_violation
from engine.kernel.compile.model import Definition, Element
from engine.kernel.findings import Severity
from engine.kernel.proof.finding import ProofFinding, finding_at
from engine.kernel.proof.walk import Walked, Walker

_EVERY_AXIS = frozenset({Axis.SUPERVISION, Axis.COMMAND, Axis.HANDLING})


@dataclass(frozen=True, slots=True)
class Task:
    """A human task as separation sees it."""

    element: Element
    #: what the runtime counts; None when it counts nothing
    act: str | None
    #: the axis on which the work lies
    axis: Axis
    #: the axes whose people may do it
    open_to: frozenset[Axis]

    @property
    def id(self) -> str:
        return self.element.id


def find_unseparated(
    definition: Definition, pairs: tuple[FurtherPair, ...] = ()
) -> Iterator[ProofFinding]:
    """Faults of the drawing, each with a shortest walk to the task."""
    walked = Walker(definition, lambda _element, _outcome, _carried: frozenset()).walk()
    tasks = [_read(e) for e in definition.elements.values() if e.kind == "userTask"]
    tasks = [task for task in tasks if walked.at(task.id)]
    for task in tasks:
        yield from _of_one(definition, task, walked)
    # tasks that separation sees alike have the same gaps: the first of each kind speaks for them
    kinds = {(t.act, t.axis, t.open_to, t.element.role): t for t in reversed(tasks)}
    for first, second in combinations(reversed(kinds.values()), 2):
        if _is_gap(first, second, pairs):
            yield _gap(definition, first, second, walked)
    yield from _contradictions(definition, tasks, pairs, walked)


def _read(element: Element) -> Task:
    act = element.fixed_act
    drawn, own = _axis(element.axis), AXIS_OF_ACT.get(act or "", Axis.NONE)
    roles = element.role.split() if isinstance(element.role, str) else []
    of_roles = _axes_of(roles)
    axis = own if own is not Axis.NONE else drawn
    if axis is Axis.NONE and len(of_roles) == 1:
        axis = next(iter(of_roles))
    everybody = not of_roles or any(role not in AXIS_OF_ROLE for role in roles)
    open_to = _EVERY_AXIS if everybody else of_roles
    asked = _axis(element.asked_axis)
    return Task(element, act, axis, open_to if asked is Axis.NONE else open_to & {asked})


def _axes_of(roles: list[str]) -> frozenset[Axis]:
    return frozenset(AXIS_OF_ROLE[role] for role in roles if role in AXIS_OF_ROLE) & _EVERY_AXIS


def _axis(text: str | None) -> Axis:
    return Axis(text) if text in set(Axis) else Axis.NONE


def _of_one(definition: Definition, task: Task, walked: Walked) -> Iterator[ProofFinding]:
    element, own = task.element, AXIS_OF_ACT.get(task.act or "", Axis.NONE)
    if task.act is None and element.act is None and task.axis is not Axis.NONE:
        yield finding_at(
            "separation/missing-act",
            definition,
            element,
            f"{task.id} is work of {task.axis} and names no act, so that nobody counts who did it",
            'write cl:act="…" from the vocabulary',
            path=_way_to(task, walked),
        )
    wrong = None if own is Axis.NONE else _disagreement(task, own)
    if wrong is not None:
        yield finding_at(
            "separation/axis",
            definition,
            element,
            f"{task.id}: the act {task.act} belongs to {own}, and {wrong}",
            f'move it into a lane with cl:axis="{own}" and a role of that axis',
            path=_way_to(task, walked),
        )


def _way_to(task: Task, walked: Walked) -> tuple[str, ...]:
    return walked.path_to(walked.at(task.id)[0])


def _disagreement(task: Task, own: Axis) -> str | None:
    """What of lane, role and act does not fit together."""
    drawn, role = _axis(task.element.axis), task.element.role
    roles = role.split() if isinstance(role, str) else []
    if drawn not in (own, Axis.NONE):
        return f"its lane to {drawn}"
    foreign = sorted(_axes_of(roles) - {own})
    if foreign:
        return f"its role {role} to {', '.join(foreign)}"
    others = sorted(task.open_to - {own})
    return f"people of {', '.join(others)} may do it too" if others else None


def _is_gap(first: Task, second: Task, pairs: tuple[FurtherPair, ...]) -> bool:
    """Whether one person can get both, although they exclude each other, and nobody sees it."""
    if not first.open_to & second.open_to or Axis.NONE in (first.axis, second.axis):
        return False
    if first.axis == second.axis or not _share_role(first.element, second.element):
        return False
    done = [PersonAct("one", first.act or "", first.id)]
    return find_violation(second.act, ("one",), done, pairs) is None


def _share_role(first: Element, second: Element) -> bool:
    """Whether a post may exist in whose name both can be done, or a person may hold both posts."""
    if not isinstance(first.role, str) or not isinstance(second.role, str):
        return True
    axes = [
        {AXIS_OF_ROLE.get(role) for role in element.role.split()}
        for element in (first, second)
        if isinstance(element.role, str)
    ]
    return None in axes[0] | axes[1] or bool(axes[0] & axes[1])


def _gap(definition: Definition, first: Task, second: Task, walked: Walked) -> ProofFinding:
    here, there = (_way_to(task, walked) for task in (first, second))
    path = there if first.id in there or second.id not in here else here
    return finding_at(
        "separation/gap",
        definition,
        second.element,
        f"one person can do {first.id} ({first.axis}) and {second.id} ({second.axis}), "
        "and nothing refuses it",
        "name the act of each, and put each into a lane of its own axis",
        path=path,
    )


def _contradictions(
    definition: Definition, tasks: list[Task], pairs: tuple[FurtherPair, ...], walked: Walked
) -> Iterator[ProofFinding]:
    """A task that only who did something may do, and that excludes having done it."""
    by_place = {t.id: t.act for t in tasks} | {t.act: t.act for t in tasks if t.act}
    for task in tasks:
        marks = task.element.separation
        away = {mark.from_ for mark in marks}
        for mark in marks:
            if mark.same is None:
                continue
            earlier = PersonAct("one", by_place.get(mark.same) or "", mark.same)
            broken = find_violation(task.act, ("one",), [earlier], pairs)
            if broken is None and mark.same not in away:
                continue
            why = "cl:separation" if broken is None else broken.rule
            yield finding_at(
                "separation/nobody",
                definition,
                task.element,
                f"nobody may do {task.id}: only who did {mark.same}, and {why} forbids him",
                "take one of the two rules away",
                path=_way_to(task, walked),
                severity=Severity.ERROR,
            )
