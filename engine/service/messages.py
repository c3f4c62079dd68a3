"""Messages to cases: by case, or by the key that one waiting case carries."""

from collections.abc import Mapping
from typing import Any

from engine.domain.commands import CorrelateMessage
from engine.domain.errors import CaseNotFoundError, ConflictError
from engine.domain.people import Actor
from engine.service.executor import Answer, execute
from engine.service.installation import Installation
from engine.store.queries import waiting


def correlate(
    inst: Installation,
    actor: Actor,
    *,
    name: str,
    case_id: str | None = None,
    correlation_key: str | None = None,
    reason: str | None = None,
    data: Mapping[str, Any] | None = None,
    idempotency_key: str | None = None,
) -> Answer:
    """Delivers a message; without a case the name and key must fit exactly one waiting case."""
    given = dict(data or {})
    case = case_id or _one_case(inst, name, correlation_key)
    return execute(
        inst,
        actor,
        CorrelateMessage(
            case_id=case, name=name, correlation_key=correlation_key, reason=reason, data=given
        ),
        idempotency_key=idempotency_key,
        fingerprint={
            "case": case_id,
            "data": given,
            "key": correlation_key,
            "name": name,
            "reason": reason,
        },
    )


def _one_case(inst: Installation, name: str, key: str | None) -> str:
    with inst.database.reads() as reader:
        cases = sorted({w.case_id for w in waiting.list_waits(reader, name, correlation_key=key)})
    if not cases:
        raise CaseNotFoundError(f"no case waits for a message {name!r} with key {key!r}")
    if len(cases) > 1:
        raise ConflictError(
            f"several cases wait for a message {name!r} with key {key!r}; name the case"
        )
    return cases[0]
