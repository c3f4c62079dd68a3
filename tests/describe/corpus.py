"""The diagrams that the laws are tried on: those shipped, and one for each shape and position."""

from functools import cache
from pathlib import Path

from lxml import etree

from engine.kernel.examples import EXAMPLES
from engine.service.scenarios import release_files
from tests.describe.effects import checked
from tests.describe.everything import EVERYTHING
from tests.gate.by_hand import BESIDE, HAND
from tests.gate.positions import DRAWN, KINDS
from tests.gate.standing import parents, standing

ROOT = Path(__file__).parents[2]
Files = dict[str, bytes]


@cache
def shipped() -> Files:
    """The starting pack."""
    return release_files(ROOT / "processes")


@cache
def small() -> dict[str, Files]:
    """Every accepted diagram of the conformance tests and of the rules' examples."""
    found: dict[str, Files] = {"everything": EVERYTHING}
    for position, draw in DRAWN.items():
        for kind, event in KINDS.items():
            found[f"{position}: {kind}"] = {"p.bpmn": draw(event)}
    for key in sorted(set(parents()) | set(HAND)):
        found[key] = {"p.bpmn": etree.tostring(standing(key)[0]), **BESIDE}
    for name, example in EXAMPLES.items():
        found[name] = example.good_files
    return {name: files for name, files in found.items() if _runs(files)}


def _runs(files: Files) -> bool:
    found = checked(files)
    return found.accepted and bool(found.definitions)
