"""The player's stage on a database: every command goes through the services."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson

from engine.domain.commands import Command, OpenCase
from engine.domain.journal import case_stream
from engine.domain.people import Actor
from engine.kernel.player import Player
from engine.schema import is_photo
from engine.service import timers
from engine.service.executor import execute
from engine.service.firing import Fired
from engine.service.installation import Installation
from engine.store.queries.case import find_attachment, find_snapshot
from engine.store.queries.journal import list_entries
from engine.store.queries.notifications import list_notifications
from engine.store.writes.access import put_attachment

_OPERATOR = Actor(via="cli")


@dataclass(slots=True, kw_only=True)
class ServicePlayer(Player):
    """Same interface as Player; what it knows it reads back from the store."""

    inst: Installation
    case_id: str = ""

    def do(self, command: Command, actor: Actor) -> None:
        opening = isinstance(command, OpenCase)
        self._attach(command)
        execute(self.inst, actor, command, pins=self.inst.current_pins() if opening else None)
        self.case_id = command.case_id
        self._read_back()

    def advance(self, until: datetime) -> None:
        timers.advance_clock(self.inst, _OPERATOR, until)
        self.now = until
        self._read_back()

    def fire_due(self) -> None:
        """As the ticker does."""
        while timers.fire_due(self.inst, node="story") != Fired():
            self._read_back()

    def _attach(self, command: Command) -> None:
        """A story names photographs without bringing them; here they must be attached first."""
        for sha in set(_photos(getattr(command, "data", {}))):
            with self.inst.database.reads() as reader:
                if find_attachment(reader, command.case_id, sha) is not None:
                    continue
            with self.inst.database.unit_of_work() as work:
                work.now()
                put_attachment(
                    work,
                    case_id=command.case_id,
                    sha256=sha,
                    name="photo.jpg",
                    media_type="image/jpeg",
                    size=1,
                )
                work.commit()

    def _read_back(self) -> None:
        with self.inst.database.reads() as reader:
            self.snapshot = find_snapshot(reader, self.case_id)
            stored = list_entries(reader, case_stream(self.case_id), after_seq=len(self.entries))
            views = list_notifications(reader, case_id=self.case_id, limit=500).items
        self.notifications = [view.notification for view in reversed(views)]
        for entry in stored:
            self.entries.append(entry.body)
            body = orjson.loads(entry.body)
            self.events += [{**event, "at": body["at"]} for event in body["events"]]


def _photos(value: Any) -> Iterator[str]:
    if is_photo(value):
        yield value
    elif isinstance(value, dict):
        for inner in value.values():
            yield from _photos(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _photos(inner)
