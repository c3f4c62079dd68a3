"""The stepping layer over SpiffWorkflow: instances, their state, and what they ask of a host.

Knows no database, no HTTP, no case document and no people.
"""

from engine.kernel.run.codec import STATE_VERSION
from engine.kernel.run.host import Host, Scope, Step, Thrown, Wait, WaitKind
from engine.kernel.run.instance import Instance
from engine.kernel.run.program import Program, build_programs
from engine.kernel.run.workflow import STEP_BUDGET

#: Raised when the same diagram and commands would go another way; pinned by every case.
#: Nothing has been released yet, so 1 is what this tree does (ADR 0013).
SEMANTICS = 1

__all__ = [
    "SEMANTICS",
    "STATE_VERSION",
    "STEP_BUDGET",
    "Host",
    "Instance",
    "Program",
    "Scope",
    "Step",
    "Thrown",
    "Wait",
    "WaitKind",
    "build_programs",
]
