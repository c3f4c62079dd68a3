"""Whether a message is meant for this case: the values that both hold are equal."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from engine.feel import to_json
from engine.kernel.compile.model import Element
from engine.kernel.decide import document
from engine.kernel.decide.scope import evaluate
from engine.kernel.decide.working import Working
from engine.kernel.run import Wait
from engine.kernel.run.awaiting import key_text


@dataclass(frozen=True, slots=True)
class Message:
    """A message on its way: its name, the key that it names, and what it carries."""

    name: str
    key: str | None = None
    data: Mapping[str, Any] = field(default_factory=dict)
    #: where its message flows lead, if any are drawn
    targets: frozenset[str] = frozenset()


def is_drawn_to(message: Message, element: Element, path: tuple[str, ...] = ()) -> bool:
    """Whether its message flows, where there are any, lead to this element or what is around it."""
    around = {element.id, element.process, element.attached_to, *path}
    return not message.targets or not message.targets.isdisjoint(around)


def correlates(w: Working, wait: Wait, message: Message) -> bool:
    """Whether each value that the subscription binds is the one that the message brings.

    A named key stands for the one value of a key of one property. A case that does not hold the
    value yet is not meant.
    """
    pairs = wait.element.correlations
    context = {**message.data, "message": message.data}
    for pair in pairs:
        held = to_json(evaluate(w, pair.held, wait.scope))
        if message.key is not None and len(pairs) == 1:
            if key_text(held) != message.key:
                return False
            continue
        brought = to_json(pair.brought.evaluate(context, now=w.at))
        if held is None or held != brought:
            return False
    return True


def take_over(w: Working, element: Element, payload: Mapping[str, Any]) -> None:
    """Writes what a message or signal of the case brings: what the event that takes it declares.

    What else it brings is not refused, as from outside: the sender of a diagram speaks to many.
    """
    declared = {output.name for output in element.outputs}
    brought = without_correlated(w, element, payload)
    if declared or not w.world.takes_undeclared:
        brought = {name: value for name, value in brought.items() if name in declared}
    if payload:
        document.check_outputs(w, element.outputs, brought)
        document.write(w, brought, element)


def without_correlated(w: Working, element: Element, data: Mapping[str, Any]) -> Mapping[str, Any]:
    """What is to be written: a value that only tells whose the message is may be undeclared."""
    if not element.outputs and w.world.takes_undeclared:
        return data
    paths = [path for c in element.correlations for path in c.brought.variables if path]
    telling = {path[1] if path[0] == "message" and len(path) > 1 else path[0] for path in paths}
    declared = {output.name for output in element.outputs}
    return {k: v for k, v in data.items() if k in declared or k not in telling}
