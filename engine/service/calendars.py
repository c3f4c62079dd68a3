"""Working calendars: imported as versions that never change; the last import is the current one."""

from typing import Any

from engine.domain.calendars import Calendar
from engine.domain.errors import CalendarError, InvalidRequestError
from engine.domain.evidence import canonical, digest
from engine.domain.journal import Event
from engine.domain.people import Actor
from engine.service.administration import Changed, record
from engine.service.executor import Answer
from engine.service.installation import Installation
from engine.store import UnitOfWork
from engine.store.queries.releases import find_calendar, find_installation
from engine.store.writes.releases import put_calendar, set_current


def import_calendar(
    inst: Installation, actor: Actor, data: Any, *, idempotency_key: str | None = None
) -> Answer:
    """Imports one version and makes it current for new cases.

    The same version again changes nothing; other days under the same version are refused.
    """
    if not isinstance(data, dict):
        raise InvalidRequestError("the calendar is not an object; send the file's content")
    calendar = Calendar.from_json(data)
    content, pin = calendar.to_json(), f"{calendar.id}@{calendar.version}"

    def change(work: UnitOfWork) -> Changed:
        with inst.database.reads() as reader:
            known = find_calendar(reader, calendar.id, str(calendar.version))
            installation = find_installation(reader)
        counts = {"calendar": pin, "counts": {"days": len(calendar.days)}}
        if known is None:
            put_calendar(work, calendar.id, str(calendar.version), content)
        elif known.content != content:
            raise CalendarError(
                f"the calendar {pin} is published already with other days; raise its version",
                calendar=calendar.id,
                version=calendar.version,
            )
        elif installation is not None and installation.current_calendar == pin:
            return Changed((), counts)
        set_current(work, calendar=pin)
        return Changed((Event("calendar.published", {**said, "is_new": known is None}),), counts)

    said = {"calendar": pin, "content": content, "sha256": digest(canonical(content))}
    return record(
        inst,
        actor,
        f"calendar:{calendar.id}",
        "import_calendar",
        args={"calendar": pin, "sha256": said["sha256"]},
        change=change,
        idempotency_key=idempotency_key,
    )
