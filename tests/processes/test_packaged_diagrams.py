"""What the packaged diagrams promise before any engine reads them.

Valid BPMN 2.0, ids a person can say, no branch without a way, and nothing named that is not
there: forms, fields, clocks, outcomes, called processes and decisions.
"""

import json
import re
from importlib.resources import files
from pathlib import Path

import pytest
from lxml import etree

from engine.domain.acts import AXIS_OF_ACT, STAGES
from engine.domain.limits import parse_point

PROCESSES = Path(__file__).parents[2] / "processes"
DIAGRAMS = sorted(PROCESSES.glob("*/*.bpmn"))
SHIPPED = [PROCESSES / name / f"{name}.bpmn" for name in ("case_disposition", "escalation")]
BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
CL = "{urn:caseloop:bpmn:1}"
DMN = "{https://www.omg.org/spec/DMN/20191111/MODEL/}"
READABLE = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")
MADE_BY_AN_EDITOR = re.compile(r"(activity|gateway|event|flow)_[0-9a-z]{7}", re.IGNORECASE)
OUTCOME = re.compile(r'outcome = "(\w+)"')

Element = etree._Element

every_diagram = pytest.mark.parametrize("path", DIAGRAMS, ids=lambda p: p.stem)
every_shipped = pytest.mark.parametrize("path", SHIPPED, ids=lambda p: p.stem)


def read(path: Path) -> Element:
    return etree.parse(str(path)).getroot()


def all_of(root: Element, *tags: str) -> list[Element]:
    return [e for tag in tags for e in root.iter(f"{BPMN}{tag}")]


def words(element: Element, name: str) -> list[str]:
    return (element.get(f"{CL}{name}") or "").split()


def role_of(root: Element, task: Element) -> str | None:
    """The task's own role, else that of the deepest lane that lists it."""
    found = task.get(f"{CL}role")
    if found is None:
        for lane in all_of(root, "lane"):
            if task.get("id") in [r.text for r in lane.findall(f"{BPMN}flowNodeRef")]:
                found = lane.get(f"{CL}role")
    return found


def declared_outputs(element: Element) -> list[Element]:
    return list(element.iter(f"{CL}output"))


def test_both_diagrams_are_there() -> None:
    assert set(SHIPPED) <= set(DIAGRAMS)


@every_diagram
def test_diagram_is_valid_bpmn(path: Path) -> None:
    schema_file = files("SpiffWorkflow").joinpath("bpmn/parser/schema/BPMN20.xsd")
    schema = etree.XMLSchema(etree.parse(str(schema_file)))
    schema.assertValid(etree.parse(str(path)))


@every_diagram
def test_ids_are_readable_and_unique(path: Path) -> None:
    ids = [str(e.get("id")) for e in read(path).iter() if e.get("id") is not None]
    assert [i for i in ids if not READABLE.fullmatch(i) or MADE_BY_AN_EDITOR.search(i)] == []
    assert len(ids) == len(set(ids))


@every_diagram
def test_file_folder_and_process_share_their_name(path: Path) -> None:
    processes = [p.get("id") for p in all_of(read(path), "process")]
    assert processes == [path.stem] == [path.parent.name]


@every_diagram
def test_every_branch_has_a_condition_or_is_the_default(path: Path) -> None:
    root = read(path)
    flows = all_of(root, "sequenceFlow")
    for gateway in all_of(root, "exclusiveGateway"):
        branches = [f for f in flows if f.get("sourceRef") == gateway.get("id")]
        if len(branches) == 1:
            continue
        assert gateway.get("default") in [f.get("id") for f in branches]
        for branch in branches:
            has_condition = branch.find(f"{BPMN}conditionExpression") is not None
            is_default = branch.get("id") == gateway.get("default")
            assert has_condition != is_default, branch.get("id")
            assert branch.get("name"), branch.get("id")


@every_diagram
def test_gateways_split_or_join_but_never_both(path: Path) -> None:
    for gateway in all_of(read(path), "exclusiveGateway"):
        sides = [len(gateway.findall(f"{BPMN}{side}")) for side in ("incoming", "outgoing")]
        assert min(sides) == 1, gateway.get("id")


@every_diagram
def test_incoming_and_outgoing_agree_with_the_flows(path: Path) -> None:
    root = read(path)
    nodes = {e.get("id"): e for e in root.iter() if e.find(f"{BPMN}incoming") is not None}
    nodes |= {e.get("id"): e for e in root.iter() if e.find(f"{BPMN}outgoing") is not None}
    for flow in all_of(root, "sequenceFlow"):
        source, target = nodes[flow.get("sourceRef")], nodes[flow.get("targetRef")]
        assert flow.get("id") in [o.text for o in source.findall(f"{BPMN}outgoing")]
        assert flow.get("id") in [i.text for i in target.findall(f"{BPMN}incoming")]


@every_shipped
def test_conditions_name_outcomes_that_the_task_before_declares(path: Path) -> None:
    root = read(path)
    tasks = {t.get("id"): words(t, "outcomes") for t in all_of(root, "userTask")}
    flows = all_of(root, "sequenceFlow")
    for flow in flows:
        condition = flow.find(f"{BPMN}conditionExpression")
        found = OUTCOME.findall(condition.text or "") if condition is not None else []
        before = [f.get("sourceRef") for f in flows if f.get("targetRef") == flow.get("sourceRef")]
        for outcome in found:
            assert outcome in tasks[before[0]], flow.get("id")


