"""Follows a tutorial literally: its shell blocks in order, in an empty folder, in one shell.

A block marked `bash` is run; a block marked `text` right behind it shows what must come of it, line
by line in order, where `…` stands for anything. Blocks of other languages are only read.
"""

import os
import re
import signal
import socket
import subprocess
from dataclasses import dataclass
from pathlib import Path

PORT = "8080"
_BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_MARK = "@@ block "


@dataclass(frozen=True, slots=True)
class Step:
    """A block of commands, and the lines that it must print."""

    line: int
    commands: str
    shown: tuple[str, ...]


def read_steps(page: str) -> list[Step]:
    """The runnable blocks of a page."""
    steps: list[Step] = []
    blocks = list(_BLOCK.finditer(page))
    for number, found in enumerate(blocks):
        if found[1] != "bash":
            continue
        after = blocks[number + 1] if number + 1 < len(blocks) else None
        shown = after[2].splitlines() if after is not None and after[1] == "text" else []
        line = page.count("\n", 0, found.start()) + 2
        steps.append(Step(line, found[2], tuple(text for text in shown if text.strip())))
    return steps


def follow(steps: list[Step], folder: Path, tools: Path, seconds: float) -> list[str]:
    """Runs the steps with `caseloop` and `curl` on the PATH; what each printed."""
    script = "".join(f"echo; echo '{_MARK}{n}'\n{step.commands}\n" for n, step in enumerate(steps))
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith("CASELOOP_")
    } | {"PATH": f"{tools}{os.pathsep}{os.environ['PATH']}", "LC_ALL": "C.UTF-8"}
    with subprocess.Popen(
        ["bash", "-c", script.replace(PORT, str(_free_port()))],
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    ) as shell:
        try:
            output, _ = shell.communicate(timeout=seconds)
        finally:
            _end(shell.pid)
    return re.split(f"^{_MARK}\\d+\n", output, flags=re.MULTILINE)[1:]


def first_missing(step: Step, output: str) -> str | None:
    """The first shown line that the output does not have behind the ones before it."""
    lines = iter(" ".join(line.split()) for line in output.splitlines())
    for shown in step.shown:
        parts = " ".join(shown.split()).split("…")
        wanted = re.compile(".*".join(map(re.escape, parts)))
        if not any(wanted.fullmatch(line) for line in lines):
            return shown
    return None


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _end(group: int) -> None:
    """A server that a page left running ends with its page."""
    try:
        os.killpg(group, signal.SIGKILL)
    except ProcessLookupError:
        return
