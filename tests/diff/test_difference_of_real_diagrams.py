"""How a file is written is no difference; one changed name is exactly one."""

from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from engine.kernel.diff import Change, compare_releases
from tests.diff.rewriting import BPMN, parse, rewrite

_KINDS = ("task", "userTask", "serviceTask", "startEvent", "endEvent", "exclusiveGateway")
_NODES = tuple(f"{{{BPMN}}}{kind}" for kind in _KINDS)


def compare(old: bytes, new: bytes) -> list[Change]:
    return compare_releases({"a.bpmn": old}, {"b.bpmn": new})


@pytest.fixture(scope="module")
def files(real_data: Path) -> list[tuple[str, bytes]]:
    found = sorted((real_data / "bpmn").rglob("*.bpmn"))
    packaged = sorted((Path(__file__).parents[2] / "processes").rglob("*.bpmn"))
    assert len(found) >= 40
    return [(file.name, file.read_bytes()) for file in [*found, *packaged]]


@pytest.mark.parametrize("seed", range(4))
def test_diagram_written_anew_is_no_difference(files: list[tuple[str, bytes]], seed: int) -> None:
    for name, data in files:
        changes = compare(data, rewrite(data, seed, drawn=seed < 2))
        assert [(name, change.to_json()) for change in changes] == []


def test_one_changed_name_is_the_only_difference(files: list[tuple[str, bytes]]) -> None:
    changed = 0
    for name, data in files:
        for node in _named_nodes(data):
            changed += 1
            before = " ".join((node.get("name") or "").split())
            new = rewrite(_with_name(data, node.get("id"), f"{before} anew"), changed)
            (change,) = compare(data, new)
            assert (name, change.what, change.id) == (name, "changed", node.get("id"))
            (field,) = change.fields
            assert (field.name, field.old, field.new) == ("name", before, f"{before} anew")
    assert changed > 60


def test_removed_element_is_gone_and_added_when_seen_the_other_way(
    files: list[tuple[str, bytes]],
) -> None:
    for _, data in files:
        root = parse(data)
        node = next((n for n in root.iter(*_NODES) if n.get("id")), None)
        if node is None:
            continue
        name = node.get("id")
        node.getparent().remove(node)
        less = etree.tostring(root)
        assert {(c.what, c.id) for c in compare(data, less)} == {("removed", name)}
        assert {(c.what, c.id) for c in compare(less, data)} == {("added", name)}


def _named_nodes(data: bytes) -> list[Any]:
    """Two for each diagram: the first and the last."""
    root = parse(data)
    found = [n for n in root.iter(*_NODES) if n.get("name")]
    return [n for n in {id(n): n for n in (*found[:1], *found[-1:])}.values() if n.get("id")]


def _with_name(data: bytes, element: str, name: str) -> bytes:
    root = parse(data)
    for node in root.iter(*_NODES):
        if node.get("id") == element:
            node.set("name", name)
    return etree.tostring(root)
