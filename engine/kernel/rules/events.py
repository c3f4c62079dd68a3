"""Events: which kind may stand where, and that its references lead somewhere."""

from collections.abc import Iterator

from engine.kernel.findings import Finding
from engine.kernel.normalise import LINK_MARK
from engine.kernel.rules.registry import define
from engine.kernel.rules.subject import Subject
from engine.kernel.rules.timers import check_points, check_timer
from engine.kernel.words import (
    ACTIVITIES,
    EVENTS,
    Node,
    child,
    event_definitions,
    event_kind,
    flow_nodes,
    is_event_subprocess,
    is_true,
    local_name,
)

_KIND = define(
    "event/not-supported",
    "error",
    "This kind of event is not executed here.",
    "此处不支持该类事件。",
)
_SHARED = define(
    "event/shared-definition",
    "error",
    "An event's definition stands inside it, or at the top of the file under the name it gives.",
    "事件定义须写在事件之内，或按其引用写在文件顶层。",
)
_NOTHING = define(
    "event/nothing-to-wait-for",
    "error",
    "A catching or boundary event says what it waits for.",
    "捕获事件或边界事件须写明等待什么。",
)
_REFERENCE = define(
    "event/reference",
    "error",
    "An event names a message, signal, error or escalation of the file.",
    "事件须引用文件中的消息、信号、错误或升级。",
)
_ATTACHED = define(
    "event/attached",
    "error",
    "A boundary event is attached to an activity of its own scope.",
    "边界事件须附着在同一范围的活动上。",
)
_INTERRUPTING = define(
    "event/interrupting",
    "error",
    "An error or a cancellation always interrupts.",
    "错误和取消事件一定是中断的。",
)
_EVENT_SUB = define(
    "event/sub-process-start",
    "error",
    "An event sub-process has one start event with one event.",
    "事件子流程须有且只有一个带事件的开始。",
)
_STARTER = define(
    "event/start-of-process",
    "error",
    "A process is started by itself, a message, a signal or a time, not by what a case knows.",
    "流程可直接启动，或由消息、信号、时间启动，不能由案卷内的条件或计时启动。",
)
_HERE: dict[str, frozenset[str]] = {
    "startEvent": frozenset({"message", "signal", "timer"}),
    "endEvent": frozenset(
        {"message", "signal", "error", "escalation", "terminate", "compensate", "cancel"}
    ),
    "intermediateCatchEvent": frozenset({"message", "signal", "timer", "conditional"}),
    "intermediateThrowEvent": frozenset({"message", "signal", "escalation", "compensate"}),
    "boundaryEvent": frozenset(
        {
            "message",
            "signal",
            "timer",
            "conditional",
            "error",
            "escalation",
            "compensate",
            "cancel",
        }
    ),
}
_EVENT_STARTS = frozenset(
    {"message", "signal", "timer", "conditional", "error", "escalation", "compensate"}
)
_WAY_OUT = {
    "compensate": "throw it, or attach it to an activity",
    "cancel": "end a transaction by it",
}
_REFERENCES = {
    "message": ("messageRef", "message"),
    "signal": ("signalRef", "signal"),
    "error": ("errorRef", "error"),
    "escalation": ("escalationRef", "escalation"),
}


def check(subject: Subject) -> Iterator[Finding]:
    """All rules of this family."""
    for process in subject.processes:
        yield from check_points(process)
    for scope in subject.scopes():
        activities = {n.get("id") for n in flow_nodes(scope) if _can_carry(n)}
        for node in flow_nodes(scope):
            kind = local_name(node)
            if kind in EVENTS:
                yield from _event(node, scope, subject)
            if kind == "boundaryEvent" and node.get("attachedToRef") not in activities:
                yield _ATTACHED.at(
                    node,
                    f"it is attached to {node.get('attachedToRef')!r}, which is no activity here",
                    "attach it to an activity",
                )
            if is_event_subprocess(node):
                yield from _event_subprocess(node)


def _can_carry(node: Node) -> bool:
    return local_name(node) in ACTIVITIES and not is_event_subprocess(node)


