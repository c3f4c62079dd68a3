"""Timers of a diagram: points of a clock, working durations, ISO 8601 times."""

from decimal import Decimal, InvalidOperation
from typing import Any

from engine.domain.errors import EngineError
from engine.domain.limits import parse_limit, parse_point
from engine.feel import Expression
from engine.kernel import iso
from engine.kernel.compile.constants import TIMES, used_as
from engine.kernel.compile.model import After, AtClock, IsoCycle, IsoDate, IsoDuration, Timer
from engine.kernel.compile.reading import Reading
from engine.kernel.words import Node, children, cl, local_name, text_of

_ISO: dict[str, Any] = {"timeDuration": IsoDuration, "timeDate": IsoDate, "timeCycle": IsoCycle}
_CHECKS: dict[str, Any] = {
    "timeDuration": iso.parse_duration,
    "timeDate": iso.parse_date,
    "timeCycle": iso.parse_cycle,
}


def read_timer(
    node: Node, definition: Node, clocks: frozenset[str], reading: Reading
) -> Timer | None:
    """The one time of a timer; None (and a finding) when it cannot be read."""
    for mark in reading.children(definition, "at", "clock", "point"):
        return _at_clock(node, mark, clocks, reading)
    for mark in reading.children(definition, "after", "amount", "unit"):
        return _after(node, mark, reading)
    for time in children(definition, *_ISO):
        if text_of(time):
            return _natural(node, time, reading)
    return None


def _at_clock(node: Node, mark: Node, clocks: frozenset[str], reading: Reading) -> AtClock | None:
    clock, point = mark.get("clock") or "", mark.get("point") or ""
    if clock not in clocks:
        known = ", ".join(sorted(clocks)) or "none"
        reading.refuse(node, f"the process has no clock {clock!r}", f"clocks here: {known}")
        return None
    try:
        parse_point(point)
    except EngineError as exc:
        reading.refuse(node, f"{point!r} is no point of a clock: {exc}", "80 %, 100 %, +4 工作时")
        return None
    return AtClock(clock, point)


def _after(node: Node, mark: Node, reading: Reading) -> After | None:
    amount, unit = mark.get("amount") or "", mark.get("unit") or ""
    if amount.startswith("="):
        compiled = reading.expression(node, amount, "the amount of cl:after")
        return None if compiled is None else After(compiled, unit)
    try:
        number = Decimal(amount)
        parse_limit(f"{amount} {unit}")
    except (InvalidOperation, EngineError) as exc:
        reading.refuse(node, f"cl:after {amount} {unit} is no duration: {exc}", "2 工作时")
        return None
    return After(number, unit)


def _natural(node: Node, time: Node, reading: Reading) -> Timer | None:
    kind, text = local_name(time), text_of(time)
    value: Expression | str | None = text
    if text.startswith("=") or "${" in text or "#{" in text:
        value = used_as(TIMES[kind], node, reading.expression(node, text, kind), kind, reading)
    else:
        try:
            _CHECKS[kind](text)
        except ValueError as exc:
            reading.refuse(
                node, f"{kind} cannot be read: {exc}", "PT10M, P1D, R3/PT10M, …Z or =FEEL"
            )
            return None
    timer: Timer | None = None if value is None else _ISO[kind](value)
    return timer


def clock_names(process: Node) -> frozenset[str]:
    """The names of the process's clocks."""
    holders = (c for c in process if local_name(c) == "extensionElements")
    return frozenset(
        mark.get("name") or "" for holder in holders for mark in holder.findall(cl("clock"))
    )
