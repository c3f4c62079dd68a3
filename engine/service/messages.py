"""Messages to cases: by case, or by the key that one waiting case carries."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, NamedTuple

from engine.domain.commands import CorrelateMessage
from engine.domain.errors import (
    CaseNotFoundError,
    ConflictError,
    EngineError,
    SeparationError,
)
from engine.domain.people import Actor
from engine.domain.rows import Decision
from engine.service.executor import Answer, execute, find_earlier
from engine.service.installation import Installation
from engine.service.message_starts import case_begun_by
from engine.service.rights import check_may_read, reach_of
from engine.store import UnitOfWork
from engine.store.queries import waiting
from engine.store.queries.case import find_file


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
    if_match: int | None = None,
) -> Answer:
    """Delivers a message; without a case the name and key must fit exactly one waiting case.

    Where none waits, the message opens a case if one begins by it. A message reaches only what
    its sender may read: other cases are not there for him.
    """
    given = dict(data or {})
    command = CorrelateMessage(
        case_id=case_id or "",
        name=name,
        correlation_key=correlation_key,
        reason=reason,
        data=given,
    )
    request = {
        "case": case_id,
        "data": given,
        "key": correlation_key,
        "name": name,
        "reason": reason,
    }
    sent = _Sent(actor, command, idempotency_key, request, if_match is not None)
    try:
        command = replace(command, case_id=_reachable(inst, actor, command))
    except (CaseNotFoundError, ConflictError) as refusal:
        return _without_receiver(inst, sent, refusal)
    return execute(
        inst,
        actor,
        command,
        idempotency_key=idempotency_key,
        if_match=if_match,
        fingerprint=request,
    )


class _Sent(NamedTuple):
    """A message with who sent it, and what makes a repeated request known again."""

    actor: Actor
    command: CorrelateMessage
    key: str | None
    request: dict[str, Any]
    #: whether it is for a case of one version, which none that begins now can be
    is_conditional: bool


def _without_receiver(
    inst: Installation, sent: _Sent, refusal: CaseNotFoundError | ConflictError
) -> Answer:
    """The earlier answer, or a case that begins by the message; else the refusal."""
    # Whoever asks again is answered, though by now nobody or somebody else waits.
    earlier = find_earlier(inst, sent.actor, sent.command, sent.key, sent.request)
    if earlier is not None:
        return earlier
    _tell_separation(inst, sent.actor, sent.command, refusal)
    given = sent.command
    # a key or a version means a case that is there; a reason is given for an act on one
    is_new = not (given.case_id or given.correlation_key or given.reason or sent.is_conditional)
    begun = None
    if is_new and not isinstance(refusal, ConflictError):
        begun = case_begun_by(inst, sent.actor, given.name, given.data)
    if begun is None:
        raise refusal
    command, pins = begun
    return execute(
        inst,
        sent.actor,
        command,
        pins=pins,
        idempotency_key=sent.key,
        fingerprint=sent.request,
        asked=sent.command,
    )


def _reachable(inst: Installation, actor: Actor, command: CorrelateMessage) -> str:
    """The case that is meant; CaseNotFoundError also when it is none of the sender's business."""
    if not command.case_id:
        return _one_case(inst, actor, command.name, command.correlation_key)
    with inst.database.reads() as reader:
        file = find_file(reader, command.case_id)
    check_may_read(inst, actor, command.case_id, file)
    return command.case_id


def _one_case(inst: Installation, actor: Actor, name: str, key: str | None) -> str:
    reach = reach_of(inst, actor)
    with inst.database.reads() as reader:
        now = inst.database.case_now()
        cases = waiting.cases_waiting(reader, name, key, most=2, reach=reach, now=now)
    if not cases:
        raise CaseNotFoundError(f"no case waits for a message {name!r} with key {key!r}")
    if len(cases) > 1:
        raise ConflictError(
            f"several cases wait for a message {name!r} with key {key!r}; name the case"
        )
    return cases[0]


def _tell_separation(
    inst: Installation, actor: Actor, command: CorrelateMessage, refusal: EngineError
) -> None:
    """SeparationError when that is what stands against it: it tells a person only his own act.

    Nothing of the command itself is committed.
    """

    def refuse(_work: UnitOfWork, _decision: Decision) -> None:
        raise refusal

    if not command.case_id or actor.person is None:
        return
    try:
        execute(inst, actor, command, before_commit=refuse)
    except SeparationError:
        raise
    except EngineError:
        return
