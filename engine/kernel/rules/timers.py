"""Timers: one time each, and one that can be known where the timer stands."""

from collections.abc import Iterator

from engine.domain.errors import EngineError
from engine.domain.limits import parse_point
from engine.kernel.findings import Finding
from engine.kernel.rules.registry import define
from engine.kernel.words import (
    Node,
    child,
    children,
    cl,
    is_event_subprocess,
    is_true,
    local_name,
    text_of,
)

_TIMER = define(
    "event/timer",
    "error",
    "A timer has exactly one time: a duration, a date, a cycle, a clock's point or a working time.",
    "定时事件须有且只有一个时间。",
)
_CYCLE = define(
    "event/cycle-interrupts",
    "warning",
    "A cycle on an event that interrupts or stands in a path fires once.",
    "中断事件或路径中的周期定时只触发一次。",
)
_OPENING = define(
    "event/start-by-clock",
    "error",
    "A process is not started by a case's clock or working time: there is no case yet.",
    "流程不能由案卷计时或工作时启动：此时尚无案卷。",
)
_BY_ITSELF = define(
    "event/start-by-time",
    "info",
    "A timer opens cases by itself, from when its release becomes current until it is replaced.",
    "定时开始事件自发布生效起自动建案，直至被新版本替换。",
)
_BY_NOBODY = define(
    "event/start-by-nobody",
    "warning",
    "A timer opens a case without a person: where roles are named, `system` must be among them.",
    "定时建案无人经手：写有角色时，须包含 `system`。",
)
_TWICE = define(
    "event/same-point",
    "error",
    "One event of a process waits for one point of a clock: it fires once per case and clock.",
    "同一计时的同一时点在一个流程中只能由一个事件等待。",
)
_SYSTEM = "system"
_TIMES = ("timeDuration", "timeDate", "timeCycle")


def check_timer(node: Node, definition: Node, scope: Node) -> Iterator[Finding]:
    """The rules of the timer of an event that may stand here."""
    natural = [c for c in children(definition, *_TIMES) if text_of(c)]
    ours = _our_times(definition)
    if len(natural) + len(ours) != 1:
        yield _TIMER.at(
            node,
            f"it has {len(natural) + len(ours)} times",
            "write one of timeDuration, timeDate, timeCycle, cl:at, cl:after",
        )
    elif natural and local_name(natural[0]) == "timeCycle" and _fires_once(node, scope):
        yield _CYCLE.at(node, "it fires once, not in a cycle", "use a duration")
    if not _opens_cases(node, scope):
        return
    if ours:
        yield _OPENING.at(
            node, "no clock runs before the case is open", "write timeDuration, timeDate, timeCycle"
        )
        return
    yield _BY_ITSELF.at(
        node,
        "a running installation opens a case at each of its times while this release is current",
        "nothing to do, if that is what is meant; times from before are past",
    )
    roles = (node.get(cl("role")) or "").split()
    if roles and not roles[0].startswith("=") and _SYSTEM not in roles:
        yield _BY_NOBODY.at(
            node,
            f"only {', '.join(roles)} may open it, so that the timer is refused each time",
            "add the role system, or draw the timer at a start event of its own",
        )


def check_points(process: Node) -> Iterator[Finding]:
    """A second event on a point would never come: the first one has used it up."""
    first: dict[tuple[str, object], str] = {}
    for mark in process.iter(cl("at")):
        definition = next((a for a in mark.iterancestors() if is_timer(a)), None)
        node = None if definition is None else definition.getparent()
        if node is None:
            continue
        place = (mark.get("clock") or "", _point(mark.get("point") or ""))
        earlier = first.setdefault(place, node.get("id") or "")
        if earlier != node.get("id"):
            yield _TWICE.at(
                node,
                f"{earlier} waits for {mark.get('point')} of {mark.get('clock')} already",
                "do both behind one event, or take another point",
            )


def is_timer(node: Node) -> bool:
    """Whether this is the definition of a timer."""
    return local_name(node) == "timerEventDefinition"


def _point(text: str) -> object:
    try:
        return parse_point(text)
    except EngineError:
        return text


def _our_times(definition: Node) -> list[Node]:
    holder = child(definition, "extensionElements")
    return [] if holder is None else [c for c in holder if "urn:caseloop" in str(c.tag)]


def _opens_cases(node: Node, scope: Node) -> bool:
    return local_name(node) == "startEvent" and local_name(scope) == "process"


def _fires_once(node: Node, scope: Node) -> bool:
    kind = local_name(node)
    if kind == "boundaryEvent":
        return is_true(node, "cancelActivity", default=True)
    if kind != "startEvent":
        return True
    return is_event_subprocess(scope) and is_true(node, "isInterrupting", default=True)
