"""What proves a case's history: verification, replay, and an export for somebody outside."""

from api.call import Call, Reply
from api.resource import Resource
from api.schemas.audit import ExportSchema, VerdictSchema
from engine.domain.errors import CaseNotFoundError
from engine.service import evidence as service

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
    "/cases/<case_id>/export", ExportSchema, scope="cases:read", errors=(CaseNotFoundError,)
)
def export_case(call: Call, case_id: str) -> Reply:
    """Gives entries, release and pins as files, with a verifier that needs nothing of ours."""
    return Reply({"files": service.export(call.inst, call.actor, case_id)})
