"""Everything that is told of one element under its heading."""

from collections.abc import Callable, Iterator

from engine.kernel.compile.model import Element
from engine.kernel.describe import machines
from engine.kernel.describe.clocks import clock_words, time_of
from engine.kernel.describe.errors import nobody_catches
from engine.kernel.describe.events import sending, throwing, trigger
from engine.kernel.describe.following import following
from engine.kernel.describe.loops import loop
from engine.kernel.describe.marks import code, reference
from engine.kernel.describe.model import Sentence
from engine.kernel.describe.people import human_step
from engine.kernel.describe.scopes import inside_of, situation
from engine.kernel.describe.teller import Teller
from engine.kernel.words import GATEWAYS


def told(t: Teller, element: Element) -> Iterator[Sentence]:
    """All sentences of an entry, in their order."""
    tell = machines.job if element.is_job else _TOLD[element.kind]
    yield from tell(t, element)
    if element.instantiates:
        yield t.tell("instantiates", (element.id,))
    if element.loop is not None:
        yield from loop(t, element, element.loop)
    if element.kind == "userTask":
        yield from time_of(t, element)
        yield from clock_words(t, element)
    for event in sorted(t.drawing.attached.get(element.id, ()), key=_by_trigger(t)):
        yield from _attached(t, element, event)
    if element.for_compensation:
        yield t.tell("undoes.only", (element.id,))
    elif element.kind not in ("endEvent", "eventSubProcess"):
        yield from following(t, element)


def _by_trigger(t: Teller) -> Callable[[Element], tuple[str, str, str]]:
    return lambda event: (trigger(t, event), event.name or "", event.id)


def _attached(t: Teller, host: Element, event: Element) -> Iterator[Sentence]:
    """A boundary event: what interrupts a step, what happens beside it, what undoes it."""
    about = (host.id, event.id)
    if event.event == "compensate":
        yield t.tell(
            "attached.undo",
            (*about, event.handler or event.id),
            name=_labelled(t, event),
            step=reference(event.handler or event.id),
        )
        return
    manner = "attached.breaks" if event.interrupting else "attached.beside"
    marks = t.marks(event, role=True)
    yield t.tell(manner, about, trigger=trigger(t, event), name=_labelled(t, event), marks=marks)
    for sentence in (*sending(t, event), *following(t, event)):
        yield Sentence(sentence.key, sentence.text, (*about, *sentence.about), sentence.level + 1)


def _labelled(t: Teller, event: Element) -> str:
    """The name of an event, or its id."""
    return t.say("labelled", name=t.name(event))


def _start(t: Teller, start: Element) -> Iterator[Sentence]:
    """A start event of the process itself."""
    about, marks = (start.id,), t.marks(start, role=True)
    if start.event is None:
        yield t.tell("start", about, marks=marks)
    timed = [e for e in start.events if e.event == "timer"]
    others = [e for e in start.events if e.event not in (None, "timer")]
    if timed and start.parallel_multiple:
        timed, others = [*start.events], []
    if others:
        yield t.tell("start.by", about, trigger=trigger(t, start, others), marks=marks)
    if timed:
        yield t.tell("start.by_time", about, trigger=trigger(t, start, timed), marks=marks)
    yield from sending(t, start)


def _catch(t: Teller, event: Element) -> Iterator[Sentence]:
    marks = t.marks(event, role=True)
    yield t.tell("catch", (event.id,), trigger=trigger(t, event), marks=marks)
    yield from sending(t, event)


def _throw(t: Teller, event: Element) -> Iterator[Sentence]:
    marks = t.marks(event, role=True)
    key = "throw.nothing" if event.event is None else "throw"
    yield t.tell(key, (event.id,), thrown=throwing(t, event), marks=marks)


def _end(t: Teller, end: Element) -> Iterator[Sentence]:
    """An end: what it throws or ends, and how the case ended by it."""
    about, marks = (end.id,), t.marks(end, role=True)
    inner = end.scope != t.definition.process_id
    key = "end.inside" if inner else "end"
    if end.outcome is not None:
        outcome = t.say("answer", word=t.wording.outcome(end.outcome), code=code(end.outcome))
        yield t.tell("end.outcome", about, outcome=outcome)
    if end.event is None and not end.payload:
        yield t.tell(key, about, marks=marks)
    elif any(e.event == "terminate" for e in end.events):
        if len(end.events) > 1:
            yield t.tell("end.first", about, thrown=throwing(t, end))
        yield t.tell(f"{key}.terminate", about, marks=marks)
    elif nobody_catches(t.definition, end):
        called = any(t.definition.process_id in other.called for other in t.known.values())
        stops = "end.stops.called" if called else "end.stops"
        yield t.tell(stops, about, thrown=throwing(t, end), marks=marks)
    else:
        yield t.tell(f"{key}.throws", about, thrown=throwing(t, end), marks=marks)


def _gateway(t: Teller, gateway: Element) -> Iterator[Sentence]:
    """A gateway that stands for itself: a choice, a join, a split."""
    count = len(t.drawing.into.get(gateway.id, ()))
    key = f"gateway.{gateway.kind}"
    if count > 1 and gateway.kind in ("parallelGateway", "inclusiveGateway"):
        yield t.tell(f"{key}.join", (gateway.id,), count=count)
    else:
        yield t.tell(key, (gateway.id,))


_TOLD: dict[str, Callable[[Teller, Element], Iterator[Sentence]]] = {
    "userTask": human_step,
    "serviceTask": machines.job,
    "sendTask": machines.job,
    "receiveTask": machines.receive,
    "scriptTask": machines.script,
    "businessRuleTask": machines.rule,
    "callActivity": machines.call,
    "task": machines.passing,
    "manualTask": machines.passing,
    "subProcess": inside_of,
    "transaction": inside_of,
    "eventSubProcess": situation,
    "startEvent": _start,
    "intermediateCatchEvent": _catch,
    "intermediateThrowEvent": _throw,
    "endEvent": _end,
    **dict.fromkeys(GATEWAYS, _gateway),
}
