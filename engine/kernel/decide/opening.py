"""上报 / 登记: a case begins."""

from datetime import datetime
from zoneinfo import ZoneInfo

from engine.domain.acts import opening_event
from engine.domain.case import CaseState
from engine.domain.commands import OpenCase
from engine.domain.errors import DefinitionNotFoundError, NotYourWorkItemError
from engine.kernel.compile.model import Element
from engine.kernel.decide import document
from engine.kernel.decide.authorise import posts_of, record_act
from engine.kernel.decide.notify import send_out
from engine.kernel.decide.scope import evaluate
from engine.kernel.decide.stepping import start_instance
from engine.kernel.decide.working import Working

NO_DISTRICT = "000000"


def open_case(w: Working, command: OpenCase) -> None:
    """Writes the first values, gives the case its number 案卷号, starts the main procedure."""
    definition = w.world.model.definitions.get(command.process)
    if definition is None:
        raise DefinitionNotFoundError(f"the release has no process {command.process!r}")
    start = next((e for e in definition.start_events if e.event is None), None)
    start = start or next(iter(definition.start_events))
    if w.world.schema is not None:
        w.world.schema.check_required(command.data)
    _authorise(w, start)
    document.write(w, command.data, start)
    w.state.case_no = _case_number(w)
    act = start.act if isinstance(start.act, str) or start.act is None else evaluate(w, start.act)
    w.emit(opening_event(act), {"case_no": w.state.case_no, "person": w.actor.person}, start)
    record_act(w, None if act is None else str(act), start)
    w.state.enter_stage("collection", w.at)
    send_out(w, "case.opened", {"case_no": w.state.case_no})
    start_instance(w, command.process, start.id)
    w.answer = {"case_id": w.case_id, "case_no": w.state.case_no}


def new_state(at: datetime) -> CaseState:
    return CaseState(case_no="", opened_at=at)


def _authorise(w: Working, start: Element) -> None:
    """A person needs a post of one of the roles that the start event names."""
    if w.actor.person is None or not start.roles:
        return
    for post in posts_of(w.facts, w.actor):
        if post.role in start.roles:
            w.post = post
            return
    raise NotYourWorkItemError(
        f"opening a case is for {', '.join(sorted(start.roles))}",
        rule="authorisation/role",
        element=start.id,
    )


def _case_number(w: Working) -> str:
    """District, local date, counter of the day."""
    district = w.document.get("district") or NO_DISTRICT
    zone = ZoneInfo(w.world.worktime.calendar.zone)
    day = w.at.astimezone(zone).strftime("%Y%m%d")
    counter = w.facts.need(f"number:{district}/{day}")
    return f"{district}{day}{counter:05d}"
