"""Proves every process of a release, and says what of it stands in the way of publishing."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import chain

from engine.kernel.compile.model import CompiledRelease, Definition
from engine.kernel.findings import Severity
from engine.kernel.proof.budget import STATES, budget_of
from engine.kernel.proof.callees import explore_all
from engine.kernel.proof.calls import calls_of, reached_from
from engine.kernel.proof.finding import ProcessProof, ProofFinding, Verdict
from engine.kernel.proof.marking import TooLargeError
from engine.kernel.proof.separation import find_unseparated
from engine.kernel.proof.soundness import Explored, prove_soundness, unknown
from engine.kernel.proof.time_coverage import find_past_check, find_uncovered

CASE = "case"


@dataclass(frozen=True, slots=True)
class ReleaseProof:
    """The proofs of all processes of a release."""

    processes: tuple[ProcessProof, ...]

    @property
    def findings(self) -> tuple[ProofFinding, ...]:
        return tuple(chain.from_iterable(p.findings for p in self.processes))

    @property
    def refuted(self) -> tuple[ProofFinding, ...]:
        """Faults that block publishing, whatever anybody says."""
        return tuple(f for f in self._errors() if f.rule != "proof/unknown")

    @property
    def unknown(self) -> tuple[ProofFinding, ...]:
        """What blocks publishing until somebody says why it is published unproven."""
        return tuple(f for f in self._errors() if f.rule == "proof/unknown")

    def _errors(self) -> Iterator[ProofFinding]:
        return (f for f in self.findings if f.severity is Severity.ERROR)


def prove_release(model: CompiledRelease, *, states: int = STATES) -> ReleaseProof:
    """Proves each process.

    Only those that declare `cl:profile="case"` can have errors, and those that they call.
    """
    explored = explore_all(model.definitions, states)
    calls = calls_of(model.definitions)
    called = {other for name, found in calls.items() for other in found if other != name}
    cases = {name for name, d in model.definitions.items() if d.profile == CASE}
    bound = reached_from(cases, calls)
    return ReleaseProof(
        tuple(
            _prove(model, found, states, is_called=name in called - cases, is_bound=name in bound)
            for name, found in ((name, explored[name]) for name in model.definitions)
        )
    )


def _prove(
    model: CompiledRelease, explored: Explored, states: int, *, is_called: bool, is_bound: bool
) -> ProcessProof:
    definition = explored.definition
    proof = prove_soundness(definition, called=is_called, explored=explored)
    pairs = model.policies.pairs
    parts: list[Callable[[], Iterator[ProofFinding]]] = [
        lambda: find_unseparated(definition, pairs)
    ]
    if definition.profile == CASE:
        parts += [
            lambda: find_past_check(definition, budget_of(states)),
            lambda: find_uncovered(definition, model.definitions),
        ]
    for part in parts:
        proof = _with(proof, definition, part)
    if is_bound:
        return proof
    return replace(proof, findings=tuple(f.as_warning() for f in proof.findings))


def _with(
    proof: ProcessProof, definition: Definition, part: Callable[[], Iterator[ProofFinding]]
) -> ProcessProof:
    """The proof with one part more; what is too large leaves it without a verdict."""
    try:
        return replace(proof, findings=(*proof.findings, *part()))
    except TooLargeError as exc:
        if proof.verdict is not Verdict.SOUND:
            return proof
        found = unknown(definition, str(exc))
        return replace(
            proof,
            verdict=Verdict.UNKNOWN,
            reason=str(exc),
            findings=(*proof.findings, found),
        )
