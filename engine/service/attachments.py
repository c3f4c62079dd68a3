"""Attachments: bytes by content in the file store, a command in the case's journal that says so.

The bytes are kept before the command: a file that no case names harms nobody, a case that names a
missing file would.
"""

from dataclasses import dataclass

from engine.domain.commands import AddAttachment
from engine.domain.errors import InvalidRequestError, NotFoundError
from engine.domain.people import Actor
from engine.domain.rows import Decision
from engine.service.cases import read_case
from engine.service.executor import Answer, execute
from engine.service.installation import Installation
from engine.store import UnitOfWork
from engine.store.queries.case import find_attachment
from engine.store.writes.access import put_attachment

_LONGEST_NAME = 200


@dataclass(frozen=True, slots=True)
class FoundFile:
    """A file of a case, its bytes checked against their name."""

    sha256: str
    name: str
    media_type: str
    data: bytes


def add(
    inst: Installation,
    actor: Actor,
    case_id: str,
    *,
    name: str,
    media_type: str,
    data: bytes,
    idempotency_key: str | None = None,
    if_match: int | None = None,
) -> Answer:
    """Puts a file into the case's folder; whoever may read the case may add to it."""
    if not data:
        raise InvalidRequestError("the file is empty")
    if not name.strip() or len(name) > _LONGEST_NAME or not name.isprintable():
        raise InvalidRequestError(f"a file's name has 1 to {_LONGEST_NAME} printable characters")
    read_case(inst, actor, case_id)
    sha256 = inst.blobs.put(data)

    def keep(work: UnitOfWork, decision: Decision) -> None:
        put_attachment(
            work,
            case_id=decision.case_id,
            sha256=sha256,
            name=name,
            media_type=media_type,
            size=len(data),
        )

    command = AddAttachment(
        case_id=case_id, sha256=sha256, media_type=media_type, size=len(data), name=name
    )
    answer = execute(
        inst,
        actor,
        command,
        idempotency_key=idempotency_key,
        if_match=if_match,
        before_commit=keep,
    )
    said = {"media_type": media_type, "name": name, "sha256": sha256, "size": len(data)}
    return Answer(answer.receipt, {**answer.data, **said}, answer.replayed)


def read(inst: Installation, actor: Actor, case_id: str, sha256: str) -> FoundFile:
    """A file of the case; NotFoundError when this case has none of this content."""
    read_case(inst, actor, case_id)
    with inst.database.reads() as reader:
        found = find_attachment(reader, case_id, sha256)
    if found is None:
        raise NotFoundError(f"the case has no file {sha256}", sha256=sha256)
    return FoundFile(sha256, found.name, found.media_type, inst.blobs.get(sha256))
