"""What is done without a person: jobs, notices, messages, assignments, decisions, calls."""

from collections.abc import Iterator

from engine.feel import Expression
from engine.kernel.compile.model import Assign, Element, Notify
from engine.kernel.describe.events import message
from engine.kernel.describe.marks import code
from engine.kernel.describe.model import Sentence
from engine.kernel.describe.people import written
from engine.kernel.describe.recipients import named_recipient, recipients
from engine.kernel.describe.teller import Teller


def job(t: Teller, task: Element) -> Iterator[Sentence]:
    """A service, send or rule task: a notice, a job, or a message."""
    about, marks = (task.id,), t.marks(task, role=True)
    if task.notify is not None:
        yield t.tell("notice", about, marks=marks)
        yield from _notice(t, task, task.notify)
    elif task.topic is not None:
        yield t.tell("job", about, topic=code(task.topic), marks=marks)
    else:
        name = t.wording.quoted(task.message or task.id)
        yield t.tell("job.message", about, name=name, marks=marks)
    given = task.payload or tuple(Assign(n, v) for n, v in sorted(task.inputs.items()))
    if given:
        yield t.tell("job.given", about, values=t.values(given))
    yield from written(t, task, task.outputs, job=True)


def _notice(t: Teller, task: Element, notice: Notify) -> Iterator[Sentence]:
    about = (task.id,)
    yield t.tell("notice.to", about, people=_people(t, notice.to))
    if notice.message is not None:
        yield t.tell("notice.message", about, text=_text(t, notice.message))
    if notice.level is not None:
        yield t.tell("notice.level", about, level=_said(notice.level))
    if notice.needs_reply is not None:
        yield t.tell("notice.reply", about, reply=_said(notice.needs_reply))


def _people(t: Teller, to: Expression | str) -> str:
    """Who is told, in words where the list is written out."""
    if isinstance(to, str):
        return named_recipient(to, t.wording) or code(to)
    found = recipients(to.text, t.wording, t.phrases.fields)
    return t.phrases.value(to) if found is None else found


def _said(value: Expression | str) -> str:
    return code(value if isinstance(value, str) else value.text)


def _text(t: Teller, value: Expression | str) -> str:
    return t.wording.quoted(value) if isinstance(value, str) else code(value.text)


def receive(t: Teller, task: Element) -> Iterator[Sentence]:
    """A receive task."""
    marks = t.marks(task, role=True)
    yield t.tell("receive", (task.id,), message=message(t, task.message, task), marks=marks)
    if task.roles:
        yield t.tell("sender", (task.id,), roles=t.roles(" ".join(task.roles)))
    yield from written(t, task, task.outputs)


def script(t: Teller, task: Element) -> Iterator[Sentence]:
    """A script task: assignments, one after the other."""
    values, marks = t.values(task.assigns, fields=True), t.marks(task, role=True)
    yield t.tell("script" if values else "script.nothing", (task.id,), values=values, marks=marks)


def rule(t: Teller, task: Element) -> Iterator[Sentence]:
    """A business rule task."""
    marks = t.marks(task, role=True)
    decision = code(task.decision or "")
    if task.result is None:
        yield t.tell("rule.unkept", (task.id,), decision=decision, marks=marks)
        return
    result = t.phrases.fields.named(tuple(task.result.split(".")), t.wording)
    yield t.tell("rule", (task.id,), decision=decision, result=result, marks=marks)


def call(t: Teller, task: Element) -> Iterator[Sentence]:
    """A call activity: the called process has a chapter of its own."""
    called = t.known.get(task.called or "")
    process = code(task.called or "")
    if called is not None and called.name:
        process = t.say("call.process", name=t.wording.quoted(called.name), id=process)
    yield t.tell("call", (task.id,), process=process, marks=t.marks(task, role=True))
    if task.maps_in:
        yield t.tell("call.in", (task.id,), values=t.values(task.maps_in))
    if task.maps_out:
        yield t.tell("call.out", (task.id,), values=t.values(task.maps_out, fields=True))


def passing(t: Teller, task: Element) -> Iterator[Sentence]:
    """An abstract or manual task: the engine waits for nothing."""
    yield t.tell(f"passed.{task.kind}", (task.id,), marks=t.marks(task, role=True))
