"""Diagrams drawn by other tools: accepted or refused with findings, and played as they mean."""

import re
from pathlib import Path

import pytest
from lxml import etree

from engine.kernel.findings import Severity
from engine.kernel.release import check_release
from tests.kernel.story import Story


def read(folder: Path, name: str) -> dict[str, bytes]:
    return {name: (folder / "bpmn" / name).read_bytes()}


@pytest.mark.parametrize("as_executable", [False, True])
def test_every_file_is_judged_and_none_is_dropped(real_data: Path, *, as_executable: bool) -> None:
    files = sorted((real_data / "bpmn").rglob("*.bpmn"))
    assert len(files) >= 40
    for file in files:
        checked = check_release({file.name: file.read_bytes()}, as_executable=as_executable)
        for finding in checked.findings:
            assert finding.rule
            assert finding.message
            assert finding.help
            if finding.severity is Severity.ERROR:
                assert finding.element is not None
                assert finding.line > 0


_BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
_NODES = re.compile(rf"{_BPMN}(\w*(Task|Event|Gateway|SubProcess)|task|transaction|callActivity)$")


def nodes_of(data: bytes) -> set[str | None]:
    """The ids of the flow nodes, read anew from the file."""
    processes = etree.fromstring(data).iter(f"{_BPMN}process")
    found = (n for p in processes for n in p.iterdescendants() if _NODES.match(str(n.tag)))
    return {node.get("id") for node in found}


def test_every_flow_node_is_in_the_definition_or_in_a_finding(real_data: Path) -> None:
    for file in sorted((real_data / "bpmn").rglob("*.bpmn")):
        nodes = nodes_of(file.read_bytes())
        assert nodes, file.name
        checked = check_release({file.name: file.read_bytes()}, as_executable=True)
        read = {element for found in checked.definitions.values() for element in found.elements}
        named = {finding.element for finding in checked.findings}
        assert (file.name, nodes - read - named) == (file.name, set())


