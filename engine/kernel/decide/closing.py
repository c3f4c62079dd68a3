"""结案 is final: what must be settled before it, and what may still happen after it.

Source: `domain.md` §6.4, rows 22 (no open check, coordination or application) and 28 (void only
before closing).
"""

from engine.domain.acts import AFTER_CLOSING, CLOSING, SETTLED_BEFORE_CLOSING
from engine.domain.case import CLOSED
from engine.domain.errors import WrongStateError
from engine.kernel.compile.model import Element
from engine.kernel.decide.working import Working
from engine.kernel.run import Wait


def refuse_to_close_over(w: Working, wait: Wait, outcome: str | None) -> None:
    """WrongStateError when this answer closes the case while something must be settled first."""
    if (wait.element.act, outcome) != CLOSING:
        return
    for _, other in w.places():
        if other.kind == "work_item" and other.element.act in SETTLED_BEFORE_CLOSING:
            raise WrongStateError(
                f"{other.element.id} is open; it is settled before the case is closed",
                rule="closing/still-open",
                element=other.element.id,
            )


def refuse_after_closing(w: Working, element: Element) -> None:
    """WrongStateError for an act on a case that is closed, but those that follow closing."""
    if w.state.status == CLOSED and element.act is not None and element.act not in AFTER_CLOSING:
        raise WrongStateError(
            f"the case is closed; {element.id} comes too late",
            rule="closing/closed",
            element=element.id,
        )
