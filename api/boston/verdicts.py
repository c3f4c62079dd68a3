"""The three comparisons with the city: deadlines, closed rows, open rows. Nothing is dropped."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from api.boston.reading import Request, Unreadable

TOLERANCE = timedelta(seconds=60)


@dataclass(frozen=True, slots=True)
class ClockFound:
    """What the API answered about a case's clock; None fields when it ran without one."""

    due_at: datetime | None
    on_time: bool | None
    overdue: bool


@dataclass(frozen=True, slots=True)
class Score:
    """So many of so many agree; the others are named."""

    name: str
    right: int
    of: int
    wrong: tuple[str, ...]

    @property
    def full(self) -> bool:
        return self.right == self.of

    def __str__(self) -> str:
        return f"{self.right}/{self.of}"


@dataclass(frozen=True, slots=True)
class Verdicts:
    """The table of the import."""

    deadlines: Score
    closed: Score
    still_open: Score
    without_clock: int
    on_our_clock: int
    unreadable: Sequence[Unreadable]
    rows: int

    @property
    def accounted(self) -> bool:
        """Every row of the file is in exactly one of the counts."""
        judged = self.closed.of + self.still_open.of + self.without_clock + self.on_our_clock
        return judged + len(self.unreadable) == self.rows

    @property
    def agrees(self) -> bool:
        scores = (self.deadlines, self.closed, self.still_open)
        return self.accounted and not self.unreadable and all(score.full for score in scores)

    def lines(self) -> list[str]:
        """The table, a line each."""
        out = [
            f"deadlines equal to the city's target within 60 s   {self.deadlines}",
            f"closed rows, on time or overdue as the city says    {self.closed}",
            f"open rows past their target, overdue                {self.still_open}",
            f"rows without a target, run without a clock          {self.without_clock}",
            f"rows without a target, whose type has a limit       {self.on_our_clock}",
            f"rows that cannot be read                            {len(self.unreadable)}",
            f"rows in the file, all accounted for                 {self.rows}"
            + ("" if self.accounted else "  NOT ACCOUNTED FOR"),
        ]
        for score in (self.deadlines, self.closed, self.still_open):
            out += [f"  {score.name}: {text}" for text in score.wrong]
        out += [f"  line {bad.line}: {bad.reason}" for bad in self.unreadable]
        return out


def judge(
    requests: Sequence[Request],
    unreadable: Sequence[Unreadable],
    clocks: Mapping[str, ClockFound],
    rows: int,
) -> Verdicts:
    """Compares what the engine found with what the city wrote down."""
    played = [r for r in requests if r.number in clocks]
    targeted = [r for r in played if r.target is not None]
    untargeted = [clocks[r.number] for r in played if r.target is None]
    return Verdicts(
        deadlines=_score("deadline", [_deadline(r, clocks[r.number]) for r in targeted]),
        closed=_score(
            "closed", [_closed(r, clocks[r.number]) for r in targeted if r.closed is not None]
        ),
        still_open=_score(
            "open", [_open(r, clocks[r.number]) for r in targeted if r.closed is None]
        ),
        without_clock=sum(clock.due_at is None for clock in untargeted),
        on_our_clock=sum(clock.due_at is not None for clock in untargeted),
        unreadable=unreadable,
        rows=rows,
    )


def _score(name: str, problems: Sequence[str | None]) -> Score:
    wrong = tuple(problem for problem in problems if problem is not None)
    return Score(name, len(problems) - len(wrong), len(problems), wrong)


def _deadline(request: Request, clock: ClockFound) -> str | None:
    assert request.target is not None
    if clock.due_at is not None and abs(clock.due_at - request.target) <= TOLERANCE:
        return None
    return f"{request.number} ({request.type}): {clock.due_at}, the city says {request.target}"


def _closed(request: Request, clock: ClockFound) -> str | None:
    said = request.city_verdict == "ONTIME"
    if clock.on_time is said:
        return None
    return f"{request.number}: on time {clock.on_time}, the city says {request.city_verdict}"


def _open(request: Request, clock: ClockFound) -> str | None:
    if clock.overdue and request.city_verdict == "OVERDUE":
        return None
    return f"{request.number}: overdue {clock.overdue}, the city says {request.city_verdict}"
