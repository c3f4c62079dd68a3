"""The pages that are made from the gate's data are as `make openapi` would write them now."""

from engine.kernel.reference.__main__ import PAGES
from engine.kernel.reference.bpmn_page import bpmn_page
from engine.kernel.reference.rules_page import indented, rules_page
from engine.kernel.rules import REGISTRY


def test_page_of_rules_is_up_to_date() -> None:
    text = rules_page()
    assert (PAGES / "rules.md").read_text(encoding="utf-8") == text, "make openapi"
    assert all(f"### `{name}`" in text for name in REGISTRY)


def test_page_of_bpmn_is_up_to_date() -> None:
    assert (PAGES / "bpmn.md").read_text(encoding="utf-8") == bpmn_page(), "make openapi"


def test_fragment_is_shown_with_its_inside_moved_in() -> None:
    assert indented("<a><b/><c>x</c></a><d></d>") == "<a>\n  <b/>\n  <c>x</c>\n</a>\n<d></d>"
