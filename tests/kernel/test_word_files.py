"""The XML Schema and the moddle description say what the gate knows, and fit our diagrams."""

import json
from pathlib import Path

import pytest
from lxml import etree

from engine.kernel.word_files import MODDLE, XSD, attribute_words, moddle, xsd
from engine.kernel.words import CL

PROCESSES = Path(__file__).parents[2] / "processes"
DIAGRAMS = sorted(PROCESSES.rglob("*.bpmn"))


def test_committed_files_are_those_of_the_vocabulary() -> None:
    assert XSD.read_text(encoding="utf-8") == xsd()
    assert MODDLE.read_text(encoding="utf-8") == moddle()


@pytest.mark.parametrize("path", DIAGRAMS, ids=lambda p: p.stem)
def test_our_words_in_packaged_diagrams_fit_the_schema(path: Path) -> None:
    schema = etree.XMLSchema(etree.fromstring(xsd().encode()))
    known = attribute_words()
    for node in etree.parse(path).iter(etree.Element):
        for name in node.attrib:
            if str(name).startswith(f"{{{CL}}}"):
                assert etree.QName(str(name)).localname in known
        if etree.QName(node).namespace == CL:
            schema.assertValid(etree.ElementTree(node))


def test_moddle_extends_every_element_that_takes_our_attributes() -> None:
    described = json.loads(moddle())["types"]
    extended = {place for kind in described for place in kind.get("extends", ())}
    assert {"bpmn:UserTask", "bpmn:Lane", "bpmn:Process", "bpmn:EndEvent"} <= extended
