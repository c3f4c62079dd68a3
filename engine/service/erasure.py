"""Erasing personal values 删除个人信息 by law: value and salt go, every hash and replay holds.

The order is an entry of the `security` stream: who, when, which references, why. It holds no
value. The case's own journal stays as it was; its document shows null where a value was.
"""

import json
from collections.abc import Iterator, Sequence

from engine.audit import read_entries
from engine.domain.errors import InvalidRequestError
from engine.domain.journal import Event, case_stream
from engine.domain.people import Actor
from engine.schema import sealed_within
from engine.service.administration import SECURITY, Changed, record
from engine.service.answers import Answer
from engine.service.cases import read_case
from engine.service.executor import check_version
from engine.service.installation import Installation
from engine.store import Reader, UnitOfWork
from engine.store.queries.case import list_personal_values
from engine.store.writes.access import erase_personal as delete_values


def erase_personal(
    inst: Installation,
    actor: Actor,
    case_id: str,
    *,
    reason: str,
    pointers: Sequence[str] | None = None,
    idempotency_key: str | None = None,
    if_match: int | None = None,
) -> Answer:
    """Deletes the personal values that ever stood at these places of the document, or all.

    `pointers` are JSON pointers; None is everything, also what never reached the document.
    InvalidRequestError names a place where no personal value ever stood. What is gone already
    is no error, and nothing is recorded when nothing is left.
    """
    read_case(inst, actor, case_id)

    def change(work: UnitOfWork) -> Changed:
        # its lock: no command adds a value meanwhile
        check_version(work.load(case_id).snapshot, if_match)
        with inst.database.reads() as reader:
            kept = {value.ref for value in list_personal_values(reader, case_id)}
            wanted = kept if pointers is None else kept & _refs_at(reader, case_id, pointers)
        refs = sorted(wanted)
        delete_values(work, case_id, refs)
        told = {"case": case_id, "reason": reason, "refs": refs}
        events = (Event("personal.erased", told),) if refs else ()
        return Changed(events, {"erased": refs})

    args = {"case": case_id, "pointers": pointers and list(pointers), "reason": reason}
    return record(
        inst,
        actor,
        SECURITY,
        "erase_personal",
        args=args,
        change=change,
        idempotency_key=idempotency_key,
    )


def _refs_at(reader: Reader, case_id: str, pointers: Sequence[str]) -> set[str]:
    """The references that ever stood at or below these places."""
    found: dict[str, set[str]] = {pointer: set() for pointer in pointers}
    for place, ref in _history(reader, case_id):
        for pointer, refs in found.items():
            if place == pointer or place.startswith(f"{pointer}/"):
                refs.add(ref)
    for pointer, refs in found.items():
        if not refs:
            raise InvalidRequestError(
                f"no personal value ever stood at {pointer!r} of this case", pointer=pointer
            )
    return set().union(*found.values())


def _history(reader: Reader, case_id: str) -> Iterator[tuple[str, str]]:
    """Place and reference of every personal value that was written to the document."""
    for stored in read_entries(reader, case_stream(case_id)):
        for event in json.loads(stored.body)["events"]:
            if event["type"] != "document.changed":
                continue
            for name, (_, new) in event["data"]["changes"].items():
                for place, value in sealed_within(new, f"/{name}"):
                    yield place, value["ref"]
