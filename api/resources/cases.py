"""Cases 案卷: open, list, read; their journal, clocks and document."""

from api.call import Call, Reply, reply_of
from api.etag import etag_of, is_fresh
from api.headers import ETAG, LINK, LOCATION, REPLAYED
from api.pagination import decode_cursor, encode_cursor, link_header
from api.resource import Resource
from api.schemas.cases import (
    CaseOpenedSchema,
    CasePageSchema,
    CaseQuerySchema,
    CaseSchema,
    ClocksSchema,
    DocumentSchema,
    ErasedSchema,
    ErasePersonalSchema,
    JournalQuerySchema,
    JournalSchema,
    OpenCaseSchema,
)
from engine.domain.errors import (
    BadVariablesError,
    CaseNotFoundError,
    DefinitionNotFoundError,
    InvalidRequestError,
    ReleaseNotFoundError,
)
from engine.service import cases as service
from engine.service import erasure

cases = Resource("cases", "Cases 案卷: open, list, read.")


@cases.writes(
    "/cases",
    CaseOpenedSchema,
    scope="cases:open",
    body=OpenCaseSchema,
    status=201,
    errors=(BadVariablesError, DefinitionNotFoundError, ReleaseNotFoundError),
    headers={**ETAG, **LOCATION, **REPLAYED},
)
def open_case(call: Call) -> Reply:
    """Opens a case."""
    answer = service.open_case(
        call.inst, call.actor, **call.body, idempotency_key=call.idempotency_key
    )
    return reply_of(answer, Location=f"/api/v1/cases/{answer.data['case_id']}")


@cases.reads("/cases", CasePageSchema, scope="cases:read", query=CaseQuerySchema, headers=LINK)
def list_cases(call: Call) -> Reply:
    """Lists cases, the newest first."""
    filters = dict(call.query)
    limit, cursor = filters.pop("limit"), decode_cursor(filters.pop("cursor", None))
    page = service.list_cases(call.inst, call.actor, filters=filters, cursor=cursor, limit=limit)
    following = encode_cursor(page.next_cursor)
    data = {"items": page.items, "next_cursor": following}
    return Reply(data, headers=link_header(call.query, cursor=following))


@cases.reads(
    "/cases/<case_id>",
    CaseSchema,
    scope="cases:read",
    errors=(CaseNotFoundError,),
    headers=ETAG,
    versioned=True,
)
def get_case(call: Call, case_id: str) -> Reply:
    """Shows a case as its last entry left it."""
    case = service.get_case(call.inst, call.actor, case_id)
    headers = {"ETag": etag_of(case["seq"])}
    if is_fresh(case["seq"]):
        return Reply(status=304, headers=headers)
    return Reply(case, headers=headers)


@cases.reads(
    "/cases/<case_id>/document",
    DocumentSchema,
    scope="cases:read",
    errors=(CaseNotFoundError,),
    headers=ETAG,
    versioned=True,
)
def get_document(call: Call, case_id: str) -> Reply:
    """Shows the case document."""
    case = service.get_case(call.inst, call.actor, case_id)
    headers = {"ETag": etag_of(case["seq"])}
    if is_fresh(case["seq"]):
        return Reply(status=304, headers=headers)
    return Reply({"seq": case["seq"], "document": case["document"]}, headers=headers)


@cases.reads(
    "/cases/<case_id>/journal",
    JournalSchema,
    scope="cases:read",
    query=JournalQuerySchema,
    errors=(CaseNotFoundError,),
    headers=LINK,
)
def read_journal(call: Call, case_id: str) -> Reply:
    """Reads the journal: one entry per command, in order."""
    items = service.journal(call.inst, call.actor, case_id, **call.query)
    full = len(items) == call.query["limit"]
    following = items[-1]["seq"] if full else None
    data = {"items": items, "next_after_seq": following}
    return Reply(data, headers=link_header(call.query, after_seq=following))


@cases.reads(
    "/cases/<case_id>/clocks", ClocksSchema, scope="cases:read", errors=(CaseNotFoundError,)
)
def read_clocks(call: Call, case_id: str) -> Reply:
    """Reads the clocks 计时 with the ledger that explains every minute."""
    return Reply({"items": service.clocks(call.inst, call.actor, case_id)})


@cases.writes(
    "/cases/<case_id>/erasures",
    ErasedSchema,
    scope="admin:personal",
    body=ErasePersonalSchema,
    errors=(CaseNotFoundError, InvalidRequestError),
    headers=REPLAYED,
    conditional=True,
)
def erase_personal(call: Call, case_id: str) -> Reply:
    """Erases personal values of a case for ever; no hash and no replay is broken by it."""
    answer = erasure.erase_personal(
        call.inst,
        call.actor,
        case_id,
        **call.body,
        idempotency_key=call.idempotency_key,
        if_match=call.if_match,
    )
    headers = {"Idempotency-Replayed": "true"} if answer.replayed else {}
    return Reply({**answer.data, "receipt": answer.receipt}, headers=headers)
