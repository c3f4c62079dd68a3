"""Every write of the crash workers, by name, through the services and with its key."""

import base64
from collections.abc import Callable
from typing import Any

from engine.domain.people import Actor
from engine.service import attachments, cases, incidents, jobs, messages, work_items
from engine.service.executor import Answer
from engine.service.installation import Installation
from tests.crash.ledger import Call

#: Sees every case; does nothing that needs a post.
CITY = Actor(via="cli")
WORKER = Actor(via="worker")

Perform = Callable[[Installation, Call], Answer]


def perform(inst: Installation, call: Call) -> Answer:
    """Makes the call; EngineError when it is refused."""
    return _CALLS[call.name](inst, call)


def _actor(call: Call) -> Actor:
    return CITY if call.person is None else Actor(via="user", person=call.person)


def _open(inst: Installation, call: Call) -> Answer:
    return cases.open_case(inst, _actor(call), idempotency_key=call.key, **call.args)


def _work(action: Callable[..., Answer]) -> Perform:
    def run(inst: Installation, call: Call) -> Answer:
        args: dict[str, Any] = dict(call.args)
        return action(inst, _actor(call), args.pop("item"), idempotency_key=call.key, **args)

    return run


def _attach(inst: Installation, call: Call) -> Answer:
    data = base64.b64decode(call.args["data"])
    case_id: str = call.args["case"]
    return attachments.add(
        inst,
        _actor(call),
        case_id,
        name="photo.gif",
        media_type="image/gif",
        data=data,
        idempotency_key=call.key,
    )


def _job(action: Callable[..., Answer]) -> Perform:
    def run(inst: Installation, call: Call) -> Answer:
        args: dict[str, Any] = dict(call.args)
        return action(inst, WORKER, args.pop("job"), idempotency_key=call.key, **args)

    return run


def _message(inst: Installation, call: Call) -> Answer:
    return messages.correlate(inst, _actor(call), idempotency_key=call.key, **call.args)


def _retry(inst: Installation, call: Call) -> Answer:
    args: dict[str, Any] = dict(call.args)
    case_id, number = args.pop("case"), args.pop("number")
    return incidents.retry(inst, CITY, case_id, number, idempotency_key=call.key, **args)


_CALLS: dict[str, Perform] = {
    "attach": _attach,
    "claim": _work(work_items.claim),
    "complete": _work(work_items.complete),
    "complete_job": _job(jobs.complete),
    "fail_job": _job(jobs.fail),
    "open": _open,
    "release": _work(work_items.release),
    "retry": _retry,
    "send": _message,
    "throw_error": _job(jobs.throw_error),
}
