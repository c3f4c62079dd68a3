"""Soundness: from everywhere to an end, no flow taken twice at once, nothing drawn in vain."""

from collections import deque
from collections.abc import Iterator

from engine.kernel.compile.model import Definition, Element
from engine.kernel.findings import Severity
from engine.kernel.proof.explore import STATES, Exploration, Fault, budget_of
from engine.kernel.proof.finding import ProcessProof, ProofFinding, Verdict, finding_at
from engine.kernel.proof.marking import TooLargeError

__all__ = ["STATES", "prove_soundness"]


def prove_soundness(
    definition: Definition, *, called: bool = False, states: int = STATES
) -> ProcessProof:
    """The verdict on one process. An error that leaves a process that is `called` may be caught."""
    budget = budget_of(states)
    exploration: Exploration | None = None
    reason: str | None = None
    findings: list[ProofFinding] = []
    try:
        exploration = Exploration(definition, budget)
        exploration.run()
        dead = list(_dead(definition, exploration.alive)) if exploration.is_whole else []
    except TooLargeError as exc:
        reason, dead = f"{exc} ({states} states)", []
    if exploration is not None:
        faults = sorted(exploration.faults.values(), key=lambda f: (f.price, f.kind, f.element))
        findings += [_told(f, definition) for f in faults if not (called and _is_uncaught(f))]
    findings += dead
    verdict = Verdict.UNSOUND if findings else Verdict.SOUND
    if reason is not None and not findings:
        verdict = Verdict.UNKNOWN
        findings.append(unknown(definition, reason))
    return ProcessProof(
        process=definition.process_id,
        file=definition.file,
        profile=definition.profile,
        verdict=verdict,
        states=states - max(budget.states, 0),
        findings=tuple(findings),
        reason=reason,
    )


def _is_uncaught(fault: Fault) -> bool:
    return fault.kind == "uncaught-error"


def unknown(definition: Definition, reason: str) -> ProofFinding:
    """That there is no verdict, and why."""
    return finding_at(
        "proof/unknown",
        definition,
        definition.process_id,
        f"the proof came to no verdict: {reason}",
        "divide the diagram by call activities, or deploy it with a reason for doing so unproven",
    )


def _told(fault: Fault, definition: Definition) -> ProofFinding:
    name, path = fault.element, fault.path
    message, way_out = {
        "deadlock": (
            f"{name} waits for ever: nothing comes any more from {', '.join(fault.missing)}",
            "join with the kind of gateway that split, or let every branch arrive",
        ),
        "lost-synchronisation": (
            f"after {name} two tokens are on one way at once, so what follows is done twice",
            "join the parallel branches with a parallel or inclusive gateway",
        ),
        "no-way-to-end": (
            f"after {name} there is no way to an end any more",
            "draw a way out of the loop",
        ),
        "uncaught-error": (
            f"{name} throws an error that nothing catches: the case stops with an incident",
            "catch it at the boundary of the activity around it, or in an event sub-process",
        ),
    }[fault.kind]
    return finding_at(f"proof/{fault.kind}", definition, name, message, way_out, path=path)


def _dead(definition: Definition, alive: set[str]) -> Iterator[ProofFinding]:
    """Elements that no run enters; of several in a row the first."""
    dead = {e.id: e for e in definition.elements.values() if _counts(e, definition)}
    dead = {name: e for name, e in dead.items() if name not in alive}
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


def _counts(element: Element, definition: Definition) -> bool:
    """What undoes is called by no flow, and what is in it is looked at by nobody here."""
    at: Element | None = element
    while at is not None:
        if at.for_compensation or _is_undoing(at, definition):
            return False
        at = definition.elements.get(at.scope)
    return True


def _is_undoing(element: Element, definition: Definition) -> bool:
    if element.kind == "boundaryEvent":
        return element.event == "compensate"
    if element.kind != "eventSubProcess":
        return False
    inside = (definition.elements[name] for name in definition.bodies[element.id].elements)
    return any(e.kind == "startEvent" and e.event == "compensate" for e in inside)


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
        if element.kind == "startEvent" and element.scope in definition.elements:
            after.setdefault(element.scope, []).append(element.id)
    return after
