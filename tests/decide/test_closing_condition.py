"""结案条件: from the catalog at filing, another one from whoever closes, and never none."""

import pytest

from engine.domain.errors import BadVariablesError
from tests.decide.loop import Loop
from tests.installations import sample_city

CELL = "990101001001001"


def waiting_for_closing(*, in_catalog: bool) -> Loop:
    city = sample_city()
    if not in_catalog:
        row = {k: v for k, v in city.catalog["01-01/2"].items() if k != "closing_condition"}
        city.catalog = {**city.catalog, "01-01/2": row}
    case = Loop(city).report(grid_cell=CELL)
    case.dispatched()
    case.until_closing()
    return case


def test_filing_writes_the_catalogs_closing_condition_and_closing_keeps_it() -> None:
    case = waiting_for_closing(in_catalog=True)
    assert case.player.document["closing_condition"] == "换上完好的井盖"
    case.answer("zhou", "close_case", "closed")
    assert case.player.document["closing_condition"] == "换上完好的井盖"
    assert case.events("case.closed")


def test_case_without_a_closing_condition_is_closed_only_under_one_that_is_given() -> None:
    case = waiting_for_closing(in_catalog=False)
    for said in ({}, {"closing_condition": None}):
        with pytest.raises(BadVariablesError) as refused:
            case.answer("zhou", "close_case", "closed", **said)
        assert refused.value.context["rule"] == "output/required"
        assert refused.value.context["errors"][0]["pointer"] == "/data/closing_condition"
    case.answer("zhou", "close_case", "closed", closing_condition="井口盖好")
    assert case.player.document["closing_condition"] == "井口盖好"


def test_filing_anew_under_a_row_without_one_does_not_keep_the_former_rows() -> None:
    city = sample_city()
    row = {k: v for k, v in city.catalog["01-01/3"].items() if k != "closing_condition"}
    city.catalog = {**city.catalog, "01-01/3": row}
    case = Loop(city).report(grid_cell=CELL)
    case.filed()
    case.answer("wang", "dispatch", "return_to_filing", "信息不全")
    case.filed(condition=3)
    assert case.player.document.get("closing_condition") is None
