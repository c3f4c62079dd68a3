"""What is only drawn changes no letter: layout, order, prefixes, ids of flows, documentation."""

import re
from pathlib import Path

import pytest
from lxml import etree

from engine.feel import compile_expression
from engine.kernel.describe.exclusion import exclude_each_other
from tests.describe.corpus import Files, shipped, small
from tests.describe.effects import checked, described, sayings
from tests.diff.rewriting import BPMN, parse, rewrite

_ORDERED = "follows.in_order"


def _keys(files: Files) -> set[str]:
    return {
        sentence.key
        for chapter in described(files).chapters
        for part in chapter.parts
        for entry in part.entries
        for sentence in entry.sentences
    }


@pytest.mark.parametrize("seed", range(3))
def test_shipped_diagrams_written_anew_say_the_same(seed: int) -> None:
    new = {n: rewrite(d, seed) if n.endswith(".bpmn") else d for n, d in shipped().items()}
    assert sayings(described(new)) == sayings(described(shipped()))


@pytest.mark.parametrize("name", [n for n in sorted(small()) if n != "everything"])
def test_small_diagrams_written_anew_say_the_same(name: str) -> None:
    files = small()[name]
    if _ORDERED in _keys(files):
        pytest.skip("the order of its flows has an effect")
    new = {n: rewrite(d, 1, drawn=False) if n.endswith(".bpmn") else d for n, d in files.items()}
    assert sayings(described(new)) == sayings(described(files))


def test_foreign_diagrams_written_anew_say_the_same(real_data: Path) -> None:
    told = 0
    for file in sorted((real_data / "bpmn").rglob("*.bpmn")):
        files = {"a.bpmn": file.read_bytes()}
        found = checked(files)
        if not found.accepted or not found.definitions or _ORDERED in _keys(files):
            continue
        told += 1
        new = {"a.bpmn": rewrite(files["a.bpmn"], told)}
        assert (file.name, sayings(described(new))) == (file.name, sayings(described(files)))
    assert told > 10


def test_ids_of_flows_and_documentation_say_nothing() -> None:
    root = parse(shipped()["case_disposition/case_disposition.bpmn"])
    for node in list(root.iter(f"{{{BPMN}}}documentation")):
        node.text = "something else"
    data = etree.tostring(root).decode()
    for flow in [f.get("id") or "" for f in root.iter(f"{{{BPMN}}}sequenceFlow")]:
        data = re.sub(rf"(?<=[\">]){flow}(?=[\"<])", f"way_{flow}", data)
    new = {**shipped(), "case_disposition/case_disposition.bpmn": data.encode()}
    assert sayings(described(new)) == sayings(described(shipped()))


@pytest.mark.parametrize(
    ("conditions", "excluded"),
    [
        (['outcome = "a"', 'outcome = "b"'], True),
        (['outcome = "a" or outcome = "c"', 'outcome = "b"'], True),
        (['outcome = "a" or outcome = "b"', 'outcome = "b"'], False),
        (["x < 3", "x >= 3"], True),
        (["x <= 3", "x >= 3"], False),
        (["x < 3 and y = 1", "x > 5"], True),
        (["x = 1", "x = 1.0"], False),
        (["x = 1", "y = 2"], False),
        (["x = null", "x != null"], True),
        (["f(x)", "not(f(x))"], False),
        (["x < 3", "x < 5"], False),
        (["x = true", "x = false"], True),
    ],
)
def test_conditions_that_cannot_hold_together_have_no_order(
    conditions: list[str], *, excluded: bool
) -> None:
    assert exclude_each_other([compile_expression(text) for text in conditions]) is excluded
