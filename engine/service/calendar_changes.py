"""A newer version of a calendar reaches the live cases: first a dry run, then one order.

The order is an entry of the calendar's stream; each case then gets one command of its own, in a
transaction of its own. An order that was interrupted is carried on by giving it again.
"""

import json
from dataclasses import dataclass, field
from typing import Any

from engine.domain import clocks as domain_clocks
from engine.domain.calendars import Calendar
from engine.domain.commands import RecomputeDeadlines
from engine.domain.errors import (
    CaseNotFoundError,
    EngineError,
    ReleaseNotFoundError,
    StoreUnavailableError,
    WrongStateError,
)
from engine.domain.journal import Event
from engine.domain.people import Actor
from engine.domain.rows import Receipt
from engine.domain.worktime import Worktime, worktime_for
from engine.service.administration import Changed, record
from engine.service.executor import Answer, execute
from engine.service.installation import Installation, split_calendar
from engine.store import Reader, UnitOfWork
from engine.store.queries.calendar_cases import (
    PinnedCase,
    count_pinned,
    list_earlier_versions,
    list_pinned,
)
from engine.store.queries.journal import find_last_entry
from engine.store.queries.releases import find_calendar, find_installation

BEGUN, DONE = "calendar.change_begun", "calendar.change_done"


@dataclass(frozen=True, slots=True)
class _Target:
    """The version that the cases are to go on to, and those that they come from."""

    calendar: Calendar
    worktime: Worktime
    earlier: tuple[str, ...]

    @property
    def pin(self) -> str:
        return f"{self.calendar.id}@{self.calendar.version}"

    @property
    def stream(self) -> str:
        return f"calendar:{self.calendar.id}"


@dataclass(slots=True)
class _Account:
    """What one call did."""

    cases: int = 0
    deadlines: int = 0
    gone: int = 0
    failed: list[dict[str, Any]] = field(default_factory=list)


def preview(
    inst: Installation,
    actor: Actor,
    *,
    calendar: str | None = None,
    cursor: str | None = None,
    limit: int = 100,
) -> dict[str, Any]:
    """A dry run over the next `limit` live cases: which deadlines would move, and how.

    `calendar` is `cn@2`; unsaid, the current one. `examined` cases were looked at for this page.
    """
    del actor
    target = _target(inst, calendar)
    with inst.database.reads() as reader:
        waiting = sum(count_pinned(reader, target.earlier).values())
        found = list_pinned(reader, target.earlier, cursor=cursor, limit=limit)
    items = [item for case in found.items for item in _moves(case, target)]
    return {
        "calendar": target.pin,
        "examined": len(found.items),
        "items": items,
        "next_cursor": found.next_cursor,
        "waiting": waiting,
    }


def _moves(case: PinnedCase, target: _Target) -> list[dict[str, Any]]:
    """The clocks of a case whose deadline would be another one."""
    found = []
    for data in json.loads(case.state)["clocks"].values():
        before = domain_clocks.from_json(data)
        if before.stopped_at is not None:
            continue
        after = domain_clocks.recompute(before, target.worktime)
        if domain_clocks.has_moved(before, after):
            found.append(_move(case, target, before, after))
    return found


def _move(
    case: PinnedCase,
    target: _Target,
    before: domain_clocks.ClockState,
    after: domain_clocks.ClockState,
) -> dict[str, Any]:
    return {
        "calendar_after": target.pin,
        "calendar_before": case.calendar,
        "case_id": case.case_id,
        "case_no": case.case_no,
        "clock": before.name,
        "due_after": after.due_at,
        "due_before": before.due_at,
        "provisional_after": after.provisional,
        "provisional_before": before.provisional,
    }


def apply(
    inst: Installation,
    actor: Actor,
    *,
    calendar: str | None = None,
    cursor: str | None = None,
    limit: int = 100,
) -> Answer:
    """Takes the next `limit` live cases to a version; `next_cursor` says where to go on.

    The first call writes the order into the calendar's stream, the last one that it was carried
    out. Giving it again, after a failure or a kill, goes on with the cases that are left.
    """
    target = _target(inst, calendar)
    order = _order(inst, actor, target)
    account, last = _Account(), None
    if order is not None:
        last = _carry_out(inst, actor, target, order, account, cursor, limit)
    with inst.database.reads() as reader:
        left = sum(count_pinned(reader, target.earlier).values())
    receipt = order
    if order is not None and left == 0:
        receipt = _finish(inst, actor, target, order)
    data = {
        "calendar": target.pin,
        "cases": account.cases,
        "deadlines": account.deadlines,
        "failed": account.failed,
        "gone": account.gone,
        "left": left,
        "next_cursor": last,
    }
    return Answer(receipt, data)


