"""Messages that cases wait for."""

from api.call import Call, Reply, reply_of
from api.headers import ETAG, REPLAYED
from api.resource import Resource
from api.schemas.messages import MessageAnswerSchema, MessageSchema
from engine.domain.errors import (
    BadVariablesError,
    CaseNotFoundError,
    ConflictError,
    NotYourWorkItemError,
    SeparationError,
    WrongStateError,
)
from engine.service import messages as service

messages = Resource("messages", "Messages to cases.")


@messages.writes(
    "/messages",
    MessageAnswerSchema,
    scope="messages:send",
    body=MessageSchema,
    errors=(
        CaseNotFoundError,
        ConflictError,
        NotYourWorkItemError,
        SeparationError,
        WrongStateError,
        BadVariablesError,
    ),
    headers={**ETAG, **REPLAYED},
    conditional=True,
)
def send_message(call: Call) -> Reply:
    """Sends a message to the case that waits for it.

    Where none waits and a process begins by this message, it opens a case; that needs the scope
    `cases:open` as well. The answer names the case.
    """
    answer = service.correlate(
        call.inst,
        call.actor,
        name=call.body["name"],
        case_id=call.body.get("case_id"),
        correlation_key=call.body.get("correlation_key"),
        reason=call.body.get("reason"),
        data=call.body["data"],
        idempotency_key=call.idempotency_key,
        if_match=call.if_match,
    )
    return reply_of(answer)
