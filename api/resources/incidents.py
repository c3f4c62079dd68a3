"""Incidents: list, retry, resolve."""

from api.call import Call, Reply, reply_of
from api.headers import ETAG, LINK, REPLAYED
from api.pagination import decode_cursor, encode_cursor, link_header
from api.resource import Resource
from api.schemas.incidents import (
    IncidentPageSchema,
    IncidentQuerySchema,
    ResolveIncidentSchema,
    RetryIncidentSchema,
)
from api.schemas.values import ReceiptOnlySchema
from engine.domain.errors import (
    BadVariablesError,
    CaseNotFoundError,
    NotFoundError,
    SeparationError,
    WrongStateError,
)
from engine.service import incidents as service

incidents = Resource("incidents", "Incidents: where a case cannot go on.")
_REFUSALS = (CaseNotFoundError, NotFoundError, WrongStateError, SeparationError)


@incidents.reads(
    "/incidents", IncidentPageSchema, scope="cases:read", query=IncidentQuerySchema, headers=LINK
)
def list_incidents(call: Call) -> Reply:
    """Lists incidents, the newest first."""
    filters = dict(call.query)
    limit, cursor = filters.pop("limit"), decode_cursor(filters.pop("cursor", None))
    page = service.list_incidents(
        call.inst, call.actor, filters=filters, cursor=cursor, limit=limit
    )
    following = encode_cursor(page.next_cursor)
    data = {"items": page.items, "next_cursor": following}
    return Reply(data, headers=link_header(call.query, cursor=following))


@incidents.writes(
    "/cases/<case_id>/incidents/<int:number>/retry",
    ReceiptOnlySchema,
    scope="admin:incidents",
    body=RetryIncidentSchema,
    errors=_REFUSALS,
    headers={**ETAG, **REPLAYED},
    conditional=True,
)
def retry_incident(call: Call, case_id: str, number: int) -> Reply:
    """Lets the failed job or step be tried again."""
    return reply_of(
        service.retry(
            call.inst,
            call.actor,
            case_id,
            number,
            **call.body,
            idempotency_key=call.idempotency_key,
            if_match=call.if_match,
        )
    )


@incidents.writes(
    "/cases/<case_id>/incidents/<int:number>/resolve",
    ReceiptOnlySchema,
    scope="admin:incidents",
    body=ResolveIncidentSchema,
    errors=(*_REFUSALS, BadVariablesError),
    headers={**ETAG, **REPLAYED},
    conditional=True,
)
def resolve_incident(call: Call, case_id: str, number: int) -> Reply:
    """Resolves an incident by hand, giving what the job would have given."""
    return reply_of(
        service.resolve(
            call.inst,
            call.actor,
            case_id,
            number,
            **call.body,
            idempotency_key=call.idempotency_key,
            if_match=call.if_match,
        )
    )
