"""Messages that cases wait for."""

from api.call import Call, Reply, reply_of
from api.headers import ETAG, REPLAYED
from api.resource import Resource
from api.schemas.messages import (
    MessageAnswerSchema,
    MessageSchema,
    SignalAnswerSchema,
    SignalSchema,
)
from engine.domain.errors import (
    BadVariablesError,
    CaseNotFoundError,
    ConflictError,
    NotYourWorkItemError,
    SeparationError,
    WrongStateError,
)
from engine.service import messages as service
from engine.service import signals

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


@messages.writes(
    "/signals",
    SignalAnswerSchema,
    scope="messages:send",
    body=SignalSchema,
    headers=REPLAYED,
)
def send_signal(call: Call) -> Reply:
    """Sends a signal to every case that waits for it and that the sender may read.

    A process that begins by it opens a case; that needs the scope `cases:open` as well. The signal
    is accepted: each case takes it by a command of its own, in the sender's name, within seconds.
    A case that refuses its sender is told of in the feed (`signal.not_received`).
    """
    return reply_of(
        signals.send(
            call.inst, call.actor, name=call.body["name"], idempotency_key=call.idempotency_key
        )
    )
