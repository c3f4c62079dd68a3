"""Clocks 计时: within what time a step is done, what starts, stops and follows them."""

from collections.abc import Iterator

from engine.domain.terms import STAGES
from engine.kernel.compile.model import AtClock, ClockSpec, Definition, Element
from engine.kernel.describe.marks import code, reference
from engine.kernel.describe.model import Entry, Sentence
from engine.kernel.describe.order import share
from engine.kernel.describe.people import answers
from engine.kernel.describe.teller import TaskTime, Teller
from engine.kernel.describe.timers import clock_name, is_fixed, limit_of, point
from engine.kernel.proof.clocks import Clocks, clocks_behind
from engine.kernel.proof.marking import TooLargeError
from engine.kernel.proof.walk import Walked, Walker


def times_of(definition: Definition) -> dict[str, TaskTime]:
    """What sets a limit to each human task.

    Of a diagram too large to be walked through, and where no walk leads, every clock may run.
    """
    clocks = Clocks(definition)
    try:
        walked: Walked | None = Walker(definition, clocks_behind).walk()
    except TooLargeError:
        walked = None
    found = {}
    for task in (e for e in definition.elements.values() if e.kind == "userTask"):
        places = [] if walked is None else walked.at(task.id)
        carried = [place.carried & clocks.limited for place in places]
        always = frozenset.intersection(*carried) if carried else frozenset()
        sometimes = frozenset().union(*carried) - always if carried else clocks.limited
        found[task.id] = TaskTime(always, sometimes, bool(clocks.timers_around(task)))
    return found


def time_of(t: Teller, task: Element) -> Iterator[Sentence]:
    """Within what time a task is done, or that the diagram gives it no time."""
    always, sometimes, has_timer = t.times[task.id]
    for clock in (c for c in t.definition.clocks if c.name in always | sometimes):
        assert clock.limit is not None
        key = "time.limit" if clock.name in always else "time.limit_sometimes"
        points = list(_points(t, clock.name))
        late = t.wording.listed((said for said, _ in points), "list.points")
        yield t.tell(
            key,
            (task.id, *(e for _, about in points for e in about)),
            clock=clock_name(t, clock.name),
            limit=limit_of(t, clock.limit),
            late=t.say("time.late", points=late) if late else "",
        )
    if not (always or sometimes or has_timer):
        yield t.tell("time.none", (task.id,))


def clock_words(t: Teller, task: Element) -> Iterator[Sentence]:
    """The clocks that a task starts and stops."""
    for key, pairs in (("clock.stops", task.stops_clock), ("clock.starts", task.starts_clock)):
        by_clock: dict[str, set[str | None]] = {}
        for clock, outcome in pairs:
            by_clock.setdefault(clock, set()).add(outcome)
        for clock, outcomes in sorted(by_clock.items()):
            said = _after_answers(t, task, outcomes)
            yield t.tell(key, (task.id,), answers=said, clock=clock_name(t, clock))


def _after_answers(t: Teller, task: Element, outcomes: set[str | None]) -> str:
    if None in outcomes:
        return t.say("clock.any_answer")
    named = answers(t, task, (o for o in outcomes if o is not None))
    return t.say("clock.answer", answers=named)


def clock_entry(t: Teller, clock: ClockSpec, number: int) -> Entry:
    """What a clock measures, from where to where, and what its points begin."""
    found = [_limit(t, clock)]
    for key, word in (("clock.from", "starts_clock"), ("clock.to", "stops_clock")):
        places = list(_places(t, clock.name, word))
        if places:
            listed = t.wording.listed(said for said, _ in places)
            found.append(t.tell(key, (task for _, task in places), places=listed))
    if sum(1 for _ in _places(t, clock.name, "starts_clock")) > 1:
        kept = t.policies.rework_keeps_deadline
        found.append(t.tell("clock.tied" if kept else "clock.anew", ()))
    for said, about in _points(t, clock.name):
        found.append(t.tell("clock.point", about, said=said))
    return Entry(f"clock:{clock.name}", str(number), clock_name(t, clock.name), tuple(found))


def _limit(t: Teller, clock: ClockSpec) -> Sentence:
    stage = clock.stage or ""
    key = "clock.unlimited"
    if clock.limit is not None:
        fixed = is_fixed(clock.limit)
        key = "clock.limit_fixed" if fixed else "clock.limit"
    return t.tell(
        key,
        (),
        id=code(clock.name),
        limit="" if clock.limit is None else limit_of(t, clock.limit),
        stage=t.say("clock.stage", stage=t.wording.term(STAGES, stage)) if stage else "",
    )


def _places(t: Teller, clock: str, word: str) -> Iterator[tuple[str, str]]:
    """The tasks that start or stop a clock, with the answers by which they do."""
    for numbered in t.order.all():
        task = numbered.element
        outcomes = {o for name, o in getattr(task, word) if name == clock}
        if outcomes:
            said = _after_answers(t, task, outcomes)
            yield t.say("clock.place", step=reference(task.id), answers=said), task.id


def _points(t: Teller, clock: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    """What each point of a clock begins, the early ones first."""
    found = sorted(_timed(t, clock), key=lambda one: share(one[0]))
    for timer, holder, event in found:
        said = t.say("point.begins", point=point(t, timer.point), step=reference(holder.id))
        yield said, (holder.id, event.id)


def _timed(t: Teller, clock: str) -> Iterator[tuple[AtClock, Element, Element]]:
    """The points of a clock that are waited for, with the entry under which each is told."""
    for numbered in t.order.all():
        holder = numbered.element
        for event in _timers_of(t, holder):
            for timer in (e.timer for e in event.events):
                if isinstance(timer, AtClock) and timer.clock == clock:
                    yield timer, holder, event


def _timers_of(t: Teller, holder: Element) -> list[Element]:
    """The events that are told under an entry."""
    if holder.kind == "eventSubProcess":
        return [e for e in t.definition.entries(holder.id) if e.kind == "startEvent"]
    return [holder, *sorted(t.drawing.attached.get(holder.id, ()), key=lambda e: e.id)]
