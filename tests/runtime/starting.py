"""Releases whose processes are started by a time, and what comes of them."""

import json
from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from engine.service import releases
from engine.service.installation import Installation
from engine.store.queries.journal import list_entries
from engine.store.queries.start_timers import StartTimerView, list_starts
from engine.store.tables import case_state, entry
from tests.audit.town import OPERATOR, Town
from tests.kernel.drawing import cycle, diagram, end, flows, process, start, user, xor

_OPENINGS = (
    sa.select(entry.c.body)
    .join(case_state, case_state.c.case_id == entry.c.stream_id)
    .where(entry.c.seq == 1)
    .order_by(entry.c.at, entry.c.stream_id)
)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


def date(text: str) -> str:
    return f"<timerEventDefinition><timeDate>{text}</timeDate></timerEventDefinition>"


def drawn(when: str, *, name: str = "patrol", task: str = "look", **words: str) -> bytes:
    """A process that begins at a time and has one task."""
    way = flows(f"begin > {task} > end")
    return diagram(process(name, start("begin", when, **words), user(task), end(), way))


def deploy(town: Town, *drawings: bytes, **more: Any) -> str:
    """Makes these diagrams the current release; its id."""
    files = {f"d{n}.bpmn": content for n, content in enumerate(drawings)}
    return str(releases.deploy(town.inst, OPERATOR, files, **more).data["release"])


def hourly() -> bytes:
    return drawn(cycle("R/PT1H"))


def for_collectors_only() -> bytes:
    """Nobody but a collector may open it, so no timer may."""
    return drawn(cycle("R/PT1H"), cl_role="collector")


def stuck_at_once() -> bytes:
    """Its first automatic step fails: no flow can be taken."""
    way = flows("begin > which", "which ? level = 9 > end", "which ? level = 8 > end2")
    parts = (start("begin", cycle("R/PT1H")), xor("which"), end(), end("end2"), way)
    return diagram(process("patrol", *parts))


def cases_of(inst: Installation, process_id: str = "patrol") -> list[dict[str, Any]]:
    """The first entry of every case that began with this process, in the order of opening."""
    with inst.database.reads() as reader:
        rows = reader.select(_OPENINGS)
    entries = [json.loads(body) for (body,) in rows]
    return [e for e in entries if e["command"]["args"].get("process") == process_id]


def dues(inst: Installation) -> list[str]:
    """At which instants cases were opened by timers."""
    return [entry["command"]["args"]["due"] for entry in cases_of(inst)]


def waiting(inst: Installation, release: str) -> list[StartTimerView]:
    with inst.database.reads() as reader:
        return list_starts(reader, release)


def told(inst: Installation, release: str) -> list[dict[str, Any]]:
    """The events of a release's stream."""
    with inst.database.reads() as reader:
        entries = list_entries(reader, f"release:{release}")
    return [event for e in entries for event in json.loads(e.body)["events"]]