#: Every rule that an error of the file is of.
REFUSED = {
    "operaton/conditional-event-subprocess.bpmn": {"expression/feel"},
    "operaton/invoice.bpmn": {
        "activity/called-process",
        "activity/no-decision",
        "expression/feel",
        "foreign/behaviour",
    },
    "bpmn-elements/transaction.bpmn": {"event/reference", "expression/feel"},
    "bpmn-elements/two-pools-message-flow.bpmn": {"foreign/behaviour"},
    "bpmn-miwg/camunda-modeler-C.5.0.bpmn": {
        "activity/called-process",
        "event/reference",
        "gateway/no-condition",
    },
    "jbpm/human-task-mi-timer.bpmn": {"activity/loop", "activity/script"},
    "spring-activiti/leave-zh.bpmn": {"expression/feel"},
    "spring-activiti/purchase-zh.bpmn": {"event/reference", "expression/feel"},
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_executed_is_refused_by_its_rules(real_data: Path, name: str) -> None:
    checked = check_release(read(real_data, name))
    assert not checked.accepted
    assert {f.rule for f in checked.findings if f.severity is Severity.ERROR} == REFUSED[name]


def test_terminate_end_ends_the_case(real_data: Path) -> None:
    story = Story(read(real_data, "operaton/terminate-end.bpmn"))
    names = {w.element.name: w.element.id for w in story.instance.waits()}
    story.complete(names["check before termination"])
    assert story.finished


def test_signal_cancels_the_concurrent_task(real_data: Path) -> None:
    story = Story(read(real_data, "flowable/signal-boundary-concurrent.bpmn"))
    assert {"someTask", "usertask1"} <= set(story.open)
    assert story.complete("usertask1").work == ["usertask2"]


def test_timer_event_subprocess_runs_beside_the_task(real_data: Path) -> None:
    story = Story(read(real_data, "flowable/timer-event-subprocess.bpmn"))
    assert story.work == ["task"]
    timer = next(w.element.id for w in story.instance.waits() if w.kind == "timer")
    story.fire(timer)
    assert story.work == ["eventSubProcessTask1", "task"]
    story.complete("task").complete("eventSubProcessTask1")
    assert story.finished


def test_message_event_subprocess_nested(real_data: Path) -> None:
    story = Story(read(real_data, "operaton/message-event-subprocess-nested.bpmn"))
    story.message("newMessage").complete("task")
    assert story.work == ["eventSubProcessTask"]
    assert story.complete("eventSubProcessTask").finished
    assert (
        Story(read(real_data, "operaton/message-event-subprocess-nested.bpmn"))
        .complete("task")
        .finished
    )


def test_helpdesk_timer_interrupts(real_data: Path) -> None:
    story = Story(read(real_data, "operaton/helpdesk-timer-interrupting.bpmn"))
    timer = next(w.element.id for w in story.instance.waits() if w.kind == "timer")
    story.fire(timer)
    assert [w.element.name for w in story.instance.waits()] == ["Handle escalated issue"]


def test_link_events_lead_to_their_partners(real_data: Path) -> None:
    story = Story(read(real_data, "operaton/link-events-no-flow-ids.bpmn"))
    assert story.open == ["waitAfterLink1"]
    assert story.message("waitAfterLink1").open == ["waitAfterLink2"]
    assert story.message("waitAfterLink2").finished


def test_parallel_receive_tasks_join(real_data: Path) -> None:
    story = Story(read(real_data, "operaton/parallel-receive-tasks.bpmn"))
    waiting = sorted(w.name or "" for w in story.instance.waits())
    assert waiting == ["Message 1", "Message 2"]
    assert story.message("Message 2").message("Message 1").finished


def test_non_interrupting_timer_feeds_the_join(real_data: Path) -> None:
    story = Story(read(real_data, "operaton/timer-noninterrupting-join.bpmn"))
    timer = next(w for w in story.instance.waits() if w.kind == "timer")
    main = next(w for w in story.instance.waits() if w.kind == "work_item")
    story.fire(timer.element.id)
    assert len(story.work) == 2
    story.complete(main.element.id)
    story.complete(story.work[0])
    assert story.finished


def test_call_activity_timer_cancels_the_called_case(real_data: Path) -> None:
    files = read(real_data, "operaton/call-activity-timer.bpmn")
    story = Story(
        files | read(real_data, "operaton/call-activity-callee.bpmn"), process="timerOnCallActivity"
    )
    timer = next(w for w in story.instance.waits() if w.kind == "timer")
    story.fire(timer.element.id)
    assert [w.element.name for w in story.instance.waits()] == ["Escalated Task"]


def test_message_start_opens_its_task(real_data: Path) -> None:
    story = Story(read(real_data, "flowable/message-start-wrong-encoding.bpmn"))
    assert len(story.work) == 1


def test_join_of_a_race_never_fires_and_is_warned_about(real_data: Path) -> None:
    files = read(real_data, "bpmn-elements/event-gateway-parallel-join.bpmn")
    rules = {f.rule for f in check_release(files).findings}
    assert "gateway/join-waits-for-ever" in rules


def test_sub_process_is_undone_by_the_handler_inside(real_data: Path) -> None:
    story = Story(read(real_data, "operaton/compensation-in-subprocess.bpmn"))
    story.complete("scopeTask").message("beforeCompensate")
    assert story.work == ["undoScopeTask"]
    assert story.complete("undoScopeTask").open == ["beforeEnd"]
    assert story.message("beforeEnd").finished


def test_condition_interrupts_when_the_field_has_the_value(real_data: Path) -> None:
    name = "operaton/conditional-event-subprocess.bpmn"
    drawing = read(real_data, name)[name].replace(b"${variable == 1}", b"variable = 1")
    story = Story(drawing)
    [work] = story.work
    assert story.wait(work).element.name == "Before Condition"
    story.desk.document["variable"] = 1
    story.instance.look_at_conditions()
    assert [w.element.name for w in story.instance.waits()] == ["After Condition"]


def test_nested_loops_over_lists_named_by_a_vendor(real_data: Path) -> None:
    lists = {"subProcesses": ["a", "b"], "assignees": ["kermit", "fozzie"]}
    story = Story(read(real_data, "operaton/multi-instance-nested.bpmn"), lists)
    assert len(story.work) == 4
    for _ in range(4):
        story.complete(story.work[0])
    assert story.finished


def test_signal_cancels_a_loop_over_a_vendor_s_list(real_data: Path) -> None:
    name = "flowable/signal-cancels-multi-instance.bpmn"
    drawing = read(real_data, name)[name]
    for juel, feel in (
        (b"${negotationFailed}", b"negotationFailed"),
        (b"${!negotationFailed}", b"not(negotationFailed)"),
    ):
        drawing = drawing.replace(juel, feel)
    story = Story(drawing)
    [first] = story.work
    story.complete(first, developers=["a", "b", "c"])
    assert len(story.work) == 4
    negotiate = next(w.element.id for w in story.instance.waits() if w.element.loop is None)
    assert story.complete(negotiate, negotationFailed=True).finished


@pytest.mark.parametrize(("rounds", "done"), [(3, 3), (10, 5)])
def test_sequential_loop_ends_by_its_number_or_its_condition(
    real_data: Path, rounds: int, done: int
) -> None:
    name = "operaton/sequential-mi-timer.bpmn"
    drawing = read(real_data, name)[name].replace(b"${nrOfLoops}", b"nrOfLoops")
    drawing = drawing.replace(b"${nrOfCompletedInstances == 5}", b"nrOfCompletedInstances = 5")
    story = Story(drawing, {"nrOfLoops": rounds})
    for _ in range(done):
        assert story.work == ["miTasks"]
        story.complete("miTasks")
    assert story.finished
