"""Soundness: from everywhere to an end, no flow taken twice at once, nothing drawn in vain."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from engine.kernel.compile.model import Definition
from engine.kernel.proof.budget import STATES, budget_of
from engine.kernel.proof.dead_nodes import find_dead_nodes
from engine.kernel.proof.explore import Exploration, Fault
from engine.kernel.proof.finding import ProcessProof, ProofFinding, Verdict, finding_at
from engine.kernel.proof.handlers import handlers_of
from engine.kernel.proof.marking import TooLargeError
from engine.kernel.proof.outcome import Outcomes

__all__ = ["STATES", "prove_soundness"]


@dataclass(frozen=True, slots=True)
class Explored:
    """A process whose token game was played, as far as the bounds allow."""

    definition: Definition
    exploration: Exploration | None
    #: why not all of it was looked at
    reason: str | None
    states: int
    #: the insides of what undoes
    handlers: tuple[Exploration, ...] = ()


def explore(
    definition: Definition, outcomes: Outcomes, states: int = STATES, *, called: bool = False
) -> Explored:
    """Plays the token game of a process that calls others of which this is known.

    One that is `called` begins at its usual start only.
    """
    budget = budget_of(states)
    exploration: Exploration | None = None
    reason: str | None = None
    handlers: list[Exploration] = []
    try:
        known = {name: outcomes[name] for name in definition.called if name in outcomes}
        exploration = Exploration(definition, budget, known, called=called)
        exploration.run()
        for handler in handlers_of(definition):
            handlers.append(Exploration(handler, budget, exploration.outcomes))
            handlers[-1].run()
    except TooLargeError as exc:
        reason = f"{exc} ({states} states)"
    spent = states - max(budget.states, 0)
    return Explored(definition, exploration, reason, spent, tuple(handlers))


def prove_soundness(
    definition: Definition,
    *,
    called: bool = False,
    states: int = STATES,
    explored: Explored | None = None,
) -> ProcessProof:
    """The verdict on one process. An error that leaves a process that is `called` may be caught.

    Unless it is explored already, the processes that it calls may do what they like.
    """
    found = explored or explore(definition, {}, states)
    findings: list[ProofFinding] = []
    if found.exploration is not None:
        faults = found.exploration.faults.values()
        findings += [
            _told(fault, definition)
            for fault in sorted(faults, key=lambda f: (f.price, f.kind, f.element))
            if not (called and _is_uncaught(fault))
        ]
        if found.exploration.is_whole:
            findings += find_dead_nodes(definition, found.exploration.alive)
    for handler in found.handlers:
        findings += _found_in(handler, definition)
    verdict = Verdict.UNSOUND if findings else Verdict.SOUND
    if found.reason is not None and not findings:
        verdict = Verdict.UNKNOWN
        findings.append(unknown(definition, found.reason))
    return ProcessProof(
        process=definition.process_id,
        file=definition.file,
        profile=definition.profile,
        verdict=verdict,
        states=found.states,
        findings=tuple(findings),
        reason=found.reason,
    )


def _found_in(handler: Exploration, definition: Definition) -> Iterator[ProofFinding]:
    """The faults inside a handler of compensation; what leaves it may be caught around it."""
    name = handler.definition.process_id
    caught = any(kind == "error" for kind, _ in handler.nets.catches(name))
    for fault in sorted(handler.faults.values(), key=lambda f: (f.price, f.kind, f.element)):
        if not (caught and _is_uncaught(fault)):
            yield _told(replace(fault, path=(name, *fault.path)), definition)
    if handler.is_whole:
        for finding in find_dead_nodes(handler.definition, handler.alive):
            path = (name, *finding.path)
            yield replace(finding, process=definition.process_id, path=path)


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


_MOST_NAMES = 10
_OF_A_CALL = {
    "no-way-to-end": (
        "{called}, which {name} calls, never comes to its end",
        "mend the called process, or draw a way out at the boundary of the call",
    ),
    "uncaught-error": (
        "an error leaves {called}, which {name} calls, and nothing catches it: an incident",
        "catch it at the boundary of the call, or inside the called process",
    ),
}


def _is_of_a_call(fault: Fault) -> bool:
    """Whether a fault at a call is one of what is called; a round may only begin with a call."""
    return fault.kind in _OF_A_CALL and not fault.beside


def _listed(names: tuple[str, ...]) -> str:
    more = len(names) - _MOST_NAMES
    return ", ".join(names[:_MOST_NAMES]) + (f" and {more} more" if more > 0 else "")


def _told(fault: Fault, definition: Definition) -> ProofFinding:
    name, path = fault.element, fault.path
    element = definition.elements.get(name)
    if element is not None and element.kind == "callActivity" and _is_of_a_call(fault):
        message, way_out = _OF_A_CALL[fault.kind]
        message = message.format(name=name, called=element.called)
        return finding_at(f"proof/{fault.kind}", definition, element, message, way_out, path=path)
    message, way_out = {
        "deadlock": (
            f"{name} waits for ever: nothing comes any more from {_listed(fault.beside)}",
            "join with the kind of gateway that split, or let every branch arrive",
        ),
        "lost-synchronisation": (
            f"after {name} two tokens are on one way at once, so what follows is done twice",
            "join the parallel branches with a parallel or inclusive gateway",
        ),
        "no-way-to-end": (
            f"no way leads from the round {_listed(fault.beside)} to an end",
            "draw a way out of the loop",
        ),
        "uncaught-error": (
            f"{name} throws an error that nothing catches: the case stops with an incident",
            "catch it at the boundary of the activity around it, or in an event sub-process",
        ),
    }[fault.kind]
    return finding_at(f"proof/{fault.kind}", definition, name, message, way_out, path=path)