def _event(node: Node, scope: Node, subject: Subject) -> Iterator[Finding]:
    definitions = event_definitions(node)
    if child(node, "eventDefinitionRef") is not None:
        yield _SHARED.at(
            node, "it refers to a definition that is not there", "write it inside the event"
        )
    elif not definitions:
        yield from _plain(node)
    for definition in definitions:
        yield from _definition(node, definition, scope, subject)


def _definition(node: Node, definition: Node, scope: Node, subject: Subject) -> Iterator[Finding]:
    kind = event_kind(definition)
    if kind not in _allowed(node, scope):
        yield from _misplaced(node, kind, scope)
        return
    yield from _refers(node, definition, subject)
    if kind == "timer":
        yield from check_timer(node, definition, scope)
    if kind in _INTERRUPTS and not is_true(node, "cancelActivity", default=True):
        yield _INTERRUPTING.at(node, "it does not interrupt", f"let the {kind} interrupt")


def _plain(node: Node) -> Iterator[Finding]:
    if node.get(LINK_MARK):
        return
    if local_name(node) in ("intermediateCatchEvent", "boundaryEvent"):
        yield _NOTHING.at(node, "it waits for nothing", "choose message, signal or timer")


def _allowed(node: Node, scope: Node) -> frozenset[str]:
    if local_name(node) != "startEvent":
        return _HERE[local_name(node)]
    if is_event_subprocess(scope):
        return _EVENT_STARTS
    return _HERE["startEvent"] if local_name(scope) == "process" else frozenset()


def _misplaced(node: Node, kind: str, scope: Node) -> Iterator[Finding]:
    if kind == "link":  # judged as a pair, in the family of links
        return
    if local_name(node) == "startEvent" and local_name(scope) == "process":
        yield _STARTER.at(
            node,
            f"nothing would start the process by a {kind}",
            "start it without an event, by a message, a signal or a timer",
        )
    else:
        way_out = _WAY_OUT.get(kind, "choose another kind of event")
        yield _KIND.at(node, f"a {kind} event cannot be executed here", way_out)


def _refers(node: Node, definition: Node, subject: Subject) -> Iterator[Finding]:
    kind = event_kind(definition)
    if kind not in _REFERENCES:
        return
    attribute, target = _REFERENCES[kind]
    name = definition.get(attribute)
    if name is None and kind in ("error", "escalation") and local_name(node) in _CATCH_ALL:
        return
    if name is None:
        yield _REFERENCE.at(node, f"its {kind} has no {attribute}", f"choose the {target}")
        return
    found = subject.named(target, name)
    if found is None:
        yield _REFERENCE.at(
            node,
            f"{attribute} {name!r} names no {target} of this file",
            f'add <{target} id="{name}" …> and choose it',
        )
        return
    wanted = {"error": "errorCode", "escalation": "escalationCode"}.get(kind, "name")
    told = (found.get(wanted) or "").strip()
    if not told and local_name(node) not in _CATCH_ALL:
        yield _REFERENCE.at(
            node, f"the {target} {name!r} has no {wanted}", f"give the {target} a {wanted}"
        )
    elif not told and kind in ("message", "signal"):
        yield _REFERENCE.at(node, f"the {target} {name!r} has no name", f"name the {target}")


_INTERRUPTS = frozenset({"error", "cancel"})
_CATCH_ALL = ("boundaryEvent", "startEvent")


def _event_subprocess(node: Node) -> Iterator[Finding]:
    starts = [n for n in flow_nodes(node) if local_name(n) == "startEvent"]
    if len(starts) != 1 or not event_definitions(starts[0]):
        yield _EVENT_SUB.at(
            node, f"it has {len(starts)} start events", "draw one start event with an event"
        )
        return
    kinds = {event_kind(definition) for definition in event_definitions(starts[0])}
    if "error" in kinds and not is_true(starts[0], "isInterrupting", default=True):
        yield _INTERRUPTING.at(starts[0], "it does not interrupt", "let the error interrupt")