def _carry_out(  # noqa: PLR0917 the whole of one call
    inst: Installation,
    actor: Actor,
    target: _Target,
    order: Receipt,
    account: _Account,
    cursor: str | None,
    limit: int,
) -> str | None:
    """One command for each of the next cases; where the next call goes on."""
    with inst.database.reads() as reader:
        found = list_pinned(reader, target.earlier, cursor=cursor, limit=limit)
    named = f"{order.stream}/{order.seq}"
    for case in found.items:
        command = RecomputeDeadlines(case_id=case.case_id, calendar=target.pin, order=named)
        _take_over(inst, actor, command, account)
    return found.next_cursor


def _take_over(
    inst: Installation, actor: Actor, command: RecomputeDeadlines, account: _Account
) -> None:
    try:
        answer = execute(inst, actor, command)
    except StoreUnavailableError:
        raise  # nothing is wrong with the case: give the order again later
    except (WrongStateError, CaseNotFoundError):
        account.gone += 1  # it ended, or somebody else took it over, since the list was read
    except EngineError as exc:
        problem = {"case_id": command.case_id, "code": exc.code, "message": exc.message}
        account.failed.append(problem)
    else:
        account.cases += 1
        account.deadlines += answer.data["deadlines_moved"]


def _order(inst: Installation, actor: Actor, target: _Target) -> Receipt | None:
    """The entry that orders the change: a new one, or that of an order not carried out yet.

    None when no case is left and no order is open.
    """
    open_order = True

    def begin(_: UnitOfWork) -> Changed:
        nonlocal open_order
        with inst.database.reads() as reader:
            if _is_begun(reader, target):
                return Changed()
            waiting = count_pinned(reader, target.earlier)
        if not waiting:
            open_order = False
            return Changed()
        said = {"calendar": target.pin, "cases": sum(waiting.values()), "from": waiting}
        return Changed((Event(BEGUN, said),))

    answer = record(
        inst, actor, target.stream, "change_calendar", args={"calendar": target.pin}, change=begin
    )
    return answer.receipt if open_order else None


def _finish(inst: Installation, actor: Actor, target: _Target, order: Receipt) -> Receipt:
    """Says that no live case is left, once."""
    named = f"{order.stream}/{order.seq}"

    def finish(_: UnitOfWork) -> Changed:
        with inst.database.reads() as reader:
            if not _is_begun(reader, target):
                return Changed()
        return Changed((Event(DONE, {"calendar": target.pin, "order": named}),))

    args = {"calendar": target.pin, "order": named}
    answer = record(inst, actor, target.stream, "finish_calendar_change", args=args, change=finish)
    assert answer.receipt is not None
    return answer.receipt


def _is_begun(reader: Reader, target: _Target) -> bool:
    """Whether the stream ends with the order to go on to this version."""
    last = find_last_entry(reader, target.stream)
    events = [] if last is None else json.loads(last.body)["events"]
    return any(e["type"] == BEGUN and e["data"]["calendar"] == target.pin for e in events)


def _target(inst: Installation, pin: str | None) -> _Target:
    """ReleaseNotFoundError for a version that was not imported."""
    with inst.database.reads() as reader:
        installation = find_installation(reader)
        wanted = pin or (None if installation is None else installation.current_calendar)
        if wanted is None:
            raise WrongStateError("no calendar is current; import one first")
        view = find_calendar(reader, *split_calendar(wanted))
        if view is None:
            raise ReleaseNotFoundError(
                f"there is no calendar {wanted}; name an imported one as NAME@VERSION",
                calendar=wanted,
            )
        calendar = Calendar.from_json(view.content)
        earlier = list_earlier_versions(reader, calendar.id, calendar.version)
    return _Target(calendar, worktime_for(calendar), tuple(earlier))
