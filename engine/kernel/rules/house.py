"""House rules: what a case's main procedure owes to the people who read and judge it.

They speak only about processes that declare `cl:profile="case"`, and they block publishing there.
"""

import re
from collections.abc import Iterator

from engine.domain.acts import AXIS_OF_ACT
from engine.domain.people import Axis
from engine.kernel.findings import Finding
from engine.kernel.rules.registry import define
from engine.kernel.rules.subject import Subject
from engine.kernel.words import (
    FLOW_NODES,
    Node,
    children,
    cl,
    event_definitions,
    extensions,
    flows,
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
        for node in process.iter():
            yield from _one(node, process)
        yield from _clocks(process)
        yield from _ends(process)


def _one(node: Node, process: Node) -> Iterator[Finding]:
    kind = local_name(node)
    if kind in FLOW_NODES and _MACHINE_ID.fullmatch(node.get("id") or ""):
        yield _READABLE.at(node, "nobody can say this id", "name it after what is done")
    if kind == "userTask":
        yield from _user_task(node, process)
    if kind in ("exclusiveGateway", "inclusiveGateway"):
        yield from _labels(node)


def _user_task(node: Node, process: Node) -> Iterator[Finding]:
    if node.get(cl("role")) is None and not _has_lane_role(node, process):
        yield _ROLE.at(node, "nobody knows who does it", "put it into a lane with cl:role")
    act = node.get(cl("act"))
    if act is None or (not act.startswith("=") and act not in AXIS_OF_ACT):
        known = ", ".join(sorted(AXIS_OF_ACT))
        yield _ACT.at(node, f"its act {act!r} is not in the vocabulary", f"one of: {known}")
    else:
        yield from _axis(node, act, process)
    stage = node.get(cl("stage"))
    if stage not in _STAGES and not (stage is None and act in _AT_ANY_STAGE):
        yield _STAGE.at(node, f"its stage is {stage!r}", "name one of the seven stages")
    if node.get(cl("outcomes")) is None and _before_choice(node):
        yield _OUTCOMES.at(node, "a choice follows it", 'write cl:outcomes="…"')


def _axis(node: Node, act: str, process: Node) -> Iterator[Finding]:
    wanted = AXIS_OF_ACT.get(act, Axis.NONE)
    found = node.get(cl("axis")) or _lane_axis(node, process)
    if wanted is not Axis.NONE and found is not None and found != wanted:
        yield _AXIS.at(
            node, f"{act!r} belongs to {wanted}, not to {found}", f"put it into a lane of {wanted}"
        )


def _lane_axis(node: Node, process: Node) -> str | None:
    """The axis of the innermost lane around the node, or around a sub-process that holds it."""
    names = {node.get("id"), *(a.get("id") for a in node.iterancestors())}
    found = None
    for lane in process.iter():
        if local_name(lane) != "lane" or not lane.get(cl("axis")):
            continue
        if any(text_of(r) in names for r in children(lane, "flowNodeRef")):
            found = lane.get(cl("axis"))
    return found


def _has_lane_role(node: Node, process: Node) -> bool:
    """Whether a lane with a role lists the node or a sub-process around it."""
    names = {node.get("id"), *(a.get("id") for a in node.iterancestors())}
    return any(
        local_name(lane) == "lane"
        and lane.get(cl("role"))
        and any(text_of(r) in names for r in children(lane, "flowNodeRef"))
        for lane in process.iter()
    )


def _before_choice(node: Node) -> bool:
    parent = node.getparent()
    if parent is None:
        return False
    targets = {f.get("targetRef") for f in flows(parent) if f.get("sourceRef") == node.get("id")}
    return any(
        local_name(n) == "exclusiveGateway" and n.get("id") in targets and len(_leaving(n)) > 1
        for n in parent
    )


def _leaving(node: Node) -> list[Node]:
    parent = node.getparent()
    return (
        [] if parent is None else [f for f in flows(parent) if f.get("sourceRef") == node.get("id")]
    )


def _labels(node: Node) -> Iterator[Finding]:
    leaving = _leaving(node)
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
