"""CPU seconds of other processes of this machine, read from /proc."""

import os
from pathlib import Path

_TICKS = os.sysconf("SC_CLK_TCK")
_UTIME, _STIME, _CUTIME, _CSTIME, _PPID = 13, 14, 15, 16, 3


def _stat(pid: int) -> list[str]:
    content = Path(f"/proc/{pid}/stat").read_text()
    return ["", "", *content.rpartition(")")[2].split()]


def postmaster(folder: Path) -> int:
    """The process id of the PostgreSQL server on a data folder."""
    return int((folder / "postmaster.pid").read_text().splitlines()[0])


def cpu_seconds(parent: int) -> float:
    """Of a process, its children that ended, and its children that live."""
    fields = _stat(parent)
    total = sum(int(fields[i]) for i in (_UTIME, _STIME, _CUTIME, _CSTIME))
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            child = _stat(int(entry.name))
        except OSError:
            continue
        if int(child[_PPID]) == parent:
            total += int(child[_UTIME]) + int(child[_STIME])
    return total / _TICKS
