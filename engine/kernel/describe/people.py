"""What people do: who, with which form, which answers, what must be given, who may not."""

from collections.abc import Iterable, Iterator, Sequence

from engine.domain.terms import OUTPUT_TYPES, UNIT_KINDS
from engine.kernel.compile.model import Element, Output
from engine.kernel.describe.marks import code
from engine.kernel.describe.model import Sentence
from engine.kernel.describe.teller import Teller

ALL = "*"


def human_step(t: Teller, task: Element) -> Iterator[Sentence]:
    """A user task."""
    about, marks = (task.id,), t.marks(task, role=False)
    if task.role is None:
        yield t.tell("who.anybody", about, marks=marks)
    else:
        yield t.tell("who.role", about, role=t.roles(task.role), marks=marks)
    if task.unit is not None:
        yield t.tell("who.unit", about, unit=t.phrases.value(task.unit))
    if task.duty_grid is not None:
        yield t.tell("who.grid", about, grid=t.phrases.value(task.duty_grid))
    yield from _separation(t, task)
    if task.form is not None:
        yield _form(t, task, task.form)
    if task.outcomes:
        answers = (_answer(t, name, task) for name in task.outcomes)
        yield t.tell("answers", about, answers=t.wording.listed(answers))
    yield from _reasons(t, task)
    yield from written(t, task, task.outputs)


def _form(t: Teller, task: Element, form: str) -> Sentence:
    title = t.forms.get(form)
    if title is None:
        return t.tell("form.untitled", (task.id,), form=code(form))
    return t.tell(
        "form", (task.id,), title=t.wording.quoted(t.wording.word(title)), form=code(form)
    )


def _answer(t: Teller, outcome: str, task: Element) -> str:
    word = t.wording.outcome(outcome, task.fixed_act)
    return t.say("answer", word=word, code=code(outcome))


def _reasons(t: Teller, task: Element) -> Iterator[Sentence]:
    if ALL in task.reason_required:
        yield t.tell("reason.always", (task.id,))
    elif task.reason_required:
        yield t.tell("reason", (task.id,), answers=answers(t, task, task.reason_required))


def answers(t: Teller, task: Element, outcomes: Iterable[str]) -> str:
    """Some answers of a task, in their order."""
    wanted = frozenset(outcomes)
    known = [name for name in task.outcomes if name in wanted]
    strange = sorted(wanted - frozenset(known))
    words = (t.wording.outcome(name, task.fixed_act) for name in (*known, *strange))
    return t.wording.listed(words, "list.or")


def _separation(t: Teller, task: Element) -> Iterator[Sentence]:
    """Further pairs that the diagram itself names."""
    for mark in task.separation:
        for key, name in (("separation.from", mark.from_), ("separation.same", mark.same)):
            if name is not None:
                about = (task.id, name) if name in t.definition.elements else (task.id,)
                yield t.tell(key, about, done=t.called(name))


def written(
    t: Teller, element: Element, outputs: Iterable[Output], *, job: bool = False
) -> Iterator[Sentence]:
    """What must, and what may, be written to the case: always, for some answers, or freely."""
    by_need: dict[bool | frozenset[str], list[Output]] = {}
    for output in sorted(outputs, key=lambda o: o.name):
        by_need.setdefault(output.required or False, []).append(output)
    for found in sorted(by_need.values(), key=lambda some: _place(element, some)):
        need = found[0].required
        listed = t.wording.listed(_output(t, output) for output in found)
        if isinstance(need, frozenset):
            said = answers(t, element, need)
            yield t.tell("written.for", (element.id,), answers=said, values=listed)
        else:
            key = "written.must" if need else "written.may"
            yield t.tell(f"{key}.job" if job else key, (element.id,), values=listed)


def _place(element: Element, outputs: Sequence[Output]) -> tuple[int, list[int], list[str]]:
    """Always, then for answers in their order, then what is free."""
    need = outputs[0].required
    if isinstance(need, bool):
        return (0 if need else 2), [], []
    known = [i for i, name in enumerate(element.outcomes) if name in need]
    return 1, known, sorted(need)


def _output(t: Teller, output: Output) -> str:
    """A value with what it must be."""
    name = t.phrases.fields.named((output.name,), t.wording)
    kind = t.wording.term(OUTPUT_TYPES, output.type)
    if output.kind is not None:
        kind = t.wording.term(UNIT_KINDS, output.kind)
    if output.choices:
        choices = t.wording.listed(code(c) for c in output.choices)
        kind = t.say("output.choices", kind=kind, choices=choices)
    if output.within is not None:
        kind = t.say("output.within", kind=kind, unit=t.phrases.value(output.within))
    return t.say("output", name=name, kind=kind)
