"""Deployment asks for the proof: refused with its findings, or recorded why it is unproven."""

import json
from typing import Any

import pytest

from engine.domain.errors import DefinitionError
from engine.domain.people import Actor
from engine.service import releases
from engine.service.installation import Installation
from engine.store.queries.journal import list_entries
from tests.proof.case_drawings import stuck, unchecked, vast


def deploy(inst: Installation, operator: Actor, diagram: bytes, **more: str) -> dict[str, Any]:
    return releases.deploy(inst, operator, {"p.bpmn": diagram}, **more).data  # type: ignore[arg-type]  # reasons are texts


def entry_of(inst: Installation, release: object) -> dict[str, Any]:
    with inst.database.reads() as reader:
        [entry] = list_entries(reader, f"release:{release}")
    found: dict[str, Any] = json.loads(entry.body)
    return found


def test_case_that_may_get_stuck_is_refused_with_its_path(
    inst: Installation, operator: Actor
) -> None:
    with pytest.raises(DefinitionError) as refused:
        deploy(inst, operator, stuck(), accept_unproven="we know")
    found = {f["rule"]: f for f in refused.value.context["findings"]}
    assert found["proof/deadlock"]["element"] == "join"
    assert found["proof/deadlock"]["path"] == ["start", "which", "a"]
    assert found["proof/deadlock"]["severity"] == "error"
    assert "way: start > which > a" in refused.value.message
    assert releases.list_releases(inst, operator) == []


def test_case_that_is_closed_without_a_check_is_refused(
    inst: Installation, operator: Actor
) -> None:
    with pytest.raises(DefinitionError, match="without a check"):
        deploy(inst, operator, unchecked())


def test_same_fault_only_warns_where_no_case_is_declared(
    inst: Installation, operator: Actor
) -> None:
    told = deploy(inst, operator, stuck().replace(b' cl:profile="case"', b""))
    rules = {f["rule"]: f["severity"] for f in told["findings"]}
    assert rules["proof/deadlock"] == "warning"


def test_unproven_case_needs_a_reason_which_the_journal_keeps(
    inst: Installation, operator: Actor
) -> None:
    with pytest.raises(DefinitionError, match="give a reason") as refused:
        deploy(inst, operator, vast())
    assert refused.value.context["findings"][-1]["rule"] == "proof/unknown"
    with pytest.raises(DefinitionError, match="give a reason"):
        deploy(inst, operator, vast(), accept_unproven=" \u200b ")
    told = deploy(inst, operator, vast(), accept_unproven="tried by hand")
    entry = entry_of(inst, told["release"])
    assert entry["command"]["args"]["accept_unproven"] == "tried by hand"
    accepted = [e for e in entry["events"] if e["type"] == "release.accepted_unproven"]
    assert accepted[0]["data"]["reason"] == "tried by hand"
    assert [u["process"] for u in accepted[0]["data"]["unproven"]] == ["p"]


def test_reason_that_nobody_needs_is_told_and_not_recorded(
    inst: Installation, operator: Actor
) -> None:
    files = releases.packaged_files()
    answer = releases.deploy(inst, operator, files, accept_unproven="to be sure")
    assert "proof/reason-not-needed" in {f["rule"] for f in answer.data["findings"]}
    entry = entry_of(inst, answer.data["release"])
    assert "accept_unproven" not in entry["command"]["args"]
