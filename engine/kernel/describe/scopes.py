"""Sub-processes and event sub-processes: how they begin; what is in them has entries of its own."""

from collections.abc import Iterator

from engine.kernel.compile.model import Element
from engine.kernel.describe.events import sending, trigger
from engine.kernel.describe.following import following
from engine.kernel.describe.marks import reference
from engine.kernel.describe.model import Sentence
from engine.kernel.describe.teller import Teller


def inside_of(t: Teller, scope: Element) -> Iterator[Sentence]:
    """A sub-process or transaction."""
    key = f"scope.{scope.kind}" if t.definition.entries(scope.id) else "scope.empty"
    yield t.tell(key, (scope.id,), marks=t.marks(scope, role=True))
    yield from _beginning(t, scope)


def situation(t: Teller, scope: Element) -> Iterator[Sentence]:
    """An event sub-process: what begins it, and whether everything else stops."""
    starts = [e for e in t.definition.entries(scope.id) if e.kind == "startEvent"]
    manner = "situation.breaks" if scope.interrupting else "situation.beside"
    for start in starts:
        about = (scope.id, start.id)
        around, inner = t.marks(scope, role=True), t.marks(start, role=True)
        yield t.tell(
            "situation.undo" if start.event == "compensate" else manner,
            about,
            trigger=trigger(t, start),
            name=t.say("labelled", name=t.name(start)),
            marks=around,
            inner="" if inner == around else inner,
        )
        yield from sending(t, start)
        yield from following(t, start)
    if not starts:
        yield from _beginning(t, scope)


def _beginning(t: Teller, scope: Element) -> Iterator[Sentence]:
    """Where a scope begins: at its plain start, or at everything that no flow leads to."""
    for start in (e for e in t.definition.entries(scope.id) if e.kind == "startEvent"):
        marks = t.marks(start, role=True)
        yield t.tell("scope.start", (scope.id, start.id), name=t.name(start), marks=marks)
        yield from following(t, start, 1)
    yield from first_steps(t, scope.id)


def first_steps(t: Teller, body: str) -> Iterator[Sentence]:
    """Where a process or scope without a start event begins."""
    first = [e for e in t.definition.entries(body) if e.kind != "startEvent"]
    first.sort(key=lambda e: t.order.places.get(e.id, 0))
    if first:
        steps = t.wording.listed(reference(e.id) for e in first)
        yield t.tell("scope.begins", (body, *(e.id for e in first)), steps=steps)
