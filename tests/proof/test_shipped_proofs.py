"""The diagrams of the starting pack are proven, and nothing drawn elsewhere breaks the proof."""

from pathlib import Path

import pytest

from engine.kernel.proof import Roster, Verdict, prove_release, prove_roster, prove_soundness
from engine.kernel.release import check_release, compile_release
from engine.service.scenarios import release_files
from tests.installations import PACK, sample_city

PACKED = compile_release(release_files(PACK))


@pytest.mark.parametrize("name", sorted(PACKED.definitions))
def test_shipped_diagram_is_sound(name: str) -> None:
    called = any(name in d.called for d in PACKED.definitions.values())
    proof = prove_soundness(PACKED.definitions[name], called=called)
    assert proof.verdict is Verdict.SOUND
    assert not proof.findings


def test_shipped_release_can_be_published() -> None:
    proof = prove_release(PACKED)
    assert not proof.refuted
    assert not proof.unknown


def test_shipped_case_says_honestly_which_tasks_have_no_limit() -> None:
    """Only handling has a clock; the others are warnings until somebody gives them one."""
    found = prove_release(PACKED).findings
    assert {f.rule for f in found} == {"time/no-limit"}
    assert {f.element for f in found}.isdisjoint(
        {"assign_crew", "handle_on_site", "confirm_handling"}
    )
    assert {"file_case", "check_before_close", "close_case"} <= {f.element for f in found}


def test_sample_city_can_finish_every_case() -> None:
    definition = PACKED.definitions["case_disposition"]
    assert prove_roster(definition, Roster(sample_city()), PACKED.policies.pairs) == []


def test_diagrams_of_other_tools_all_have_a_verdict(real_data: Path) -> None:
    proofs = {}
    for file in sorted((real_data / "bpmn").rglob("*.bpmn*")):
        checked = check_release({file.name: file.read_bytes()}, as_executable=True)
        for name, definition in checked.definitions.items():
            proofs[file.name, name] = prove_soundness(definition)
    assert {p.verdict for p in proofs.values()} <= {Verdict.SOUND, Verdict.UNSOUND}
    refuted = {file for (file, _), p in proofs.items() if p.verdict is Verdict.UNSOUND}
    assert {"event-gateway-parallel-join.bpmn", "timer-noninterrupting-join.bpmn"} <= refuted
