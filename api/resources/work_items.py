"""Work items 人工任务: the inbox, claim, release, complete."""

from api.call import Call, Reply, reply_of
from api.headers import ETAG, LINK, REPLAYED
from api.pagination import decode_cursor, encode_cursor, link_header
from api.resource import Resource
from api.schemas.work_items import (
    CompleteWorkItemSchema,
    WorkItemAnswerSchema,
    WorkItemPageSchema,
    WorkItemQuerySchema,
    WorkItemSchema,
)
from engine.domain.errors import (
    BadVariablesError,
    NotYourWorkItemError,
    ReasonRequiredError,
    SeparationError,
    UnknownOutcomeError,
    WorkItemAlreadyClaimedError,
    WorkItemNotFoundError,
    WrongStateError,
)
from engine.service import work_items as service

work_items = Resource("work-items", "Work items 人工任务: what waits for a person.")
_REFUSALS = (WorkItemNotFoundError, NotYourWorkItemError, SeparationError)


@work_items.reads(
    "/work-items", WorkItemPageSchema, scope="work:do", query=WorkItemQuerySchema, headers=LINK
)
def list_work_items(call: Call) -> Reply:
    """Lists open work items, the most urgent first."""
    filters = dict(call.query)
    limit, cursor = filters.pop("limit"), decode_cursor(filters.pop("cursor", None))
    page = service.list_work_items(
        call.inst, call.actor, filters=filters, cursor=cursor, limit=limit
    )
    following = encode_cursor(page.next_cursor)
    data = {"items": page.items, "next_cursor": following}
    return Reply(data, headers=link_header(call.query, cursor=following))


@work_items.reads(
    "/work-items/<item_id>", WorkItemSchema, scope="work:do", errors=(WorkItemNotFoundError,)
)
def get_work_item(call: Call, item_id: str) -> Reply:
    """Shows a work item, with the outcomes and outputs that the diagram declares."""
    return Reply(service.get_work_item(call.inst, call.actor, item_id))


@work_items.writes(
    "/work-items/<item_id>/claim",
    WorkItemAnswerSchema,
    scope="work:do",
    errors=(*_REFUSALS, WorkItemAlreadyClaimedError),
    headers={**ETAG, **REPLAYED},
    conditional=True,
)
def claim_work_item(call: Call, item_id: str) -> Reply:
    """Takes a work item for oneself 签收."""
    answer = service.claim(
        call.inst,
        call.actor,
        item_id,
        idempotency_key=call.idempotency_key,
        if_match=call.if_match,
    )
    return reply_of(answer)


@work_items.writes(
    "/work-items/<item_id>/release",
    WorkItemAnswerSchema,
    scope="work:do",
    errors=(*_REFUSALS, WrongStateError),
    headers={**ETAG, **REPLAYED},
    conditional=True,
)
def release_work_item(call: Call, item_id: str) -> Reply:
    """Gives a work item back to its candidates."""
    answer = service.release(
        call.inst,
        call.actor,
        item_id,
        idempotency_key=call.idempotency_key,
        if_match=call.if_match,
    )
    return reply_of(answer)


@work_items.writes(
    "/work-items/<item_id>/complete",
    WorkItemAnswerSchema,
    scope="work:do",
    body=CompleteWorkItemSchema,
    errors=(
        *_REFUSALS,
        WorkItemAlreadyClaimedError,
        UnknownOutcomeError,
        ReasonRequiredError,
        BadVariablesError,
    ),
    headers={**ETAG, **REPLAYED},
    conditional=True,
)
def complete_work_item(call: Call, item_id: str) -> Reply:
    """Finishes a work item with one of its outcomes."""
    answer = service.complete(
        call.inst,
        call.actor,
        item_id,
        outcome=call.body.get("outcome"),
        reason=call.body.get("reason"),
        data=call.body["data"],
        idempotency_key=call.idempotency_key,
        if_match=call.if_match,
    )
    return reply_of(answer)
