"""Plays a diagram through the command line, as anybody would, and reads what it prints."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from click.testing import CliRunner

from api.cli import main

KEYS = {
    "accepted",
    "findings",
    "status",
    "path",
    "ends",
    "waiting",
    "sent",
    "case",
    "incidents",
}
NINE = "2026-03-02T09:00:00+08:00"


@dataclass(frozen=True, slots=True)
class Told:
    """What `caseloop play --format json` came to."""

    code: int
    object: dict[str, Any]
    error: str

    def __getitem__(self, key: str) -> Any:
        return self.object[key]

    @property
    def entered(self) -> list[str]:
        return [step["id"] for step in self.object["path"] if step["what"] == "entered"]

    @property
    def waits(self) -> list[tuple[str, str]]:
        return [(wait["id"], wait["kind"]) for wait in self.object["waiting"]]

    @property
    def work(self) -> list[str]:
        return sorted(name for name, kind in self.waits if kind in ("work_item", "job"))


def play_paths(folder: Path, *paths: Path, script: Any = None, auto: bool = False) -> Told:
    """Plays files where they lie; the script is written into a folder of the test."""
    arguments = ["play", "--format", "json", *map(str, paths)]
    if script is not None:
        file = folder / "script.yaml"
        file.write_text(script if isinstance(script, str) else json.dumps(script), "utf-8")
        arguments += ["--script", str(file)]
    result = CliRunner().invoke(main, arguments + (["--auto"] if auto else []))
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    told = json.loads(result.stdout) if result.stdout else {}
    return Told(result.exit_code, told, result.stderr)


def play(folder: Path, drawing: bytes, *steps: Any, auto: bool = False, **script: Any) -> Told:
    """Plays one drawing with these steps."""
    file = folder / "drawing.bpmn"
    file.write_bytes(drawing)
    return play_paths(folder, file, script={"at": NINE, "steps": steps, **script}, auto=auto)
