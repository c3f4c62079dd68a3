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
_BY_HAND = define(
    "event/start-by-time",
    "warning",
    "A timer that starts a process is played; on a running installation no case opens by it yet.",
    "以时间启动的流程可以试演；运行中的系统尚不会按时自动建案。",
)
_TWICE = define(
    "event/same-point",
    "error",
    "One event of a process waits for one point of a clock: it fires once per case and clock.",
    "同一计时的同一时点在一个流程中只能由一个事件等待。",
)
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
    else:
        yield _BY_HAND.at(
            node, "no node opens a case at this time", "open the case over the API when it is time"
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
