"""Every story beside our diagrams ends as it says, decided by the real kernel in memory."""

from pathlib import Path

import pytest

from engine.service.scenarios import find_scenarios, run_scenarios

PACK = Path(__file__).parents[2] / "processes"
STORIES = find_scenarios([PACK])


@pytest.mark.parametrize("path", STORIES, ids=lambda p: f"{p.parent.parent.name}/{p.stem}")
def test_scenario_ends_as_its_story_says(path: Path) -> None:
    (report,) = run_scenarios([path])
    assert report.problem is None


def test_scenarios_together_enter_every_element_of_both_diagrams() -> None:
    entered = {
        step[1:].rsplit("/", 1)[-1]
        for report in run_scenarios([PACK])
        for step in report.flows_path
        if step[0] == "+"
    }
    drawn = {element for name in ("case_disposition", "escalation") for element in _nodes(name)}
    assert drawn - entered == set()


def _nodes(name: str) -> set[str]:
    from engine.kernel.release import compile_release  # noqa: PLC0415 only for this question
    from engine.service.scenarios import release_files  # noqa: PLC0415

    definition = compile_release(release_files(PACK)).definitions[name]
    return {e.id for e in definition.elements.values() if e.kind != "eventSubProcess"}
