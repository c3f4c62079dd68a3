"""The table of BPMN: the XML Schema holds nothing that it leaves out, and every row is true."""

from collections.abc import Iterator

import pytest
from lxml import etree

from engine.kernel.bpmn_table import ATTRIBUTES, ELEMENTS, POSITIONS, Fate, Verdict
from engine.kernel.findings import Severity
from engine.kernel.reference.bpmn_page import type_of
from engine.kernel.release import check_release
from engine.kernel.rules import REGISTRY
from engine.kernel.xsd.fates import attribute_verdict, element_key, owner_name
from engine.kernel.xsd.model import Attribute, bpmn_schema
from tests.gate.by_hand import BESIDE, HAND
from tests.gate.positions import DRAWN, KINDS
from tests.gate.standing import parents, standing, with_attribute

#: Elements of other namespaces: the picture.
_PICTURE = frozenset({"BPMNDiagram"})


def in_schema() -> set[str]:
    """Every element that the schema declares, by the name of its row."""
    schema = bpmn_schema()
    places = (c for t in schema.types.values() for c in t.children if not c.is_global)
    return set(schema.elements) | {element_key(c.name, c) for c in places}


def attributes_in_schema() -> Iterator[tuple[str, Attribute]]:
    """Every attribute of every element, by the row of the element."""
    for key in sorted(ELEMENTS):
        type_ = type_of(key)
        for attribute in () if type_ is None else type_.attributes.values():
            yield key, attribute


def test_every_element_of_the_schema_has_one_row_and_there_is_no_other() -> None:
    assert set(ELEMENTS) == in_schema()


def test_every_attribute_of_the_schema_has_a_verdict() -> None:
    assert len([attribute_verdict(key, a) for key, a in attributes_in_schema()]) > 400


def test_no_row_speaks_of_an_attribute_that_the_schema_does_not_know() -> None:
    declared = {f"{key}@{a.name}" for key, a in attributes_in_schema()}
    declared |= {
        f"{owner_name(t.name)}@{a.name}"
        for t in bpmn_schema().types.values()
        for a in t.attributes.values()
        if a.owner == t.name
    }
    assert set(ATTRIBUTES) <= declared


def test_every_rule_that_the_table_names_refuses() -> None:
    rules = {v.rule for v in (*ELEMENTS.values(), *ATTRIBUTES.values()) if v.rule is not None}
    assert all(REGISTRY[rule].severity is Severity.ERROR for rule in rules)


def test_what_has_no_place_is_only_what_the_schema_keeps_for_itself() -> None:
    """Everything else stands in some diagram below."""
    nowhere = set(ELEMENTS) - set(parents()) - set(HAND)
    assert {key for key in nowhere if ELEMENTS[key].rule != "structure/schema"} == set()


def confirm(root: etree._Element, verdict: Verdict) -> None:
    data = etree.tostring(root)
    found = check_release({"p.bpmn": data, **BESIDE}).findings
    errors = {f.rule for f in found if f.severity is Severity.ERROR}
    if verdict.fate is Fate.REFUSED:
        assert verdict.rule in errors, (errors, data)
    else:
        assert errors == set(), ([str(f) for f in found], data)


@pytest.mark.parametrize("key", sorted(set(parents()) | set(HAND)))
def test_row_of_an_element_is_true(key: str) -> None:
    confirm(standing(key)[0], ELEMENTS[key])


def _abstract() -> list[str]:
    return sorted(k for k, v in ELEMENTS.items() if v.rule == "structure/schema")


@pytest.mark.parametrize("key", _abstract())
def test_element_that_only_groups_others_is_refused(key: str) -> None:
    root, node = standing("process")
    etree.SubElement(node, f"{{{node.nsmap[None]}}}{key}").set("id", "it")
    confirm(root, ELEMENTS[key])


@pytest.mark.parametrize("key", sorted(set(parents()) | set(HAND)))
def test_rows_of_attributes_are_true(key: str) -> None:
    type_ = type_of(key)
    for attribute in () if type_ is None else type_.attributes.values():
        confirm(with_attribute(key, attribute), attribute_verdict(key, attribute))


def test_every_position_and_kind_of_event_has_a_verdict() -> None:
    assert set(POSITIONS) == set(DRAWN)
    assert all(set(row) == set(KINDS) for row in POSITIONS.values())
    known = {f"{kind}EventDefinition" for kind in KINDS} - {"noneEventDefinition"}
    in_the_schema = {name for name in bpmn_schema().elements if name.endswith("EventDefinition")}
    assert known == in_the_schema


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("position", DRAWN)
def test_event_in_its_position_is_judged_as_the_table_says(position: str, kind: str) -> None:
    confirm(etree.fromstring(DRAWN[position](KINDS[kind])), POSITIONS[position][kind])
