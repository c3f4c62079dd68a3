"""What a worker process is told when it starts; small and plain, because it crosses a pipe."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Plan:
    """One worker's part of a run. `slot` 0 moves the virtual clock, the others follow it."""

    url: str
    folder: str
    seed: int
    slot: int = 0
    open_cases: int = 30

    @property
    def drain(self) -> Path:
        """Once this file is there, no case is opened any more, and what is open is finished."""
        return Path(self.folder) / "drain"


def calls_file(folder: Path, slot: int) -> Path:
    """Calls that were begun by the worker of a slot, and which of them were answered."""
    return folder / f"calls-{slot}.jsonl"


def acknowledged_file(folder: Path, slot: int) -> Path:
    """Answers that the worker of a slot was given."""
    return folder / f"acknowledged-{slot}.jsonl"


def delivered_file(folder: Path, slot: int) -> Path:
    """Outbox messages that the worker of a slot has brought to the outside."""
    return folder / f"delivered-{slot}.jsonl"
