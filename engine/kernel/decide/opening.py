"""上报 / 登记: a case begins."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from engine.domain.acts import opening_event
from engine.domain.case import CaseState
from engine.domain.clock import from_wire
from engine.domain.commands import OpenCase
from engine.domain.errors import (
    DefinitionNotFoundError,
    ForbiddenError,
    NotYourWorkItemError,
    WrongStateError,
)
from engine.feel import Expression, to_json
from engine.kernel.compile.model import Definition, Element
from engine.kernel.decide import document
from engine.kernel.decide.authorise import SYSTEM_ROLE, posts_of, record_act
from engine.kernel.decide.notify import send_out
from engine.kernel.decide.stepping import start_instance
from engine.kernel.decide.working import Working

NO_DISTRICT = "000000"
#: Nobody reports in the name of a machine: the act is a collector's own.
OF_A_PERSON = "report"


def open_case(w: Working, command: OpenCase) -> None:
    """Writes the first values, gives the case its number 案卷号, starts the main procedure."""
    definition = w.world.model.definitions.get(command.process)
    if definition is None:
        raise DefinitionNotFoundError(f"the release has no process {command.process!r}")
    start = _start_of(definition, command.start)
    late = _late_seconds(w, command)
    if w.world.schema is not None:
        w.world.schema.check_required(command.data)
    _check_declared(w, definition, start, command.data)
    act = _said(w, start.act, command.data)
    act = None if act is None else str(act)
    _authorise(w, start, _roles(w, start, command.data), act)
    if act == OF_A_PERSON:
        document.check_place(start.outputs, command.data)
    document.write(w, command.data, start)
    w.state.case_no = _case_number(w)
    w.emit(opening_event(act), {"case_no": w.state.case_no, "person": w.actor.person}, start)
    if command.cause is not None:
        w.emit("signal.received", {"cause": command.cause, "reached": True}, start)
    if late is not None:
        w.emit("timer.fired", {"due": command.due, "late_seconds": late}, start)
    record_act(w, act, start)
    w.state.enter_stage("collection", w.at)
    send_out(w, "case.opened", {"case_no": w.state.case_no})
    start_instance(w, command.process, start.id if definition.start_events else None)
    w.answer = {"case_id": w.case_id, "case_no": w.state.case_no}


def _start_of(definition: Definition, wanted: str | None) -> Element:
    """The start event that is named, else the usual one."""
    starts = definition.start_events
    if wanted is not None:
        named = next((e for e in starts if e.id == wanted), None)
        if named is None:
            raise DefinitionNotFoundError(
                f"{definition.process_id} has no start event {wanted!r}; it has: "
                f"{', '.join(e.id for e in starts) or 'none'}"
            )
        return named
    return definition.usual_start


def _late_seconds(w: Working, command: OpenCase) -> int | None:
    """How late the start event's timer opens the case; None when somebody does."""
    if command.due is None:
        return None
    due = from_wire(command.due)
    if due > w.at:
        raise WrongStateError("this timer is not due yet", rule="timer/not-due")
    return int((w.at - due).total_seconds())


def new_state(at: datetime) -> CaseState:
    return CaseState(case_no="", opened_at=at)


def _check_declared(
    w: Working, definition: Definition, start: Element, data: Mapping[str, Any]
) -> None:
    """A report brings what the start event declares, so that nobody opens a case half-way done.

    A diagram drawn elsewhere declares nothing there: it may be given any field of the schema.
    """
    if start.outputs or definition.profile == "case":
        document.check_outputs(w, start.outputs, data)


def _said(w: Working, word: Expression | str | None, data: Mapping[str, Any]) -> Any:
    """A word of the start event, read from what is given: nothing is written yet."""
    if not isinstance(word, Expression):
        return word
    return to_json(word.evaluate({**data, "case": dict(data)}, now=w.at))


def _roles(w: Working, start: Element, data: Mapping[str, Any]) -> frozenset[str] | None:
    """Who may open; None where the diagram does not say. An expression that finds none: nobody."""
    if not isinstance(start.opens, Expression):
        return frozenset(start.roles) or None
    found = _said(w, start.opens, data)
    return frozenset(found.split()) if isinstance(found, str) else frozenset()


def _authorise(w: Working, start: Element, roles: frozenset[str] | None, act: str | None) -> None:
    """Where the start event names roles or an act, a person opens, with a post of such a role."""
    if w.actor.person is None:
        _authorise_system(start, roles, act)
        return
    if roles is None:
        return
    for post in posts_of(w.facts, w.actor):
        if post.role in roles:
            w.post = post
            return
    raise NotYourWorkItemError(
        f"opening this case is for {', '.join(sorted(roles)) or 'nobody'}",
        rule="authorisation/role",
        element=start.id,
    )


def _authorise_system(start: Element, roles: frozenset[str] | None, act: str | None) -> None:
    unsaid = roles is None and act is None
    named = roles is not None and SYSTEM_ROLE in roles and act != OF_A_PERSON
    if not (unsaid or named):
        raise ForbiddenError(
            "a person must open this case; a key names him with the header Acting-For",
            rule="authorisation/person",
            element=start.id,
        )


def _case_number(w: Working) -> str:
    """District, local date, counter of the day."""
    district = w.document.get("district") or NO_DISTRICT
    zone = ZoneInfo(w.world.worktime.calendar.zone)
    day = w.at.astimezone(zone).strftime("%Y%m%d")
    counter = w.facts.need(f"number:{district}/{day}")
    return f"{district}{day}{counter:05d}"
