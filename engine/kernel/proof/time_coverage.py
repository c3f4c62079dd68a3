"""Time coverage: each human task has a limit, somebody is reminded, and somebody told when late.

A limit is a clock that runs whatever way has led to the task, or a timer at the task or around it.
And: no way leads past the check to an end with the outcome `closed`.
"""

from collections.abc import Iterator, Mapping

from engine.domain.limits import parse_point
from engine.kernel.compile.model import AtClock, Definition, Element
from engine.kernel.findings import Severity
from engine.kernel.proof.budget import Budget
from engine.kernel.proof.clocks import Clocks, clock_of, clocks_behind
from engine.kernel.proof.finding import ProofFinding, finding_at
from engine.kernel.proof.walk import Place, Walked, Walker
from engine.kernel.proof.watch import Watch, shortest_run, watched_game

CLOSED = "closed"
CHECK, HANDLE = "check", "handle"
_WHOLE = 100
#: Findings about limits of one process: who has read so many knows.
MOST_TOLD = 100


def find_past_check(definition: Definition, budget: Budget | None = None) -> Iterator[ProofFinding]:
    """A shortest run to `closed` without a check, or with none after the last handling."""
    closed = _ends(definition)
    checks, works = _acting(definition, CHECK), _acting(definition, HANDLE)
    if not closed:
        return
    lapses = _lapses(definition, checks)
    watch = Watch(
        keep=closed | checks | works | lapses,
        start=False,
        after=lambda seen, name: name in checks or (seen and name not in works | lapses),
        ends=lambda seen, name: not seen and name in closed,
    )
    spent = budget or Budget()
    path = shortest_run(watched_game(definition, watch, spent), watch, spent)
    if path is not None:
        again = checks & set(path)
        why = "although it was handled again after the check" if again else "without a check"
        yield finding_at(
            "time/past-check",
            definition,
            path[-1],
            f"{path[-1]} is reached with the outcome closed {why}",
            'lead every way to it through a task with cl:act="check", or give it another outcome',
            path=path,
        )


def _ends(definition: Definition) -> frozenset[str]:
    ends = (e for e in definition.elements.values() if e.kind == "endEvent")
    return frozenset(e.id for e in ends if e.outcome == CLOSED)


def _acting(definition: Definition, act: str) -> frozenset[str]:
    return frozenset(e.id for e in definition.elements.values() if e.act == act)


def _lapses(definition: Definition, checks: frozenset[str]) -> frozenset[str]:
    """Events that break a check off, so that it was begun and never done."""
    at = (e for e in definition.elements.values() if e.attached_to in checks)
    return frozenset(e.id for e in at if e.interrupting)


def find_uncovered(
    definition: Definition, known: Mapping[str, Definition]
) -> Iterator[ProofFinding]:
    """Human tasks without limit, reminder or somebody who is told; `known` are called processes."""
    walked = Walker(definition, clocks_behind).walk()
    timed = _Timed(definition, known)
    told = 0
    for task in definition.elements.values():
        places = walked.at(task.id) if task.kind == "userTask" else []
        if places and told >= MOST_TOLD:
            yield _more(definition, task)
            return
        found = list(_cover(timed, task, places, walked)) if places else []
        told += len(found)
        yield from found


class _Timed(Clocks):
    """The clocks and timers of a definition, and the processes that it calls."""

    def __init__(self, definition: Definition, known: Mapping[str, Definition]) -> None:
        super().__init__(definition)
        self.known = known
        self.points = [e for e in definition.elements.values() if clock_of(e) is not None]


def _cover(
    timed: _Timed, task: Element, places: list[Place], walked: Walked
) -> Iterator[ProofFinding]:
    definition, known = timed.definition, timed.known
    timers = timed.timers_around(task)
    bare = next((p for p in places if not p.carried & timed.limited), None)
    if bare is not None and not timers:
        yield _warn(
            "time/no-limit",
            definition,
            task,
            "has no limit on this way: no clock runs and no timer stands at it",
            "start a clock before it, or attach a timer",
            walked.path_to(bare),
        )
        return
    shared = frozenset.intersection(*(p.carried & timed.limited for p in places))
    points = [e for e in timed.points if clock_of(e) in shared]
    early = [e for e in points if _is_before(e)] + _reminding(timers)
    late = [e for e in points if not _is_before(e)] + _escalating(timers)
    if not any(_tells(definition, known, e) for e in early):
        yield _warn(
            "time/no-reminder",
            definition,
            task,
            "has a limit, and nobody is reminded before it has passed",
            "draw a timer at 80 % of the clock that tells somebody",
            walked.path_to(places[0]),
        )
    if not any(_tells(definition, known, e) for e in late):
        yield _warn(
            "time/no-escalation",
            definition,
            task,
            "has a limit, and nobody is told when it has passed",
            "draw a timer at 100 % of the clock that tells somebody who answers for it",
            walked.path_to(places[0]),
        )


def _more(definition: Definition, task: Element) -> ProofFinding:
    return finding_at(
        "time/no-limit",
        definition,
        task,
        f"{task.id} and the tasks drawn after it were not looked at: "
        f"{MOST_TOLD} findings about limits are told already",
        "mend those first",
        severity=Severity.WARNING,
    )


def _warn(
    rule: str,
    definition: Definition,
    task: Element,
    what: str,
    way_out: str,
    path: tuple[str, ...],
) -> ProofFinding:
    return finding_at(
        rule,
        definition,
        task,
        f"{task.id} {what}",
        way_out,
        path=path,
        severity=Severity.WARNING,
    )


def _is_before(event: Element) -> bool:
    """Whether a point of a clock lies before its limit."""
    timer = next(e.timer for e in event.events if isinstance(e.timer, AtClock))
    assert isinstance(timer, AtClock)
    point = parse_point(timer.point)
    if point.percent is not None:
        return point.percent < _WHOLE
    return not point.after


def _reminding(timers: list[Element]) -> list[Element]:
    """Of several timers at a task, those that let it go on remind of the last one."""
    beside = [e for e in timers if not e.interrupting]
    return beside if len(timers) > 1 else []


def _escalating(timers: list[Element]) -> list[Element]:
    return [e for e in timers if e.interrupting] or timers


def _tells(definition: Definition, known: Mapping[str, Definition], event: Element) -> bool:
    """Whether what follows an event tells somebody, or asks somebody to do something."""
    out: dict[str, list[str]] = {}
    for body in definition.bodies.values():
        for flow in body.flows:
            out.setdefault(flow.source, []).append(flow.target)
    seen, open_ = {event.id}, [event.id]
    while open_:
        name = open_.pop()
        element = definition.elements[name]
        if _is_told(element, known):
            return True
        inside = definition.entries(name) if name in definition.bodies else ()
        for following in (*out.get(name, ()), *(e.id for e in inside)):
            if following not in seen:
                seen.add(following)
                open_.append(following)
    return False


def _is_told(element: Element, known: Mapping[str, Definition]) -> bool:
    if element.notify is not None:
        return True
    if element.kind == "userTask":
        return element.role is not None
    called = known.get(element.called or "")
    return called is not None and any(
        e.notify is not None or e.kind == "userTask" for e in called.elements.values()
    )
