"""The proof before publishing: soundness, separation, time, each with a shortest way to a fault.

Reads compiled definitions only; it must not know SpiffWorkflow, how a case is stepped, or a
database.
"""

from engine.kernel.proof.budget import STATES
from engine.kernel.proof.finding import RULES, ProcessProof, ProofFinding, Verdict
from engine.kernel.proof.release import ReleaseProof, prove_release
from engine.kernel.proof.roster import Roster, Shift, prove_roster
from engine.kernel.proof.soundness import prove_soundness

__all__ = [
    "RULES",
    "STATES",
    "ProcessProof",
    "ProofFinding",
    "ReleaseProof",
    "Roster",
    "Shift",
    "Verdict",
    "prove_release",
    "prove_roster",
    "prove_soundness",
]
