"""Work items 人工任务: claim, release, complete; each a command on its case."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from engine.domain.commands import ClaimWorkItem, CompleteWorkItem, ReleaseWorkItem
from engine.domain.errors import EngineError, SeparationError, WorkItemNotFoundError
from engine.domain.ids import split_part_id
from engine.domain.people import Actor
from engine.service.executor import Answer, execute
from engine.service.installation import Installation
from engine.service.rights import may_read
from engine.service.work_item_views import get_work_item, list_work_items
from engine.store.queries.case import find_file

__all__ = ["claim", "complete", "get_work_item", "list_work_items", "release"]


def claim(
    inst: Installation,
    actor: Actor,
    item_id: str,
    *,
    idempotency_key: str | None = None,
    if_match: int | None = None,
) -> Answer:
    """签收: the actor takes the work item for himself."""
    case_id, instance, token = _place(item_id)
    command = ClaimWorkItem(case_id=case_id, instance=instance, token=token)
    with _own_business(inst, actor, item_id, case_id):
        answer = execute(inst, actor, command, idempotency_key=idempotency_key, if_match=if_match)
    return _of_item(answer, item_id, actor.person)


def release(
    inst: Installation,
    actor: Actor,
    item_id: str,
    *,
    idempotency_key: str | None = None,
    if_match: int | None = None,
) -> Answer:
    """The holder gives the work item back to its candidates."""
    case_id, instance, token = _place(item_id)
    command = ReleaseWorkItem(case_id=case_id, instance=instance, token=token)
    with _own_business(inst, actor, item_id, case_id):
        answer = execute(inst, actor, command, idempotency_key=idempotency_key, if_match=if_match)
    return _of_item(answer, item_id, None)


def complete(
    inst: Installation,
    actor: Actor,
    item_id: str,
    *,
    outcome: str | None = None,
    reason: str | None = None,
    data: Mapping[str, Any] | None = None,
    idempotency_key: str | None = None,
    if_match: int | None = None,
) -> Answer:
    """Finishes the work item with an outcome that the diagram declares."""
    case_id, instance, token = _place(item_id)
    given = dict(data or {})
    command = CompleteWorkItem(
        case_id=case_id,
        instance=instance,
        token=token,
        outcome=outcome,
        reason=reason,
        data=given,
    )
    request = {"data": given, "item": item_id, "outcome": outcome, "reason": reason}
    with _own_business(inst, actor, item_id, case_id):
        answer = execute(
            inst,
            actor,
            command,
            idempotency_key=idempotency_key,
            if_match=if_match,
            fingerprint=request,
        )
    return _of_item(answer, item_id, None)


@contextmanager
def _own_business(inst: Installation, actor: Actor, item_id: str, case_id: str) -> Iterator[None]:
    """A refusal tells of the case: who may not read it hears only that there is no such item.

    Looked up after a refusal only; who is let through had a right to the item. A refusal of
    separation tells a person nothing but his own act.
    """
    try:
        yield
    except SeparationError:
        raise
    except EngineError as exc:
        with inst.database.reads() as reader:
            file = find_file(reader, case_id)
        if file is None or may_read(inst, actor, file):
            raise
        message = f"there is no open work item {item_id}"
        raise WorkItemNotFoundError(message, work_item=item_id) from exc


def _place(item_id: str) -> tuple[str, int, int]:
    found = split_part_id(item_id)
    if found is None:
        raise WorkItemNotFoundError(f"there is no work item {item_id!r}", work_item=item_id)
    return found


def _of_item(answer: Answer, item_id: str, holder: str | None) -> Answer:
    data = {**answer.data, "holder": holder, "work_item": item_id}
    return Answer(answer.receipt, data, answer.replayed)
