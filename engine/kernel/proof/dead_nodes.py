"""Elements that no run enters, told with the way along which they are drawn."""

from collections import deque
from collections.abc import Iterator

from engine.kernel.compile.model import Definition, Element
from engine.kernel.findings import Severity
from engine.kernel.proof.finding import ProofFinding, finding_at
from engine.kernel.proof.handlers import is_undoing


def find_dead_nodes(definition: Definition, alive: set[str]) -> Iterator[ProofFinding]:
    """Elements that no run enters; of several in a row the first."""
    wanted = set(_led_to(definition)) - alive
    dead = {name: e for name, e in definition.elements.items() if name in wanted}
    into: dict[str, set[str]] = {}
    for body in definition.bodies.values():
        for flow in body.flows:
            into.setdefault(flow.target, set()).add(flow.source)
    for name, element in dead.items():
        sources = into.get(name, set()) | ({element.attached_to} if element.attached_to else set())
        hidden = element.scope in dead or (sources and sources <= dead.keys())
        if hidden and not _is_ring(name, dead, into):
            continue
        yield finding_at(
            "proof/dead-node",
            definition,
            element,
            f"{name} is never reached",
            "let a way lead here that can be taken, or delete it",
            path=_drawn_way(definition, name),
            severity=Severity.ERROR,
        )


def _is_ring(name: str, dead: dict[str, Element], into: dict[str, set[str]]) -> bool:
    """Whether everything before a dead element is dead and leads round to it again: name one."""
    seen, open_ = {name}, [name]
    while open_:
        for source in into.get(open_.pop(), ()):
            if source not in dead:
                return False
            if source not in seen:
                seen.add(source)
                open_.append(source)
    rooted = any(not into.get(s) for s in seen)
    return not rooted and name == min(seen)


def _led_to(definition: Definition) -> Iterator[str]:
    """Everything inside but what undoes: no flow leads there, and it is looked at by itself."""
    open_ = [definition.process_id]
    while open_:
        for name in definition.bodies[open_.pop()].elements:
            element = definition.elements[name]
            if element.for_compensation or is_undoing(element, definition):
                continue
            yield name
            if name in definition.bodies:
                open_.append(name)


def _drawn_way(definition: Definition, wanted: str) -> tuple[str, ...]:
    """The shortest way to an element along what is drawn, whether it can be taken or not."""
    after = _drawn_after(definition)
    before: dict[str, str | None] = dict.fromkeys((e.id for e in definition.start_events), None)
    open_ = deque(before)
    while open_ and wanted not in before:
        name = open_.popleft()
        for following in after.get(name, ()):
            if following not in before:
                before[following] = name
                open_.append(following)
    path: list[str] = []
    at: str | None = wanted
    while at is not None:
        path.append(at)
        at = before.get(at)
    return tuple(reversed(path))


def _drawn_after(definition: Definition) -> dict[str, list[str]]:
    """What stands behind, at or inside each element."""
    after: dict[str, list[str]] = {}
    for body in definition.bodies.values():
        for flow in body.flows:
            after.setdefault(flow.source, []).append(flow.target)
    for element in definition.elements.values():
        if element.attached_to is not None:
            after.setdefault(element.attached_to, []).append(element.id)
        if element.kind == "eventSubProcess":
            for begun in definition.entries(element.scope):
                after.setdefault(begun.id, []).append(element.id)
        if element.kind == "startEvent" and element.scope in definition.elements:
            after.setdefault(element.scope, []).append(element.id)
    return after
