"""Attachments of a case: bytes by content; the SHA-256 stands in the case's journal."""

from flask import Response

from api.call import Call, Reply, reply_of
from api.headers import ETAG, LOCATION, REPLAYED
from api.resource import Resource
from api.schemas.attachments import AttachmentSchema
from api.uploads import ATTACHMENT_LIMIT, BYTES_BODY, read_bytes
from engine.domain.errors import CaseNotFoundError, NotFoundError
from engine.service import attachments as service

attachments = Resource("attachments", "Attachments: photographs and other files of a case.")


@attachments.writes(
    "/cases/<case_id>/attachments/<name>",
    AttachmentSchema,
    method="PUT",
    scope="work:do",
    status=201,
    errors=(CaseNotFoundError,),
    headers={**ETAG, **LOCATION, **REPLAYED},
    conditional=True,
    limit=ATTACHMENT_LIMIT,
    request_body=BYTES_BODY,
)
def add_attachment(call: Call, case_id: str, name: str) -> Reply:
    """Puts a file into the case's folder, under a name; outputs that are photos name its SHA-256.

    `curl -T photo.jpg …/attachments/` sends it, the name included.
    """
    data, media_type = read_bytes()
    answer = service.add(
        call.inst,
        call.actor,
        case_id,
        name=name,
        media_type=media_type,
        data=data,
        idempotency_key=call.idempotency_key,
        if_match=call.if_match,
    )
    return reply_of(answer, Location=f"/api/v1/cases/{case_id}/attachments/{answer.data['sha256']}")


@attachments.reads(
    "/cases/<case_id>/attachments/<name>",
    None,
    scope="cases:read",
    errors=(CaseNotFoundError, NotFoundError),
    media_type="application/octet-stream",
)
def read_attachment(call: Call, case_id: str, name: str) -> Reply:
    """Reads a file of the case; here the name is the SHA-256 that the PUT answered."""
    found = service.read(call.inst, call.actor, case_id, name)
    response = Response(found.data, content_type=found.media_type)
    # A stored file is somebody else's: the browser must neither guess its type nor run it.
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response.headers["Content-Disposition"] = "attachment"
    return Reply(response)
