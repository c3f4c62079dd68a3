"""Reading Boston's CSV: local wall-clock times, every row accounted for by its line."""

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from engine.domain.errors import InvalidRequestError

ZONE = ZoneInfo("America/New_York")
COLUMNS = (
    "case_enquiry_id",
    "open_dt",
    "target_dt",
    "closed_dt",
    "ontime",
    "case_status",
    "case_title",
    "type",
    "source",
)


@dataclass(frozen=True, slots=True)
class Request:
    """One service request. `target` is the city's own deadline: only ever compared with."""

    line: int
    number: str
    opened: datetime
    closed: datetime | None
    target: datetime | None
    city_verdict: str  # ONTIME or OVERDUE
    title: str
    type: str
    source: str


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A row that cannot be read, and why."""

    line: int
    reason: str


def read_requests(content: bytes) -> tuple[list[Request], list[Unreadable]]:
    """All rows, as requests or as unreadable ones; their numbers add up to the file's rows."""
    text = content.decode("utf-8-sig")
    reader = csv.DictReader(io.StringIO(text))
    missing = [c for c in COLUMNS if c not in (reader.fieldnames or ())]
    if missing:
        raise InvalidRequestError(f"the file has no column {', '.join(missing)}", columns=missing)
    requests: list[Request] = []
    unreadable: list[Unreadable] = []
    for row in reader:
        try:
            requests.append(_request(reader.line_num, row))
        except ValueError as exc:
            unreadable.append(Unreadable(reader.line_num, str(exc)))
    return requests, unreadable


def _request(line: int, row: Mapping[str, str | None]) -> Request:
    values = {name: (row.get(name) or "").strip() for name in COLUMNS}
    for name in ("case_enquiry_id", "open_dt", "type"):
        if not values[name]:
            raise ValueError(f"{name} is empty")
    if values["ontime"] not in ("ONTIME", "OVERDUE"):
        raise ValueError(f"ontime is {values['ontime']!r}, not ONTIME or OVERDUE")
    opened = _instant("open_dt", values["open_dt"])
    assert opened is not None
    closed = _instant("closed_dt", values["closed_dt"])
    if closed is not None and closed < opened:
        raise ValueError("closed_dt lies before open_dt")
    return Request(
        line=line,
        number=values["case_enquiry_id"],
        opened=opened,
        closed=closed,
        target=_instant("target_dt", values["target_dt"]),
        city_verdict=values["ontime"],
        title=values["case_title"],
        type=values["type"],
        source=values["source"],
    )


def _instant(name: str, text: str) -> datetime | None:
    """A local wall-clock time of Boston as UTC; empty means unknown."""
    if not text:
        return None
    try:
        local = datetime.fromisoformat(text)
    except ValueError as exc:
        raise ValueError(f"{name} {text!r} is no time") from exc
    if local.tzinfo is not None:
        raise ValueError(f"{name} {text!r} has a zone; the file has local times")
    return local.replace(tzinfo=ZONE).astimezone(UTC)
