"""Claiming, releasing and completing a work item 人工任务."""

from engine.domain.acts import CLOSING, is_return, is_rework
from engine.domain.case import CLOSED, OpenItem
from engine.domain.clock import to_wire
from engine.domain.commands import ClaimWorkItem, CompleteWorkItem, ReleaseWorkItem
from engine.domain.errors import (
    NotYourWorkItemError,
    ReasonRequiredError,
    UnknownOutcomeError,
    WorkItemAlreadyClaimedError,
    WorkItemNotFoundError,
)
from engine.domain.texts import is_blank
from engine.kernel.compile.model import Element
from engine.kernel.decide import document
from engine.kernel.decide.authorise import authorise_item, record_act, separate
from engine.kernel.decide.clocks import apply_clock_words
from engine.kernel.decide.closing import refuse_after_closing, refuse_to_close_over
from engine.kernel.decide.stepping import advance, find_wait, note_domain_event
from engine.kernel.decide.working import Working
from engine.kernel.run import Wait

ItemCommand = ClaimWorkItem | ReleaseWorkItem | CompleteWorkItem


def claim(w: Working, command: ClaimWorkItem) -> None:
    """签收. Separation is checked here already, so that nobody holds what he may not finish.

    Before the post: whoever has done an act that excludes this one hears of that act, whatever
    post he holds.
    """
    item, wait = _find(w, command)
    separate(w, wait.element)
    w.post = authorise_item(w, item, wait.element)
    _refuse_other_holder(w, item)
    w.state.items[(command.instance, command.token)] = item.held_by(w.actor.person)
    w.emit("work_item.claimed", {"person": w.actor.person}, wait.element, item.round)


def release(w: Working, command: ReleaseWorkItem) -> None:
    """Only the holder gives a work item back."""
    item, wait = _find(w, command)
    if item.holder is None or item.holder != w.actor.person:
        raise NotYourWorkItemError(
            f"{item.holder or 'nobody'} holds this work item", rule="authorisation/holder"
        )
    w.post = authorise_item(w, item, wait.element)
    w.state.items[(command.instance, command.token)] = item.held_by(None)
    w.emit("work_item.released", {"person": w.actor.person}, wait.element, item.round)


def complete(w: Working, command: CompleteWorkItem) -> None:
    """Finishes a work item: outcome, reason and outputs are checked before anything is written."""
    item, wait = _find(w, command)
    element = wait.element
    separate(w, element)
    w.post = authorise_item(w, item, element)
    _refuse_other_holder(w, item)
    refuse_after_closing(w, element)
    outcome = _check_answer(element, command)
    refuse_to_close_over(w, wait, outcome)
    data = {**command.data, **document.closing_values(w, element, outcome, command.data)}
    document.check_outputs(w, element.outputs, data, outcome=outcome)
    added = document.filing_values(w, element, outcome, data)
    _tell(w, command, item, element, outcome)
    document.write(w, {**data, **added}, element, item.round)
    record_act(w, element.fixed_act, element)
    _count(w, element, outcome)
    note_domain_event(w, element, element.fixed_act, outcome)
    apply_clock_words(w, element, outcome, wait.scope)
    del w.state.items[(command.instance, command.token)]
    advance(w, command.instance, lambda i: i.complete(command.token, outcome))


def _find(w: Working, command: ItemCommand) -> tuple[OpenItem, Wait]:
    item = w.state.items.get((command.instance, command.token))
    wait = None if item is None else find_wait(w, command.instance, command.token)
    if item is None or wait is None:
        raise WorkItemNotFoundError(
            rule="state/not-open", open=[i.element for i in w.state.items.values()]
        )
    return item, wait


def _refuse_other_holder(w: Working, item: OpenItem) -> None:
    if item.holder is not None and item.holder != w.actor.person:
        raise WorkItemAlreadyClaimedError(f"{item.holder} holds this work item", holder=item.holder)


def _check_answer(element: Element, command: CompleteWorkItem) -> str | None:
    outcome = command.outcome
    if element.outcomes and outcome not in element.outcomes:
        raise UnknownOutcomeError(
            f"{element.id} has no outcome {outcome!r}; it has: {', '.join(element.outcomes)}",
            rule="outcome/not-declared",
            outcomes=list(element.outcomes),
        )
    needs_reason = element.reason_required
    if ("*" in needs_reason or outcome in needs_reason) and is_blank(command.reason):
        raise ReasonRequiredError(
            f"outcome {outcome!r} of {element.id} needs a reason", rule="reason/required"
        )
    return outcome


def _tell(
    w: Working, command: CompleteWorkItem, item: OpenItem, element: Element, outcome: str | None
) -> None:
    data = {
        "opened_at": to_wire(item.opened_at),
        "outcome": outcome,
        "person": w.actor.person,
        "reason": command.reason,
    }
    w.emit(
        "work_item.completed",
        {k: v for k, v in data.items() if v is not None},
        element,
        item.round,
    )


def _count(w: Working, element: Element, outcome: str | None) -> None:
    act = element.fixed_act
    w.state.rework += is_rework(act, outcome)
    w.state.returns += is_return(act, outcome)
    if (act, outcome) == CLOSING:
        w.state.status, w.state.outcome, w.state.closed_at = CLOSED, outcome, w.at
