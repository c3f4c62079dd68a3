"""Whether an error that is drawn is caught in its procedure; else the case stops there."""

from collections.abc import Iterator

from engine.kernel.compile.model import Definition, Element


def nobody_catches(definition: Definition, end: Element) -> bool:
    """Whether an end throws an error for which nothing around it is drawn."""
    thrown = {e.error_code for e in end.events if e.event == "error"}
    if not thrown:
        return False
    around = (e for event in _around(definition, end) for e in event.events)
    caught = {e.error_code for e in around if e.event == "error"}
    return None not in caught and not thrown & (caught - {None})


def _around(definition: Definition, end: Element) -> Iterator[Element]:
    """The events for errors at and in the scopes around; an event sub-process has left its own."""
    elements, scope, left = definition.elements, end.scope, ""
    while scope in definition.bodies:
        for name in definition.bodies[scope].elements:
            if elements[name].kind == "eventSubProcess" and name != left:
                yield from filter(_waits_for_errors, definition.entries(name))
        yield from (e for e in elements.values() if e.attached_to == scope and _waits_for_errors(e))
        left, scope = scope, elements[scope].scope if scope in elements else ""


def _waits_for_errors(event: Element) -> bool:
    return any(e.event == "error" for e in event.events)
