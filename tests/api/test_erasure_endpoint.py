"""Erasing personal values over HTTP and on the command line."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from api.cli import main
from engine.bootstrap import open_installation
from engine.settings import Settings
from tests.api.house import START, House, furnish, ok, open_house, refused

REPORTER = {"name": "Old Wu", "phone": "555-0100"}


def test_erasure_takes_the_value_and_names_its_entry(house: House) -> None:
    case_id = house.open_case(reporter=REPORTER)
    body = {"pointers": ["/reporter/phone"], "reason": "his wish"}
    answer = house.operator.post(f"/cases/{case_id}/erasures", body)
    assert "ETag" not in answer.headers
    erased = ok(answer)
    assert (len(erased["erased"]), erased["receipt"]["stream"]) == (1, "security")
    document = ok(house.operator.get(f"/cases/{case_id}/document"))["document"]
    assert document["reporter"] == {"name": "Old Wu", "phone": None}
    for check, good in (("replay", "conforms"), ("verification", "intact")):
        assert ok(house.operator.get(f"/cases/{case_id}/{check}"))["verdict"] == good


def test_erasure_needs_a_scope_of_its_own(house: House) -> None:
    case_id = house.open_case(reporter=REPORTER)
    address, body = f"/cases/{case_id}/erasures", {"reason": "his wish"}
    for caller in (house.lin, house.key("cases:personal", "admin:incidents")):
        problem = refused(caller.post(address, body), 403, "forbidden")
        assert problem["scope"] == "admin:personal"
    assert len(ok(house.key("admin:personal").post(address, body))["erased"]) == 2


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({}, "validation-failed"),
        ({"reason": "x", "pointers": []}, "validation-failed"),
        ({"reason": "x", "pointers": ["reporter"]}, "validation-failed"),
        ({"reason": "x", "pointers": ["/" + "a" * 300]}, "validation-failed"),
        ({"reason": "x", "pointers": ["/description"]}, "invalid-request"),
    ],
)
def test_erasure_that_names_no_place_of_a_value_is_refused(
    house: House, body: dict[str, object], code: str
) -> None:
    case_id = house.open_case(reporter=REPORTER)
    refused(house.operator.post(f"/cases/{case_id}/erasures", body), 422, code)


def test_command_line_erases_what_it_is_told(tmp_path: Path) -> None:
    with open_installation(Settings.read(data=str(tmp_path), virtual_clock=START)) as installation:
        case_id = open_house(installation, furnish(installation)).open_case(reporter=REPORTER)
    where = ["case", "erase", case_id, "--reason", "his wish", "--data", str(tmp_path)]
    runner = CliRunner()
    assert runner.invoke(main, where).exit_code == 2
    assert runner.invoke(main, [*where, "--all", "--at", "/reporter"]).exit_code == 2
    told = runner.invoke(main, [*where, "--at", "/reporter/name"])
    assert (told.exit_code, told.output) == (0, "1 personal values erased.\n")
    assert runner.invoke(main, [*where, "--all"]).output == "1 personal values erased.\n"
    checked = runner.invoke(main, ["case", "verify", "--all", "--data", str(tmp_path)])
    assert checked.exit_code == 0
