"""The vocabulary of acts: what a person does on a case, on which axis, and what it is called.

Sources: `domain.md` §5 (roles) and §6.4 (transitions). Events, evaluation and reports look at
acts and outcomes, never at element ids of a diagram.
"""

from engine.domain.people import Axis

AXIS_OF_ACT: dict[str, Axis] = {
    "report": Axis.SUPERVISION,
    "register": Axis.SUPERVISION,
    "accept": Axis.SUPERVISION,
    "verify": Axis.SUPERVISION,
    "file": Axis.SUPERVISION,
    "check": Axis.SUPERVISION,
    "close": Axis.SUPERVISION,
    "void": Axis.SUPERVISION,
    "evaluate": Axis.SUPERVISION,
    "dispatch": Axis.COMMAND,
    "review": Axis.COMMAND,
    "coordinate": Axis.COMMAND,
    "approve": Axis.COMMAND,
    "assign": Axis.HANDLING,
    "handle": Axis.HANDLING,
    "hand_back": Axis.HANDLING,
    "reply": Axis.NONE,
}

#: (act, outcome) → the domain event; an act without a row here is `work_item.completed` alone.
_EVENTS: dict[tuple[str, str], str] = {
    ("accept", "not_accepted"): "case.not_accepted",
    ("accept", "send_for_verification"): "case.sent_for_verification",
    ("verify", "confirmed"): "case.verified",
    ("verify", "refuted"): "case.refuted",
    ("verify", "unable"): "case.not_verifiable",
    ("file", "filed"): "case.filed",
    ("file", "not_filed"): "case.not_filed",
    ("dispatch", "dispatched"): "case.dispatched",
    ("dispatch", "return_to_filing"): "case.returned_to_filing",
    ("assign", "assigned"): "case.assigned",
    ("assign", "rejected"): "case.rejected_by_unit",
    ("handle", "submitted"): "case.handled",
    ("handle", "returned_to_department"): "case.assignment_returned",
    ("hand_back", "handed_back"): "case.handed_back",
    ("hand_back", "sent_back"): "case.sent_back_to_crew",
    ("review", "forwarded"): "case.forwarded_to_check",
    ("check", "passed"): "case.check_passed",
    ("check", "failed"): "case.check_failed",
    ("check", "unable"): "case.not_checkable",
    ("close", "closed"): "case.closed",
    ("void", "void"): "case.void_approved",
    ("void", "keep"): "case.void_refused",
    ("evaluate", "reviewed"): "case.evaluation_reviewed",
}

#: 返工: the same unit has it again, the clock is not reset.
REWORK_OUTCOMES = frozenset({("check", "failed")})
REWORK = "rework"

#: 退单 and the other returns: the case goes back one desk.
RETURN_OUTCOMES = frozenset(
    {
        ("dispatch", "return_to_filing"),
        ("assign", "rejected"),
        ("handle", "returned_to_department"),
        ("hand_back", "sent_back"),
    }
)

#: The case is closed at 结案, also while its evaluation goes on.
CLOSING = ("close", "closed")
FILING = ("file", "filed")
#: Open work of these acts keeps a case from being closed; what may follow closing.
SETTLED_BEFORE_CLOSING = frozenset({"check", "coordinate", "approve", "void"})
AFTER_CLOSING = frozenset({"evaluate", "reply"})

STAGES = ("collection", "filing", "dispatch", "handling", "feedback", "closing", "evaluation")


def event_of(act: str | None, outcome: str | None) -> str | None:
    """The domain event of an act with an outcome, or None when it has no name of its own."""
    if act is None or outcome is None:
        return None
    if is_rework(act, outcome) and (act, outcome) not in _EVENTS:
        return "case.rework_ordered"
    return _EVENTS.get((act, outcome))


def is_rework(act: str | None, outcome: str | None) -> bool:
    """Whether this answer orders rework 返工."""
    return outcome == REWORK or (act, outcome) in REWORK_OUTCOMES


def is_return(act: str | None, outcome: str | None) -> bool:
    """Whether this answer gives the case back one desk 退单."""
    return (act, outcome) in RETURN_OUTCOMES


def opening_event(act: str | None) -> str:
    """What the opening of a case is called: reported by a collector, or registered for another."""
    return "case.reported" if act == "report" else "case.registered"
