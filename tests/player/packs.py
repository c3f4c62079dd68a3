"""Folders with a diagram and its scenarios, as a designer keeps them."""

from collections.abc import Mapping
from pathlib import Path

import yaml

NINE = "2026-03-02T09:00:00+08:00"


def put_diagram(folder: Path, drawing: bytes, **stories: Mapping[str, object]) -> Path:
    """`FOLDER/NAME.bpmn` and its `scenarios/`; answers the folder."""
    scenarios = folder / "scenarios"
    scenarios.mkdir(parents=True)
    (folder / f"{folder.name}.bpmn").write_bytes(drawing)
    for name, story in stories.items():
        text = yaml.safe_dump({"story": name, "at": NINE, **story}, allow_unicode=True)
        (scenarios / f"{name}.yaml").write_text(text, encoding="utf-8")
    return folder
