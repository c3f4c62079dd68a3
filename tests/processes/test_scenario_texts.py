"""The scenarios beside the diagrams, read as texts: what they name exists, and they leave out
no sequence flow and no row of the transition table. Running them is the player's part.
"""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml
from lxml import etree

PROCESSES = Path(__file__).parents[2] / "processes"
SHIPPED = [PROCESSES / name / f"{name}.bpmn" for name in ("case_disposition", "escalation")]
SCENARIOS = sorted(s for path in SHIPPED for s in (path.parent / "scenarios").glob("*.yaml"))
BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
CL = "{urn:caseloop:bpmn:1}"
OUTCOME = re.compile(r'outcome = "(\w+)"')
ROWS = (1, 2, *range(4, 24), 28)
RULES = frozenset(
    {
        "authorisation/axis",
        "authorisation/duty-grid",
        "authorisation/role",
        "authorisation/unit",
        "closing/closed",
        "closing/still-open",
        "message/still-open",
        "outcome/not-declared",
        "output/not-declared",
        "output/required",
        "output/type",
        "reason/required",
        "report/no-place",
        "separation/diagram/void_requested",
        "separation/dispatched-this-case",
        "separation/handled-this-case",
        "separation/reported-this-case",
        "separation/supervised-this-case",
        "state/not-open",
    }
)
WORK = ("complete", "claim", "release", "fail", "error")

every_scenario = pytest.mark.parametrize("path", SCENARIOS, ids=lambda p: p.stem)

Step = Mapping[str, Any]


def read(path: Path) -> dict[str, Any]:
    data = yaml.safe_load(path.read_bytes())
    assert isinstance(data, dict)
    return data


def roots() -> list[etree._Element]:
    return [etree.parse(str(path)).getroot() for path in SHIPPED]


def elements() -> dict[str, etree._Element]:
    return {
        str(e.get("id")): e
        for root in roots()
        for e in root.iter()
        if str(e.tag).startswith(BPMN) and e.get("id")
    }


def taken(scenario: Mapping[str, Any]) -> Iterator[Step]:
    """The steps that go through: not the refused ones."""
    return (step for step in scenario.get("steps") or () if "refused" not in step)


def refusals(scenario: Mapping[str, Any]) -> list[Step]:
    """The refused steps, and the opening where that is refused."""
    opening = [{"rule": scenario["refused"]}] if "refused" in scenario else []
    return opening + [step for step in scenario.get("steps") or () if "refused" in step]


def expectations(scenario: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    inner = [step["expect"] for step in taken(scenario) if "expect" in step]
    return [*inner, scenario.get("expect") or {}]


@every_scenario
def test_scenario_names_elements_of_the_diagrams(path: Path) -> None:
    scenario, known = read(path), elements()
    steps = [*taken(scenario), *(s["refused"] for s in refusals(scenario) if "refused" in s)]
    named = {step[kind] for step in steps for kind in WORK if kind in step}
    for expect in expectations(scenario):
        for key in ("waiting", "path", "ends"):
            named |= set(expect.get(key) or ())
        named |= {n for n in expect.get("never") or () if "." not in n}
    assert named <= set(known)


@every_scenario
def test_scenario_answers_with_declared_outcomes_and_outputs(path: Path) -> None:
    known = elements()
    for step in taken(read(path)):
        if "complete" not in step:
            continue
        element, data = known[step["complete"]], dict(step.get("data") or {})
        outcome = data.pop("outcome", None)
        outcomes = (element.get(f"{CL}outcomes") or "").split()
        assert outcome in outcomes if outcomes else outcome is None
        assert data.keys() <= {str(o.get("name")) for o in element.iter(f"{CL}output")}
        if outcome in (element.get(f"{CL}reasonRequired") or "").split():
            assert step["reason"]


@every_scenario
def test_scenario_tells_its_story_and_expects_something(path: Path) -> None:
    scenario = read(path)
    assert scenario["story"]
    assert scenario["at"]
    assert scenario["by"]
    assert scenario.get("expect") or scenario.get("refused")


@every_scenario
def test_refusals_name_their_rule(path: Path) -> None:
    for step in refusals(read(path)):
        assert step["rule"] in RULES


def test_every_rule_is_refused_somewhere() -> None:
    told = {step["rule"] for path in SCENARIOS for step in refusals(read(path))}
    assert told == RULES


@pytest.mark.parametrize("row", ROWS)
def test_each_row_has_a_scenario_and_a_forbidden_variant(row: int) -> None:
    mine = [path for path in SCENARIOS if path.stem.startswith(f"row_{row:02}_")]
    forbidden = [path for path in mine if path.stem.endswith("_refused")]
    assert forbidden
    assert len(mine) > len(forbidden)
    assert all(refusals(read(path)) for path in forbidden)


def _flows_of(root: etree._Element) -> dict[str, etree._Element]:
    return {str(f.get("id")): f for f in root.iter(f"{BPMN}sequenceFlow")}


def _flow_of_outcome(gateway: str, outcome: str, root: etree._Element) -> str:
    """The branch that a gateway takes for an outcome."""
    branches = [f for f in root.iter(f"{BPMN}sequenceFlow") if f.get("sourceRef") == gateway]
    for flow in branches:
        condition = flow.find(f"{BPMN}conditionExpression")
        if condition is not None and outcome in OUTCOME.findall(condition.text or ""):
            return str(flow.get("id"))
    return str(elements()[gateway].get("default"))


def _taken_flows(root: etree._Element, answers: set[tuple[str, str]], seen: set[str]) -> set[str]:
    """Flows that the answers decide, and those into a place that was seen."""
    found: set[str] = set()
    flows = _flows_of(root)
    for name, flow in flows.items():
        source, target = str(flow.get("sourceRef")), str(flow.get("targetRef"))
        if source in {task for task, _ in answers}:
            found.add(name)
            decided = {outcome for task, outcome in answers if task == source}
            found |= {_flow_of_outcome(target, outcome, root) for outcome in decided}
        elif target in seen:
            found.add(name)
    return found


def test_the_scenarios_take_every_sequence_flow() -> None:
    """Branches after a person's answer count by the answer, the others by the place they lead to.

    A place that no story names counts when a story names something behind it.
    """
    answers: set[tuple[str, str]] = set()
    seen: set[str] = set()
    for path in SCENARIOS:
        scenario = read(path)
        for step in taken(scenario):
            if "complete" in step and "outcome" in (step.get("data") or {}):
                answers.add((step["complete"], step["data"]["outcome"]))
            seen |= {step[kind] for kind in WORK if kind in step}
        for expect in expectations(scenario):
            seen |= {*(expect.get("path") or ()), *(expect.get("waiting") or ())}
    silent = {"has_grid_cell", "place_known", "own_report", "review_wanted"}
    for root in roots():
        flows = set(_flows_of(root))
        missing = flows - _taken_flows(root, answers, seen | silent | _decided(root))
        assert missing == set()


def _decided(root: etree._Element) -> set[str]:
    """The gateways and ends right behind a person's answer: his outcome says where they lead."""
    tasks = {str(t.get("id")) for t in root.iter(f"{BPMN}userTask")}
    return {
        str(f.get("targetRef")) for f in _flows_of(root).values() if f.get("sourceRef") in tasks
    }
