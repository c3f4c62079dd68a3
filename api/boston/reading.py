"""Reading Boston's CSV: local wall-clock times, every row accounted for by its line."""

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from engine.domain.calendars import check_reach
from engine.domain.errors import CalendarError, InvalidRequestError

ZONE = ZoneInfo("America/New_York")
#: The replay ends so long after the last instant of the file.
AFTER_ALL = timedelta(days=1)
_LONGEST_TYPE = 200
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
    reader = csv.DictReader(_lines(content))
    missing = [c for c in COLUMNS if c not in (reader.fieldnames or ())]
    if missing:
        raise InvalidRequestError(f"the file has no column {', '.join(missing)}", columns=missing)
    requests: dict[str, Request] = {}
    unreadable: list[Unreadable] = []
    for row in _checked(reader):
        try:
            request = _request(reader.line_num, row)
        except ValueError as exc:
            unreadable.append(Unreadable(reader.line_num, str(exc)))
            continue
        before = requests.setdefault(request.number, request)
        if before is not request:
            reason = f"{request.number} stands in line {before.line} already"
            unreadable.append(Unreadable(request.line, reason))
    return list(requests.values()), unreadable


def count_rows(content: bytes) -> int:
    """The rows of the file without its heading and without blank lines, counted by themselves."""
    return max(sum(1 for row in csv.reader(_lines(content)) if row) - 1, 0)


def _lines(content: bytes) -> io.StringIO:
    """The text; bytes that are not UTF-8 are kept apart, so that they cost a row and no more."""
    csv.field_size_limit(max(csv.field_size_limit(), len(content)))
    return io.StringIO(content.decode("utf-8-sig", errors="surrogateescape"), newline="")


def _checked(reader: "csv.DictReader[str]") -> Iterator[dict[str, str | None]]:
    try:
        yield from reader
    except csv.Error as exc:
        raise InvalidRequestError(f"line {reader.line_num} is no CSV: {exc}") from exc


def _request(line: int, row: Mapping[str, str | None]) -> Request:
    values = {name: _text(name, row.get(name)) for name in COLUMNS}
    for name in ("case_enquiry_id", "open_dt", "type"):
        if not values[name]:
            raise ValueError(f"{name} is empty")
    if len(values["type"]) > _LONGEST_TYPE:
        raise ValueError(f"type is longer than {_LONGEST_TYPE} characters")
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


def _text(name: str, value: str | None) -> str:
    text = (value or "").strip()
    if any("\ud800" <= c <= "\udfff" for c in text):
        raise ValueError(f"{name} is not UTF-8")
    if "\0" in text:
        raise ValueError(f"{name} holds U+0000")
    return text


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
    try:
        instant = local.replace(tzinfo=ZONE).astimezone(UTC)
        check_reach(instant + AFTER_ALL)
        return check_reach(instant)
    except (OverflowError, CalendarError) as exc:
        raise ValueError(f"{name} {text!r} is out of reach of the calendar") from exc
