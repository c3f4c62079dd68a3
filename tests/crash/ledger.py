"""What a worker remembers over its own death: calls begun, answers acknowledged, messages sent.

An acknowledgement is written and fsynced only after the answer came. A call that was begun and
never settled is sent again, with the same key, by the next worker of the slot.
"""

import json
import os
import threading
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from engine.domain.clock import to_wire
from engine.domain.rows import OutboxMessage, Receipt
from tests.crash.plan import acknowledged_file, calls_file, delivered_file


@dataclass(frozen=True, slots=True)
class Call:
    """A write through the services that can be repeated exactly."""

    name: str
    key: str
    args: dict[str, Any] = field(default_factory=dict)
    person: str | None = None


class Ledger:
    """The three files of one slot."""

    def __init__(self, folder: Path, slot: int) -> None:
        self._guard = threading.Lock()
        self._calls = _AppendOnly(calls_file(folder, slot))
        self._acknowledged = _AppendOnly(acknowledged_file(folder, slot))
        self._delivered = _AppendOnly(delivered_file(folder, slot))
        self._begun = 0

    def begin(self, call: Call) -> int:
        """Notes that a call is about to be made; its number."""
        with self._guard:
            self._begun += 1
            number = self._begun
        self._calls.write({"begun": number, "pid": os.getpid(), **asdict(call)})
        return number

    def settle(self, number: int) -> None:
        """The call was answered; nobody needs to send it again."""
        self._calls.write({"settled": number, "pid": os.getpid()})

    def acknowledge(self, call: Call, receipt: Receipt) -> None:
        """From here on the entry must never be missing."""
        said = {"hash": receipt.hash, "seq": receipt.seq, "stream": receipt.stream}
        self._acknowledged.write({"key": call.key, "name": call.name, **said}, sync=True)

    def deliver(self, message: OutboxMessage) -> None:
        """The outside has the message."""
        self._delivered.write({**asdict(message), "at": to_wire(message.at)})

    def pending(self) -> list[Call]:
        """Calls of an earlier worker of this slot that were begun and never settled."""
        open_: dict[tuple[int, int], Call] = {}
        for line in read_lines(self._calls.path):
            if "settled" in line:
                open_.pop((line["pid"], line["settled"]), None)
            else:
                place = (line.pop("pid"), line.pop("begun"))
                open_[place] = Call(**line)
        return list(open_.values())

    def forget(self) -> None:
        """Every pending call was sent again."""
        self._calls.empty()


class _AppendOnly:
    """A file of JSON lines; a line is one write, so that a death leaves whole lines."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o644)
        size = os.fstat(self._handle).st_size
        if size and os.pread(self._handle, 1, size - 1) != b"\n":
            os.write(self._handle, b"\n")  # the writer died within a line

    def write(self, line: Mapping[str, Any], *, sync: bool = False) -> None:
        os.write(self._handle, json.dumps(line, ensure_ascii=False).encode() + b"\n")
        if sync:
            os.fsync(self._handle)

    def empty(self) -> None:
        os.ftruncate(self._handle, 0)


def read_lines(path: Path) -> Iterator[dict[str, Any]]:
    """The whole lines of a file; one that its writer did not live to end was never said."""
    if not path.exists():
        return
    for line in path.read_bytes().splitlines():
        try:
            yield json.loads(line)
        except ValueError:
            continue
