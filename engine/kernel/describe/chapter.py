"""One process as a chapter: steps, ends, what may happen at any time, clocks, separation."""

from collections import Counter
from collections.abc import Iterator, Mapping

from engine.domain.terms import Term
from engine.kernel.compile.model import Definition, Policies
from engine.kernel.describe.clocks import clock_entry, times_of
from engine.kernel.describe.conditions import Phrases
from engine.kernel.describe.drawing import Drawing
from engine.kernel.describe.fields import Fields, Path
from engine.kernel.describe.marks import code
from engine.kernel.describe.model import Chapter, Entry, Part, Sentence
from engine.kernel.describe.order import Numbered, Order
from engine.kernel.describe.scopes import first_steps
from engine.kernel.describe.separation import excluding
from engine.kernel.describe.steps import told
from engine.kernel.describe.teller import Teller
from engine.kernel.describe.wording import Wording


def teller_of(
    definition: Definition,
    wording: Wording,
    known: Mapping[str, Definition],
    titles: Mapping[Path, str],
    forms: Mapping[str, Term],
    policies: Policies,
) -> Teller:
    """Everything looked up that the sentences of a process need."""
    drawing = Drawing(definition)
    fields = Fields(titles, _variables(definition, known))
    return Teller(
        wording=wording,
        phrases=Phrases(wording, fields),
        definition=definition,
        drawing=drawing,
        order=Order(drawing),
        known=known,
        forms=forms,
        policies=policies,
        times=times_of(definition),
    )


def _variables(definition: Definition, known: Mapping[str, Definition]) -> frozenset[str]:
    """Names that a called process has for itself: what it is called with, and what it keeps."""
    callers = (e for d in known.values() for e in d.elements.values())
    given = {a.name for e in callers if e.called == definition.process_id for a in e.maps_in}
    return frozenset(given) | {
        name.removeprefix("local.")
        for element in definition.elements.values()
        for name in (*(a.name for a in element.assigns), element.result or "")
        if name.startswith("local.")
    }


def write_chapter(t: Teller) -> Chapter:
    """The chapter of a process."""
    definition = t.definition
    parts = (
        _part(t, "steps", t.order.steps),
        _part(t, "ends", t.order.ends),
        _part(t, "situations", t.order.situations),
        Part("clocks", t.say("part.clocks"), tuple(_clocks(t))),
        Part("separation", t.say("part.separation"), tuple(_separation(t))),
    )
    labels = dict(_labels(t, numbered=True))
    return Chapter(
        id=definition.process_id,
        title=definition.name or definition.process_id,
        file=definition.file,
        version=definition.version,
        intro=tuple(_intro(t)),
        parts=tuple(part for part in parts if part.entries),
        labels=labels,
        names=dict(_labels(t, numbered=False)),
    )


def _intro(t: Teller) -> Iterator[Sentence]:
    definition = t.definition
    name = definition.process_id
    if definition.profile is not None:
        key = "process.case" if definition.profile == "case" else "process.profile"
        yield t.tell(key, (name,), profile=code(definition.profile))
    callers = sorted(
        d.process_id for d in t.known.values() if name in d.called and d.process_id != name
    )
    if callers:
        yield t.tell("process.called", (name,), callers=t.wording.listed(map(code, callers)))
    yield from first_steps(t, name)
    if not definition.entries(name):
        yield t.tell("process.empty", (name,))


def _part(t: Teller, key: str, entries: list[Numbered]) -> Part:
    return Part(key, t.say(f"part.{key}"), tuple(_entry(t, found) for found in entries))


def _entry(t: Teller, found: Numbered) -> Entry:
    element = found.element
    head = t.say(f"head.{found.kind}", number=found.number)
    title = " ".join((element.name or "").split())
    return Entry(element.id, head, title, tuple(told(t, element)), found.depth)


def _clocks(t: Teller) -> Iterator[Entry]:
    for number, clock in enumerate(sorted(t.definition.clocks, key=lambda c: c.name), 1):
        yield clock_entry(t, clock, number)


def _separation(t: Teller) -> Iterator[Entry]:
    for number, sentence in enumerate(excluding(t), 1):
        yield Entry(f"separation:{number}", str(number), "", (sentence,))


def _labels(t: Teller, *, numbered: bool) -> Iterator[tuple[str, str]]:
    """How each element is referred to; without numbers an id tells two of one name apart."""
    names = Counter(e.name for e in t.definition.elements.values())
    entries = {found.element.id: found for found in t.order.all()}
    for element in t.definition.elements.values():
        name = t.name(element)
        if numbered and element.id in entries:
            found = entries[element.id]
            yield element.id, t.say(f"label.{found.kind}", number=found.number, name=name)
        elif element.name and names[element.name] > 1:
            yield element.id, t.say("label.twin", name=name, id=code(element.id))
        else:
            yield element.id, name
