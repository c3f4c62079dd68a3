"""What a check of a case's record says."""

from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

Word = Literal["intact", "broken", "conforms", "diverges", "override"]


class Problem(NamedTuple):
    """Something is wrong at an entry."""

    seq: int
    text: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """`seq` and `problem` are those of the first wrong entry, or of the first override."""

    case_id: str
    verdict: Word
    entries: int
    seq: int | None = None
    problem: str | None = None

    @property
    def good(self) -> bool:
        """Whether nothing was changed and nothing came otherwise than the commands say."""
        return self.verdict not in {"broken", "diverges"}

    def to_json(self) -> dict[str, Any]:
        return {
            "case_id": self.case_id,
            "entries": self.entries,
            "problem": self.problem,
            "seq": self.seq,
            "verdict": self.verdict,
        }
