"""House rules: what a case's main procedure owes to the people who read and judge it.

They speak only about processes that declare `cl:profile="case"`, and they block publishing there.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from engine.domain.acts import AXIS_OF_ACT
from engine.domain.people import Axis
from engine.kernel.findings import Finding
from engine.kernel.rules.registry import define
from engine.kernel.rules.subject import Subject
from engine.kernel.task_words import job_topic, topic_of
from engine.kernel.words import (
    FLOW_NODES,
    TASKS,
    Node,
    bpmn,
    children,
    cl,
    event_definitions,
    extensions,
    local_name,
    text_of,
)

_READABLE = define(
    "house/readable-id",
    "warning",
    "Ids are words that a person can say aloud.",
    "id 应是人能读出来的词。",
)
_ROLE = define(
    "house/role", "warning", "Every user task stands in a lane with a role.", "用户任务须有角色。"
)
_ACT = define(
    "house/act",
    "warning",
    "Every user task names an act of the vocabulary.",
    "用户任务须写明词汇表中的行为。",
)
_AXIS = define(
    "house/axis",
    "warning",
    "An act is done on its own axis: supervision, command or handling.",
    "行为须在其所属的轴（监督、指挥、处置）上进行。",
)
_STAGE = define(
    "house/stage", "warning", "Every user task names its stage.", "用户任务须写明环节。"
)
_OUTCOMES = define(
    "house/outcomes",
    "warning",
    "A user task before a choice declares its outcomes.",
    "选择之前的用户任务须声明结果。",
)
_LIMIT = define("house/limit", "warning", "Every clock has a limit.", "每个计时须有时限。")
_END = define(
    "house/end-outcome",
    "warning",
    "Main ends are terminate ends that name an outcome.",
    "主流程的结束须为终止结束并写明结果。",
)
_TOPIC = define(
    "house/topic",
    "warning",
    "Every task that a system does names its topic.",
    "由系统完成的任务须写明主题。",
)
_LABEL = define(
    "house/label",
    "warning",
    "Every flow out of a choice has a name or is the default.",
    "选择的每条流出须有名称或为默认流。",
)

#: Done beside the main course, whatever stage the case is in.
_AT_ANY_STAGE = frozenset({"reply", "void"})
_MACHINE_ID = re.compile(r"(Activity|Gateway|Event|Flow|Task|StartEvent|EndEvent)_[0-9a-z]{6,}")
_STAGES = frozenset(
    {"collection", "filing", "dispatch", "handling", "feedback", "closing", "evaluation"}
)


def check(subject: Subject) -> Iterator[Finding]:
    """All rules of this family."""
    for process in subject.processes:
        if process.get(cl("profile")) != "case":
            continue
        drawing = _read(process)
        for node in process.iter():
            yield from _one(node, drawing)
        yield from _clocks(process)
        yield from _ends(process)


@dataclass(frozen=True, slots=True)
class _Drawing:
    """What the rules ask of one process, looked up once."""

    #: ids that a lane with a role lists, and the axis of those that a lane with one lists
    with_role: set[str]
    axes: dict[str, tuple[int, str]]
    leaving: dict[str, list[Node]]
    #: ids of exclusive gateways with several ways out
    choices: set[str]


def _read(process: Node) -> _Drawing:
    drawing = _Drawing(set(), {}, {}, set())
    for flow in process.iter(bpmn("sequenceFlow")):
        drawing.leaving.setdefault(flow.get("sourceRef") or "", []).append(flow)
    for place, lane in enumerate(process.iter(bpmn("lane"))):
        for name in (text_of(r) for r in children(lane, "flowNodeRef")):
            if lane.get(cl("role")):
                drawing.with_role.add(name)
            if lane.get(cl("axis")):  # an inner lane stands behind its outer one and wins
                drawing.axes[name] = place, lane.get(cl("axis")) or ""
    for gateway in process.iter(bpmn("exclusiveGateway")):
        if len(drawing.leaving.get(gateway.get("id") or "", [])) > 1:
            drawing.choices.add(gateway.get("id") or "")
    return drawing


def _one(node: Node, drawing: _Drawing) -> Iterator[Finding]:
    kind = local_name(node)
    if kind in FLOW_NODES and _MACHINE_ID.fullmatch(node.get("id") or ""):
        yield _READABLE.at(node, "nobody can say this id", "name it after what is done")
    if kind == "userTask":
        yield from _user_task(node, drawing)
    if kind in TASKS and topic_of(node) is None and job_topic(node) is not None:
        yield _TOPIC.at(node, "nobody knows which worker does it", 'write cl:topic="…"')
    if kind in ("exclusiveGateway", "inclusiveGateway"):
        yield from _labels(node, drawing)


def _user_task(node: Node, drawing: _Drawing) -> Iterator[Finding]:
    if node.get(cl("role")) is None and not any(n in drawing.with_role for n in _around(node)):
        yield _ROLE.at(node, "nobody knows who does it", "put it into a lane with cl:role")
    act = node.get(cl("act"))
    if act is None or (not act.startswith("=") and act not in AXIS_OF_ACT):
        known = ", ".join(sorted(AXIS_OF_ACT))
        yield _ACT.at(node, f"its act {act!r} is not in the vocabulary", f"one of: {known}")
    else:
        yield from _axis(node, act, drawing)
    stage = node.get(cl("stage"))
    if stage not in _STAGES and not (stage is None and act in _AT_ANY_STAGE):
        yield _STAGE.at(node, f"its stage is {stage!r}", "name one of the seven stages")
    if node.get(cl("outcomes")) is None and _before_choice(node, drawing):
        yield _OUTCOMES.at(node, "a choice follows it", 'write cl:outcomes="…"')


def _axis(node: Node, act: str, drawing: _Drawing) -> Iterator[Finding]:
    wanted = AXIS_OF_ACT.get(act, Axis.NONE)
    lanes = [drawing.axes[name] for name in _around(node) if name in drawing.axes]
    found = node.get(cl("axis")) or (max(lanes)[1] if lanes else None)
    if wanted is not Axis.NONE and found is not None and found != wanted:
        yield _AXIS.at(
            node, f"{act!r} belongs to {wanted}, not to {found}", f"put it into a lane of {wanted}"
        )


def _around(node: Node) -> Iterator[str]:
    """The node's own id and those of the sub-processes that hold it."""
    return (n.get("id") or "" for n in (node, *node.iterancestors()))


def _before_choice(node: Node, drawing: _Drawing) -> bool:
    leaving = drawing.leaving.get(node.get("id") or "", [])
    return any(flow.get("targetRef") in drawing.choices for flow in leaving)


def _labels(node: Node, drawing: _Drawing) -> Iterator[Finding]:
    leaving = drawing.leaving.get(node.get("id") or "", [])
    for flow in leaving if len(leaving) > 1 else []:
        if not flow.get("name") and flow.get("id") != node.get("default"):
            yield _LABEL.at(flow, "nobody can read when it is taken", "name it")


def _clocks(process: Node) -> Iterator[Finding]:
    for clock in extensions(process, "clock"):
        if not clock.get("limit"):
            name = clock.get("name")
            yield _LIMIT.at(process, f"the clock {name!r} has no limit", 'write limit="=…"')


def _ends(process: Node) -> Iterator[Finding]:
    for node in children(process, "endEvent"):
        terminates = any(
            local_name(d) == "terminateEventDefinition" for d in event_definitions(node)
        )
        if not terminates or not node.get(cl("outcome")):
            yield _END.at(
                node,
                "a main end terminates the case and names its outcome",
                "make it a terminate end and write cl:outcome",
            )
