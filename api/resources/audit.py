"""What proves a case's history: verification, replay, and an export for somebody outside."""

from collections.abc import Callable

from api.call import Call, Reply
from api.headers import LINK
from api.pagination import decode_cursor, encode_cursor, link_header
from api.resource import Resource
from api.schemas.audit import ExportSchema, VerdictPageSchema, VerdictSchema
from api.schemas.values import PageQuerySchema
from engine.domain.errors import CaseNotFoundError
from engine.service import evidence as service
from engine.service.pages import Page

audit = Resource("audit", "Evidence: verification, replay, export.")


@audit.reads(
    "/cases/<case_id>/verification",
    VerdictSchema,
    scope="cases:read",
    errors=(CaseNotFoundError,),
)
def verify_case(call: Call, case_id: str) -> Reply:
    """Checks the chain of entries, and that state and document are those of the last one."""
    return Reply(service.verify(call.inst, call.actor, case_id))


@audit.reads(
    "/cases/<case_id>/replay", VerdictSchema, scope="cases:read", errors=(CaseNotFoundError,)
)
def replay_case(call: Call, case_id: str) -> Reply:
    """Executes the case again from its journal and compares the state after every entry."""
    return Reply(service.replay(call.inst, call.actor, case_id))


@audit.reads(
    "/verification", VerdictPageSchema, scope="cases:read", query=PageQuerySchema, headers=LINK
)
def verify_everything(call: Call) -> Reply:
    """Verifies every case that may be read, a page at a time.

    For whoever oversees the installation the first page begins with the streams that are no
    case's: releases, catalog, calendars, organisation, security. A case is found by its entries,
    also when it lost its rows.
    """
    return _verdicts(service.verify_all, call)


@audit.reads("/replay", VerdictPageSchema, scope="cases:read", query=PageQuerySchema, headers=LINK)
def replay_everything(call: Call) -> Reply:
    """Replays every case that may be read, a page at a time."""
    return _verdicts(service.replay_all, call)


def _verdicts(walk: Callable[..., Page], call: Call) -> Reply:
    limit, cursor = call.query["limit"], decode_cursor(call.query.get("cursor"))
    page = walk(call.inst, call.actor, cursor=cursor, limit=limit)
    following = encode_cursor(page.next_cursor)
    data = {"items": page.items, "next_cursor": following}
    return Reply(data, headers=link_header(call.query, cursor=following))


@audit.reads(
    "/cases/<case_id>/export", ExportSchema, scope="cases:read", errors=(CaseNotFoundError,)
)
def export_case(call: Call, case_id: str) -> Reply:
    """Gives entries, release and pins as files, with a verifier that needs nothing of ours."""
    return Reply({"files": service.export(call.inst, call.actor, case_id)})
