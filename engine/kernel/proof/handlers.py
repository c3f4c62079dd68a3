"""What undoes: the inside of each handler of compensation, looked at as a scope of its own.

When something is undone, and how often, depends on what was done before; no run plays it.
"""

from collections.abc import Collection, Iterator
from dataclasses import replace

from engine.kernel.compile.model import Definition, Element
from engine.kernel.proof.catching import THROWING


def handlers_of(definition: Definition) -> Iterator[Definition]:
    """A definition for each handler that has an inside, as if that were the process."""
    for body in definition.bodies:
        host = definition.elements.get(body)
        if host is not None and (host.for_compensation or is_undoing(host, definition)):
            yield replace(definition, process_id=body)


def undone_by(thrower: Element, definition: Definition) -> Iterator[Element]:
    """What may be begun when an event undoes one activity, or the scope that it stands in."""
    events = [e for e in thrower.events if e.event in ("compensate", "cancel")]
    if not events or thrower.kind not in THROWING:
        return
    elements = definition.elements
    named, scope = {e.compensates for e in events} - {None}, thrower.scope
    while scope in elements and elements[scope].kind == "eventSubProcess":
        scope = elements[scope].scope
    handlers = {e.handler for e in elements.values() if e.attached_to in named}
    for element in elements.values():
        undoes = element.for_compensation or is_undoing(element, definition)
        if not undoes or element.attached_to is not None:
            continue
        if element.id in handlers or _lies_in(element, named or {scope}, definition):
            yield element


def _lies_in(element: Element, scopes: Collection[str | None], definition: Definition) -> bool:
    at: Element | None = element
    while at is not None:
        if at.scope in scopes:
            return True
        at = definition.elements.get(at.scope)
    return False


def is_undoing(element: Element, definition: Definition) -> bool:
    """Whether an element is entered only when something is undone."""
    if element.kind == "boundaryEvent":
        return element.event == "compensate"
    if element.kind != "eventSubProcess":
        return False
    inside = (definition.elements[name] for name in definition.bodies[element.id].elements)
    return any(e.kind == "startEvent" and e.event == "compensate" for e in inside)
