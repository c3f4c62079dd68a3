"""Who may open a case, and as which act: worked out where the start event says it in FEEL."""

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from engine.domain.acts import AXIS_OF_ACT
from engine.feel import Expression
from engine.kernel.compile.model import Definition, Element

_TEXTS = re.compile(r'"([^"\\]*)"')


class Opening(NamedTuple):
    """One way to open a case; without a role anybody may, without an act nobody counts it."""

    start: str
    role: str | None
    act: str | None


def openings(definition: Definition) -> tuple[Opening, ...]:
    """Every way to open a case."""
    found = [way for start in definition.start_events for way in _ways(start)]
    return tuple(dict.fromkeys(found))


def opening_acts(start: Element) -> tuple[str, ...]:
    """The acts as which a case may be opened here: what is worked out, and what is named."""
    named = _TEXTS.findall(start.act.text) if isinstance(start.act, Expression) else ()
    given = {way.act for way in _ways(start)} | set(named)
    return tuple(act for act in AXIS_OF_ACT if act in given)


def _ways(start: Element) -> Iterator[Opening]:
    """Tries the texts that the expressions themselves compare with, and none of them."""
    asked = [e for e in (start.opens, start.act) if isinstance(e, Expression)]
    names = sorted({path[0] for e in asked for path in e.variables if path})
    texts = dict.fromkeys(text for e in asked for text in _TEXTS.findall(e.text))
    for text in (None, *texts):
        yield from _read(start, dict.fromkeys(names, text))


def _read(start: Element, context: dict[str, Any]) -> Iterator[Opening]:
    act = start.act.evaluate(context) if isinstance(start.act, Expression) else start.act
    act = act if isinstance(act, str) and act in AXIS_OF_ACT else None
    said = " ".join(start.roles) if start.opens is None else start.opens.evaluate(context)
    roles: list[str | None] = [*said.split()] if isinstance(said, str) else []
    for role in roles or [None]:
        yield Opening(start.id, role, act)