@every_shipped
def test_work_names_role_act_and_outcomes_of_the_vocabulary(path: Path) -> None:
    root = read(path)
    for task in all_of(root, "userTask"):
        name = task.get("id")
        assert role_of(root, task), name
        assert task.get(f"{CL}act") in AXIS_OF_ACT, name
        assert task.get(f"{CL}stage") in (*STAGES, None), name
        assert words(task, "outcomes"), name
        assert set(words(task, "reasonRequired")) <= set(words(task, "outcomes")), name


def test_every_return_and_rework_of_the_loop_needs_a_reason() -> None:
    usual = {"send_for_verification", "confirmed", "filed", "dispatched", "assigned", "submitted"}
    usual |= {"handed_back", "forwarded", "passed", "closed", "reviewed", "void"}
    for task in all_of(read(SHIPPED[0]), "userTask"):
        needed = set(words(task, "outcomes")) - usual
        assert needed <= set(words(task, "reasonRequired")), task.get("id")


def test_clocks_that_are_named_are_declared() -> None:
    root = read(SHIPPED[0])
    clocks = {c.get("name") for c in root.iter(f"{CL}clock")}
    for task in all_of(root, "userTask"):
        for word in words(task, "startsClock") + words(task, "stopsClock"):
            clock, _, outcome = word.partition("@")
            assert clock in clocks
            assert outcome in words(task, "outcomes")
    for point in root.iter(f"{CL}at"):
        assert point.get("clock") in clocks
        parse_point(str(point.get("point")))


def test_the_clock_runs_again_at_every_rework() -> None:
    """Whoever sends the case to `rework_ordered` restarts the clock with the same answer."""
    root = read(SHIPPED[0])
    starts = {w for t in all_of(root, "userTask") for w in words(t, "startsClock")}
    assert starts == {"handling@dispatched", "handling@rework", "handling@failed"}
    for task in all_of(root, "userTask"):
        if "rework" in words(task, "outcomes"):
            assert words(task, "startsClock") == ["handling@rework"]


@every_shipped
def test_outputs_are_fields_of_the_case(path: Path) -> None:
    schema = json.loads((SHIPPED[0].parent / "case.schema.json").read_bytes())
    for element in all_of(read(path), "userTask", "serviceTask"):
        outputs = declared_outputs(element)
        assert outputs, element.get("id")
        for output in outputs:
            assert output.get("name") in schema["properties"]
            required = (output.get("required") or "").split()
            assert {r[1:] for r in required if r.startswith("@")} <= set(words(element, "outcomes"))


@every_shipped
def test_every_form_is_used_and_shows_declared_outputs_only(path: Path) -> None:
    schema = json.loads((SHIPPED[0].parent / "case.schema.json").read_bytes())
    tasks = {str(t.get(f"{CL}form")): t for t in all_of(read(path), "userTask")}
    forms = {f.stem: json.loads(f.read_bytes()) for f in (path.parent / "forms").glob("*.json")}
    assert tasks.keys() == forms.keys()
    for name, form in forms.items():
        fields = [field["field"] for field in form["fields"]]
        assert form["id"] == name
        assert sorted(fields) == sorted(str(o.get("name")) for o in declared_outputs(tasks[name]))
        assert set(form["show"]) <= set(schema["properties"])
        for entry in (form, *form["fields"]):
            assert entry["title"]
            assert entry["x-title-en"]
        shown = {o for field in form["fields"] for o in field["outcomes"] if o != "*"}
        assert shown <= set(words(tasks[name], "outcomes"))


def test_case_schema_titles_both_languages_and_seals_the_reporter() -> None:
    schema = json.loads((SHIPPED[0].parent / "case.schema.json").read_bytes())
    for name, field in schema["properties"].items():
        assert field["title"], name
        assert field["x-title-en"], name
    reporter = schema["properties"]["reporter"]["properties"]
    assert all(field["personal"] is True for field in reporter.values())
    assert set(schema["required"]) <= set(schema["properties"])


def test_no_expression_reads_the_reporter() -> None:
    for path in SHIPPED:
        for element in read(path).iter():
            texts = [str(v) for v in element.attrib.values() if str(v).startswith("=")]
            assert not any("reporter" in text for text in texts)


def test_calls_and_decisions_are_in_the_release() -> None:
    processes = {path.stem for path in DIAGRAMS}
    decisions = {
        decision.get("id")
        for path in PROCESSES.glob("*/decisions/*.dmn")
        for decision in etree.parse(str(path)).getroot().iter(f"{DMN}decision")
    }
    for path in SHIPPED:
        root = read(path)
        assert {c.get("calledElement") for c in all_of(root, "callActivity")} <= processes
        rules = all_of(root, "businessRuleTask")
        assert {r.get(f"{CL}decision") for r in rules} <= decisions


def test_main_ends_terminate_and_name_their_outcome() -> None:
    ends = {e.get("id"): e for e in all_of(read(SHIPPED[0]), "endEvent")}
    for name in ("closed", "not_accepted", "not_filed", "void"):
        assert ends[name].get(f"{CL}outcome") == name
        assert ends[name].find(f"{BPMN}terminateEventDefinition") is not None


def test_decision_table_has_a_cell_for_every_column() -> None:
    for path in PROCESSES.glob("*/decisions/*.dmn"):
        root = etree.parse(str(path)).getroot()
        for table in root.iter(f"{DMN}decisionTable"):
            columns = [len(table.findall(f"{DMN}{side}")) for side in ("input", "output")]
            for rule in table.findall(f"{DMN}rule"):
                cells = [len(rule.findall(f"{DMN}{s}Entry")) for s in ("input", "output")]
                assert cells == columns, rule.get("id")


def test_policies_say_what_they_are_for() -> None:
    for path in (PROCESSES / "policies").glob("*.json"):
        policy = json.loads(path.read_bytes())
        assert policy["id"] == path.stem
        assert policy["description"]
