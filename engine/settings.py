"""The environment, parsed once into a frozen value; odd values are refused by their name."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from engine.domain.calendars import check_reach
from engine.domain.clock import from_wire
from engine.domain.errors import CalendarError, SettingsError

EMBEDDED = "embedded-postgres"
DEFAULT_DATA = "caseloop-data"
_DATABASE_FILE = "caseloop.db"


@dataclass(frozen=True, slots=True)
class Settings:
    """What an installation is opened with.

    `virtual_clock` is the start of a virtual clock for a database that is born now; `speed` is
    seconds of case time per second of real time, 0 for a clock that only moves when it is moved.
    """

    data: Path
    database_url: str
    blobs_url: str
    embedded_postgres: Path | None = None
    virtual_clock: datetime | None = None
    speed: float = 0.0

    @property
    def place(self) -> str:
        """Where the installation is, for people; without a password that the URL may carry."""
        if self.embedded_postgres is not None:
            return str(self.embedded_postgres)
        scheme, _, rest = self.database_url.partition("://")
        if scheme == "sqlite":
            return rest.removeprefix("/")
        return f"{scheme}://{rest.rpartition('@')[2].partition('?')[0]}"

    @classmethod
    def read(
        cls,
        *,
        database: str | None = None,
        data: str | None = None,
        virtual_clock: str | None = None,
        speed: float | None = None,
        environment: Mapping[str, str] | None = None,
    ) -> "Settings":
        """Options first, then `CASELOOP_DATABASE`, `CASELOOP_DATA_DIR`, `CASELOOP_BLOBS`."""
        env = os.environ if environment is None else environment
        folder = Path(data or env.get("CASELOOP_DATA_DIR") or DEFAULT_DATA).absolute()
        url = database or env.get("CASELOOP_DATABASE") or f"sqlite:///{folder / _DATABASE_FILE}"
        embedded = folder / "postgres" if url == EMBEDDED else None
        if embedded is None:
            _check_url(url)
        return cls(
            data=folder,
            database_url=url,
            blobs_url=env.get("CASELOOP_BLOBS") or f"file://{folder / 'blobs'}",
            embedded_postgres=embedded,
            virtual_clock=_instant("virtual clock", virtual_clock),
            speed=_speed(speed),
        )


def _check_url(url: str) -> None:
    if not url.startswith(("sqlite:///", "postgresql://", "postgresql+psycopg://")):
        raise SettingsError(
            f"database {url!r} is not known; write sqlite:///FILE, postgresql+psycopg://… or "
            f"{EMBEDDED}",
            setting="CASELOOP_DATABASE",
        )


def _instant(name: str, text: str | None) -> datetime | None:
    if text is None:
        return None
    try:
        return check_reach(from_wire(text))
    except (ValueError, CalendarError) as exc:
        raise SettingsError(f"{name}: {exc}", setting=name) from exc


def _speed(value: Any) -> float:
    speed = 0.0 if value is None else float(value)
    if not 0 <= speed <= 1_000_000:  # noqa: PLR2004 a day in 86 milliseconds
        raise SettingsError(f"speed {speed} is not between 0 and 1,000,000", setting="speed")
    return speed
