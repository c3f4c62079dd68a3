"""What a write answers, and how that is kept under the caller's key for who asks again.

Which request a key stands for is known by a keyed digest: without the installation's secret
nobody can guess from the row what was in the request, for instance a telephone number that was
erased since.
"""

import hmac
import json
from dataclasses import dataclass, field
from typing import Any

from engine.domain.clock import from_wire, to_wire
from engine.domain.evidence import Json, canonical
from engine.domain.people import Actor
from engine.domain.rows import Receipt
from engine.service.installation import Installation
from engine.store import IdempotencyKey


@dataclass(frozen=True, slots=True)
class Answer:
    """What a write answers. `replayed` when an earlier answer to the same key came back."""

    receipt: Receipt | None
    data: dict[str, Any] = field(default_factory=dict)
    replayed: bool = False


def key_for(
    inst: Installation, actor: Actor, key: str | None, request: Json
) -> IdempotencyKey | None:
    """The caller's key as it is kept: his own, and for this request alone."""
    if key is None:
        return None
    scope = ":".join(filter(None, (actor.via, actor.person, actor.principal)))
    fingerprint = hmac.digest(inst.secret(), canonical(request), "sha256").hex()
    return IdempotencyKey(scope, key, fingerprint)


def to_stored(receipt: Receipt | None, data: Json) -> bytes:
    """An answer as it is kept."""
    told = receipt and [receipt.stream, receipt.seq, receipt.hash, to_wire(receipt.at)]
    return canonical({"data": data, "receipt": told})


def read_stored(content: bytes) -> Answer:
    """A kept answer, given again."""
    found = json.loads(content)
    if found["receipt"] is None:
        return Answer(None, found["data"], replayed=True)
    stream, seq, entry_hash, at = found["receipt"]
    return Answer(Receipt(stream, seq, entry_hash, from_wire(at)), found["data"], replayed=True)
