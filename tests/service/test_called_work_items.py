"""A work item shows the answers of its own element, also where a called process has that id."""

from engine.domain.people import Actor
from engine.service import cases, releases, work_items
from tests.audit.town import OPERATOR, Town
from tests.decide.diagrams import definitions, flow, process

MAIN = process(
    "main",
    '<startEvent id="start"/><callActivity id="ask_others" calledElement="others"/>'
    '<userTask id="answer" cl:outcomes="yes no"/><endEvent id="end" cl:outcome="closed"/>'
    + flow("start>ask_others>answer>end"),
)
OTHERS = process(
    "others",
    '<startEvent id="asked"/><userTask id="answer" cl:outcomes="red blue"/>'
    '<endEvent id="answered"/>' + flow("asked>answer>answered"),
)
ANYBODY = Actor(via="cli")


def offered(town: Town, case_id: str) -> tuple[str, list[str]]:
    """The id of the open item, and the outcomes that it offers."""
    item = town.items(case_id)["answer"]
    item_id = f"{case_id}.{item.instance}.{item.token}"
    return item_id, work_items.get_work_item(town.inst, OPERATOR, item_id)["outcomes"]


def test_item_of_a_called_process_offers_that_process_s_outcomes(town: Town) -> None:
    files = {"main.bpmn": definitions(MAIN), "others.bpmn": definitions(OTHERS)}
    releases.deploy(town.inst, OPERATOR, files)
    case_id = cases.open_case(town.inst, ANYBODY, data={}, process="main").data["case_id"]
    item_id, outcomes = offered(town, case_id)
    assert outcomes == ["red", "blue"]
    work_items.complete(town.inst, ANYBODY, item_id, outcome="red")
    assert offered(town, case_id)[1] == ["yes", "no"]
