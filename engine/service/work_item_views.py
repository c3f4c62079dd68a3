"""Work items as their people see them: the inbox, and one item with what it may be answered."""

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from engine.domain.errors import InvalidRequestError, WorkItemNotFoundError
from engine.domain.ids import is_uuid, part_id, split_part_id
from engine.domain.people import Actor
from engine.domain.rows import CaseSnapshot, WorkItem
from engine.kernel.compile.model import Element, Output
from engine.kernel.decide.reading import look
from engine.service.cases import read_case
from engine.service.installation import Installation
from engine.service.pages import Page
from engine.service.rights import may_read, posts_of, reach_of, sees_all
from engine.store.queries import work_items as item_lists
from engine.store.queries.case import find_file

_SHOWN = tuple(field.name for field in fields(WorkItem))
_FILTERS = (
    "holder",
    "case_id",
    "element",
    "act",
    "stage",
    "role",
    "unit",
    "district",
)


def list_work_items(
    inst: Installation,
    actor: Actor,
    *,
    filters: Mapping[str, Any],
    cursor: Any = None,
    limit: int = 50,
) -> Page:
    """Open work items of cases that the actor may read, the most urgent first.

    `mine` leaves what the actor may do or holds.
    """
    if "case_id" in filters and not is_uuid(filters["case_id"]):
        return Page([])  # no case has such an id
    if set(filters) == {"case_id"} and cursor is None:
        return _of_case(inst, actor, filters["case_id"])
    wanted: dict[str, Any] = {name: filters.get(name) for name in _FILTERS}
    unknown = set(filters) - set(_FILTERS) - {"mine", "overdue"}
    if unknown:
        raise InvalidRequestError(f"unknown filter {min(unknown)!r}")
    if filters.get("overdue"):
        wanted["due_before"] = inst.now()
    if filters.get("mine"):
        wanted["posts"], wanted["free_for"] = posts_of(inst, actor), actor.person
    else:
        wanted["reach"] = reach_of(inst, actor)
        if actor.person is None and actor.unit is not None and wanted["unit"] is None:
            wanted["unit"] = actor.unit
    with inst.database.reads() as reader:
        page = item_lists.list_items(
            reader,
            item_lists.WorkItemFilter(**wanted),
            now=inst.database.case_now(),
            cursor=cursor,
            limit=limit,
        )
    return Page([_view(item) for item in page.items], page.next_cursor)


def _of_case(inst: Installation, actor: Actor, case_id: str) -> Page:
    """The few items of one case, by a statement that was prepared once."""
    with inst.database.reads() as reader:
        items = item_lists.list_of_case(reader, case_id)
        file = find_file(reader, case_id) if items and not sees_all(actor) else None
    if not sees_all(actor) and (file is None or not may_read(inst, actor, file)):
        return Page([])
    mine = [i for i in items if actor.person is not None or actor.unit in (None, i.unit)]
    return Page([_view(item) for item in mine])


def get_work_item(inst: Installation, actor: Actor, item_id: str) -> dict[str, Any]:
    """An open work item with the outcomes and outputs that the diagram declares."""
    place = split_part_id(item_id)
    if place is None:
        raise WorkItemNotFoundError(f"there is no work item {item_id!r}", work_item=item_id)
    with inst.database.reads() as reader:
        item = item_lists.find_item(reader, *place)
        file = None if item is None else find_file(reader, item.case_id)
    if item is None or file is None:
        raise WorkItemNotFoundError(f"there is no open work item {item_id}", work_item=item_id)
    _, snapshot = read_case(inst, actor, item.case_id)
    element = _element(inst, snapshot, item)
    return {**_view(item), "case_no": file.case_no, **_answers(element)}


def _view(item: WorkItem) -> dict[str, Any]:
    view = {name: getattr(item, name) for name in _SHOWN}
    view["id"] = part_id(item.case_id, item.instance, item.token)
    return view


def _element(inst: Installation, snapshot: CaseSnapshot, item: WorkItem) -> Element | None:
    """The element at whose place the item waits: a called process may use the same id."""
    place = (item.instance, item.token)
    waiting = look(inst.world(snapshot.pins), snapshot, snapshot.at).places()
    return next((wait.element for n, wait in waiting if (n, wait.token) == place), None)


def _answers(element: Element | None) -> dict[str, Any]:
    if element is None:
        return {"form": None, "outcomes": [], "outputs": [], "reason_required": []}
    needs = element.reason_required
    every = set(element.outcomes) if "*" in needs else set(needs)
    return {
        "form": element.form,
        "outcomes": list(element.outcomes),
        "outputs": [_output(output) for output in element.outputs],
        "reason_required": sorted(every),
    }


def _output(output: Output) -> dict[str, Any]:
    required = output.required
    return {
        "choices": list(output.choices),
        "name": output.name,
        "required": required if isinstance(required, bool) else sorted(required),
        "type": output.type,
    }
