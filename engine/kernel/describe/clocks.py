"""Clocks 计时: within what time a step is done, what starts, stops and follows them."""

from collections.abc import Iterator, Mapping

from engine.domain.terms import STAGES
from engine.kernel.compile.model import AtClock, ClockSpec, Definition, Element
from engine.kernel.describe.marks import code, reference
from engine.kernel.describe.model import Entry, Sentence
from engine.kernel.describe.people import answers
from engine.kernel.describe.teller import Teller
from engine.kernel.describe.timers import clock_name, is_fixed, limit_of, point
from engine.kernel.proof.marking import TooLargeError
from engine.kernel.proof.walk import Walker

Running = Mapping[str, tuple[frozenset[str], frozenset[str]]]


def running_at(definition: Definition) -> Running:
    """For each human task the clocks that run on every way to it, and on some ways.

    Of a diagram too large to be walked through, every clock may run everywhere.
    """
    tasks = [e.id for e in definition.elements.values() if e.kind == "userTask"]
    limited = frozenset(c.name for c in definition.clocks if c.limit is not None)
    try:
        walked = Walker(definition, _carry).walk()
    except TooLargeError:
        return dict.fromkeys(tasks, (frozenset(), limited))
    found = {}
    for task in tasks:
        carried = [place.carried & limited for place in walked.at(task)]
        always = frozenset.intersection(*carried) if carried else frozenset()
        found[task] = (always, frozenset().union(*carried) - always)
    return found


def _carry(element: Element, outcome: str | None, running: frozenset[str]) -> frozenset[str]:
    stopped = {clock for clock, only in element.stops_clock if only in (None, outcome)}
    started = {clock for clock, only in element.starts_clock if only in (None, outcome)}
    return (running - stopped) | started


def time_of(t: Teller, task: Element) -> Iterator[Sentence]:
    """Within what time a task is done, or that the diagram gives it no time."""
    always, sometimes = t.running.get(task.id, (frozenset(), frozenset()))
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
    if not always and not sometimes and not _has_timer(t, task):
        yield t.tell("time.none", (task.id,))


def _has_timer(t: Teller, task: Element) -> bool:
    """Whether a timer stands at the task or at a sub-process around it."""
    at: Element | None = task
    while at is not None:
        events = (e for event in t.drawing.attached.get(at.id, ()) for e in event.events)
        if any(e.timer is not None for e in events):
            return True
        at = t.definition.elements.get(at.scope)
    return False


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
    """What each point of a clock begins, the early ones first, as far as the order tells."""
    for numbered in t.order.all():
        holder = numbered.element
        for event in _timers_of(t, holder):
            for timer in (e.timer for e in event.events):
                if isinstance(timer, AtClock) and timer.clock == clock:
                    said = t.say(
                        "point.begins", point=point(t, timer.point), step=reference(holder.id)
                    )
                    yield said, (holder.id, event.id)


def _timers_of(t: Teller, holder: Element) -> list[Element]:
    """The events that are told under an entry."""
    if holder.kind == "eventSubProcess":
        return [e for e in t.definition.entries(holder.id) if e.kind == "startEvent"]
    return [holder, *sorted(t.drawing.attached.get(holder.id, ()), key=lambda e: e.id)]
