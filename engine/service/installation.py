"""An open installation: database, files, clocks, and the compiled worlds that cases pin."""

import secrets
import threading
from collections import OrderedDict
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from engine.domain.calendars import Calendar
from engine.domain.clock import Clock
from engine.domain.errors import ReleaseNotFoundError, UnknownSemanticsError, WrongStateError
from engine.domain.ids import Ids
from engine.domain.rows import Pins
from engine.domain.worktime import worktime_for
from engine.kernel.decide import World, world_of
from engine.kernel.release import compile_release
from engine.kernel.run import SEMANTICS
from engine.service.access import Remembered
from engine.service.attempts import Attempts
from engine.service.virtual_clock import VirtualClock
from engine.settings import Settings
from engine.store import Database
from engine.store.blobs import Blobs
from engine.store.queries.releases import (
    find_calendar,
    find_installation,
    find_secret,
    read_files,
)
from engine.store.writes.installation import put_secret

__all__ = ["SEMANTICS", "Installation", "SystemClock", "split_calendar"]

_WORLDS_KEPT = 32
_REQUESTS = "requests"


@dataclass(slots=True)
class Installation:
    """What every service is given first. Shared by all threads of the process."""

    settings: Settings
    database: Database
    blobs: Blobs
    ids: Ids
    lease_clock: Clock
    virtual: VirtualClock | None = None
    #: What the parts of the runtime tell about themselves, for `health`.
    runtime: dict[str, Any] = field(default_factory=dict)
    #: Held while timers fire: the ticker must not claim one that a moving virtual clock is to
    #: fire at its own time.
    firing: threading.RLock = field(default_factory=threading.RLock)
    #: Whom the tokens of the last seconds spoke for.
    remembered: Remembered = field(default_factory=Remembered)
    #: Wrong passwords of the last minutes.
    attempts: Attempts = field(default_factory=Attempts)
    _worlds: "OrderedDict[Pins, World]" = field(default_factory=OrderedDict)
    _guard: threading.Lock = field(default_factory=threading.Lock)
    _secret: bytes | None = None

    def now(self) -> datetime:
        """Case time outside a transaction."""
        now = self.database.case_now()
        if now is not None:
            return now
        with self.database.unit_of_work() as work:
            return work.now()

    def current_pins(self) -> Pins:
        """What a new case is decided by; WrongStateError says what was never deployed."""
        with self.database.reads() as reader:
            found = find_installation(reader)
        release, catalog, calendar = (
            (None, None, None)
            if found is None
            else (found.current_release, found.current_catalog, found.current_calendar)
        )
        if release is None or catalog is None or calendar is None:
            given = {"release": release, "catalog": catalog, "calendar": calendar}
            missing = [name for name, value in given.items() if value is None]
            raise WrongStateError(
                f"nothing is current yet for: {', '.join(missing)}; import or deploy it first",
                missing=missing,
            )
        return Pins(release, catalog, calendar, SEMANTICS)

    def secret(self) -> bytes:
        """What keyed digests are made with; the first node that needs it draws it for all."""
        if self._secret is None:
            found = self._find_secret()
            if found is None:
                with self.database.unit_of_work() as work:
                    put_secret(work, _REQUESTS, secrets.token_hex(32))
                    work.commit()
                found = self._find_secret()
            assert found is not None
            self._secret = bytes.fromhex(found)
        return self._secret

    def _find_secret(self) -> str | None:
        with self.database.reads() as reader:
            return find_secret(reader, _REQUESTS)

    def world(self, pins: Pins) -> World:
        """The compiled release and calendar of these pins, from a small cache."""
        with self._guard:
            found = self._worlds.get(pins)
            if found is not None:
                self._worlds.move_to_end(pins)
                return found
        world = self._build(pins)
        with self._guard:
            self._worlds[pins] = world
            while len(self._worlds) > _WORLDS_KEPT:
                self._worlds.popitem(last=False)
        return world

    def _build(self, pins: Pins) -> World:
        if pins.semantics != SEMANTICS:
            raise UnknownSemanticsError(
                f"this case is decided by semantics {pins.semantics}; "
                f"the program on this node knows {SEMANTICS}: update the node",
                semantics=pins.semantics,
            )
        with self.database.reads() as reader:
            files = read_files(reader, pins.release)
            calendar = find_calendar(reader, *split_calendar(pins.calendar))
        if not files:
            raise ReleaseNotFoundError(f"there is no release {pins.release}", release=pins.release)
        if calendar is None:
            raise ReleaseNotFoundError(f"there is no calendar {pins.calendar}")
        return world_of(
            compile_release(files),
            worktime_for(Calendar.from_json(calendar.content)),
            catalog=pins.catalog,
            calendar=pins.calendar,
            semantics=pins.semantics,
        )


def split_calendar(pin: str) -> tuple[str, str]:
    """`cn@1` → calendar and version."""
    name, _, version = pin.rpartition("@")
    return name, version


class SystemClock:
    """The one place where the system's time is read."""

    def now(self) -> datetime:
        return datetime.now(UTC)  # noqa: TID251 this is the injected Clock itself
