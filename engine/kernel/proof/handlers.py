"""What undoes: the inside of each handler of compensation, looked at as a scope of its own.

When something is undone, and how often, depends on what was done before; no run plays it.
"""

from collections.abc import Iterator
from dataclasses import replace

from engine.kernel.compile.model import Definition, Element


def handlers_of(definition: Definition) -> Iterator[Definition]:
    """A definition for each handler that has an inside, as if that were the process."""
    for body in definition.bodies:
        host = definition.elements.get(body)
        if host is not None and (host.for_compensation or is_undoing(host, definition)):
            yield replace(definition, process_id=body)


def is_undoing(element: Element, definition: Definition) -> bool:
    """Whether an element is entered only when something is undone."""
    if element.kind == "boundaryEvent":
        return element.event == "compensate"
    if element.kind != "eventSubProcess":
        return False
    inside = (definition.elements[name] for name in definition.bodies[element.id].elements)
    return any(e.kind == "startEvent" and e.event == "compensate" for e in inside)
