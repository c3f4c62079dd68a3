"""For whom a new work item waits: role, unit, duty grid, settled when it opens.

A check must not fall to who reported or handled. When nobody else is on duty in the case's duty
grid 责任网格, the item goes to the neighbouring ones, then to the duty officer (`design.md` §5).
"""

from engine.domain.case import OpenItem
from engine.domain.facts import roster_key
from engine.domain.people import FALLBACK_ROLE
from engine.kernel.compile.model import Element
from engine.kernel.decide.authorise import eligible
from engine.kernel.decide.scope import evaluate
from engine.kernel.decide.working import Working
from engine.kernel.run import Wait


def open_item(w: Working, wait: Wait) -> OpenItem:
    """The new work item of a waiting user task."""
    element = wait.element
    unit = None if element.unit is None else evaluate(w, element.unit, wait.scope)
    role, grid = _role(w, wait), None
    if element.duty_grid is not None:
        wanted = evaluate(w, element.duty_grid, wait.scope)
        role, grid = _on_duty(w, element, role, None if wanted is None else str(wanted))
    return OpenItem(
        element=element.id,
        round=w.state.next_round(element.id),
        opened_at=w.at,
        role=role,
        axis=element.asked_axis,
        unit=None if unit is None else str(unit),
        duty_grid=grid,
    )


def _role(w: Working, wait: Wait) -> str | None:
    """The role that the diagram names, or works out: who replies to an escalation is data."""
    role = wait.element.role
    if role is None or isinstance(role, str):
        return role
    found = evaluate(w, role, wait.scope)
    return None if found is None else str(found)


def _on_duty(
    w: Working, element: Element, role: str | None, grid: str | None
) -> tuple[str | None, str | None]:
    """The role and duty grid where somebody is free to do it."""
    if grid is None or role is None:
        return role, grid
    row = w.facts.need(f"duty_grid:{grid}")
    for place in (grid, *(row.get("neighbours", ()) if row else ())):
        roster = w.facts.need(roster_key(role, duty_grid=place))
        if eligible(w, element, roster):
            return role, place
    return FALLBACK_ROLE, None
