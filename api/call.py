"""What a resource function gets and gives: a request that was read, a reply that is not rendered.

Resource functions never look at Flask's request themselves, so they stay load, service, dump.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

from api.etag import etag_of
from engine.bootstrap import Installation
from engine.domain.people import Actor
from engine.service.executor import Answer
from engine.service.repeats import kept


@dataclass(frozen=True, slots=True)
class Call:
    """One request: who, what, under which idempotency key and expected version."""

    inst: Installation
    actor: Actor
    body: Mapping[str, Any]
    query: Mapping[str, Any]
    idempotency_key: str | None = None
    if_match: int | None = None

    def once(self, kind: str, args: Mapping[str, Any], act: Callable[[], Answer]) -> Answer:
        """A write that may be sent again without a key; under one it answers the same."""
        request = {"args": dict(args), "kind": kind}
        return kept(self.inst, self.actor, self.idempotency_key, request, act)


@dataclass(frozen=True, slots=True)
class Reply:
    """What the answer holds; `status` None is the one that the operation documents."""

    data: Any = None
    status: int | None = None
    headers: Mapping[str, str] = field(default_factory=dict)


def reply_of(answer: Answer, **headers: str) -> Reply:
    """The reply of a command: its data, its receipt, the case's new version."""
    receipt = answer.receipt
    found: dict[str, str] = dict(headers)
    data: dict[str, Any] = dict(answer.data)
    if receipt is not None:
        data["receipt"] = receipt
        found["ETag"] = etag_of(receipt.seq)
    if answer.replayed:
        found["Idempotency-Replayed"] = "true"
    return Reply(data, headers=found)


def done(answer: Answer) -> Reply:
    """The reply of a write that has nothing to tell."""
    replayed = {"Idempotency-Replayed": "true"} if answer.replayed else {}
    return Reply(status=HTTPStatus.NO_CONTENT, headers=replayed)
