"""What a write answers, and how that is kept under the caller's key for who asks again.

Which request a key stands for is known by a keyed digest: without the installation's secret
nobody can guess from the row what was in the request, for instance a telephone number that was
erased since.

Of what a case's command answers only that is kept which is not as usual; its receipt is its entry.
Any other answer is kept whole.
"""

import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from engine.domain.clock import from_wire, to_wire
from engine.domain.evidence import Json, canonical
from engine.domain.ids import is_uuid
from engine.domain.people import Actor
from engine.domain.rows import Receipt
from engine.service.installation import Installation
from engine.store import IdempotencyKey, StoredAnswer
from engine.store.answers import short


@dataclass(frozen=True, slots=True)
class Answer:
    """What a write answers. `replayed` when an earlier answer to the same key came back."""

    receipt: Receipt | None
    data: dict[str, Any] = field(default_factory=dict)
    replayed: bool = False


def _usual(receipt: Receipt) -> dict[str, Json] | None:
    """What most commands of a case answer beside their receipt; None for another stream's."""
    kind, _, case_id = receipt.stream.partition(":")
    if kind != "case" or not is_uuid(case_id):
        return None
    return {"case_id": case_id, "outcome": None, "stage": None, "status": "open"}


def key_for(
    inst: Installation, actor: Actor, key: str | None, request: Json
) -> IdempotencyKey | None:
    """The caller's key as it is kept: his own, and for this request alone."""
    if key is None:
        return None
    scope = ":".join(filter(None, (actor.via, actor.person, actor.principal)))
    whole = hmac.digest(inst.secret(), canonical(request), "sha256")
    return IdempotencyKey(scope, key, short(whole))


def to_stored(receipt: Receipt | None, data: Mapping[str, Json]) -> StoredAnswer:
    """An answer as it is kept."""
    usual = None if receipt is None else _usual(receipt)
    if usual is not None and usual.keys() <= data.keys():
        rest = {n: v for n, v in data.items() if n not in usual or v != usual[n]}
        return StoredAnswer(canonical(rest), receipt)
    told = receipt and [receipt.stream, receipt.seq, receipt.hash, to_wire(receipt.at)]
    return StoredAnswer(canonical({"data": data, "receipt": told}))


def read_stored(stored: StoredAnswer) -> Answer:
    """A kept answer, given again."""
    found = json.loads(stored.content)
    if stored.receipt is not None:
        data = {**(_usual(stored.receipt) or {}), **found}
        return Answer(stored.receipt, data, replayed=True)
    if found["receipt"] is None:
        return Answer(None, found["data"], replayed=True)
    stream, seq, entry_hash, at = found["receipt"]
    return Answer(Receipt(stream, seq, entry_hash, from_wire(at)), found["data"], replayed=True)
