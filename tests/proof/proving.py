"""Small diagrams, proven: what tests of the proof share."""

from engine.kernel.compile.model import CompiledRelease, Definition
from engine.kernel.proof import ProcessProof, ProofFinding, prove_soundness
from engine.kernel.release import check_release, compile_checked
from tests.kernel.drawing import diagram, process


def definition_of(*parts: str, **attributes: str) -> Definition:
    """The definition of a process `p`, whatever the gate says of it."""
    return release_of(process("p", *parts, **attributes)).definitions["p"]


def release_of(*processes: str, **files: bytes) -> CompiledRelease:
    """A release of one diagram, whatever the gate says of it."""
    everything = {"p.bpmn": diagram(*processes), **files}
    return compile_checked(check_release(everything), everything)


def proven(*parts: str) -> ProcessProof:
    """The proof of soundness of a process `p`."""
    return prove_soundness(definition_of(*parts))


def paths(proof: ProcessProof | list[ProofFinding]) -> dict[tuple[str, str | None], str]:
    """The paths of all findings, by rule and element."""
    found = proof.findings if isinstance(proof, ProcessProof) else proof
    return {(f.rule.partition("/")[2], f.element): " ".join(f.path) for f in found}
