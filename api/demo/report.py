"""What a demonstration tells at its end: every case accounted for, and where to look."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class DemoReport:
    """The account of a demonstration. `lost` are cases that the server does not know or left."""

    opened: int
    outcomes: Mapping[str, int]
    still_open: int
    lost: int
    completions: int
    overdue: int
    rework: int
    returns: int
    reminders: int
    escalations: int
    refusals: Mapping[str, int]

    def lines(self) -> list[str]:
        """What happened, in words."""
        return [
            f"{self.opened} cases opened, {self.completions} work items completed",
            "outcomes: " + _counts(self.outcomes),
            (
                f"returned {self.returns} times, reworked {self.rework} times, "
                f"handed back late {self.overdue}"
            ),
            f"{self.reminders} reminders 催办, {self.escalations} escalations 督办",
            "refused: " + (_counts(self.refusals) or "nothing"),
        ]

    def summary(self) -> str:
        """The last line: every case is in exactly one count."""
        ended = sum(self.outcomes.values())
        verdict = "none lost" if self.lost == 0 else f"{self.lost} LOST"
        return (
            f"cases: {self.opened} opened = {ended} ended ({_counts(self.outcomes)}) "
            f"+ {self.still_open} open; {verdict}"
        )


def _counts(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{name} {number}" for name, number in sorted(counts.items()))


def account(
    opened: Sequence[str],
    known: Mapping[str, Mapping[str, Any]],
    events: Counter[str],
    *,
    late: int,
    completions: int,
    refusals: Mapping[str, int],
) -> DemoReport:
    """Compares the cases that were opened with those that the server lists."""
    found = [known[case] for case in opened if case in known]
    ended = [case for case in found if case["status"] in ("closed", "ended")]
    outcomes = Counter(str(case["outcome"]) for case in ended)
    return DemoReport(
        opened=len(opened),
        outcomes=dict(outcomes),
        still_open=len(found) - len(ended),
        lost=len(opened) - len(found) + len(set(known) - set(opened)),
        completions=completions,
        overdue=late,
        rework=events["case.rework_ordered"] + events["case.check_failed"],
        returns=sum(events[name] for name in _RETURNS),
        reminders=events["reminder"],
        escalations=events["escalation"],
        refusals=dict(refusals),
    )


_RETURNS = (
    "case.returned_to_filing",
    "case.rejected_by_unit",
    "case.assignment_returned",
    "case.sent_back_to_crew",
)
