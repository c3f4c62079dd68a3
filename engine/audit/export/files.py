"""The files of an export. Their forms are described in `docs/how-to/verify-an-export.md`."""

import json
from collections.abc import Mapping
from importlib.resources import files
from typing import Any

from engine.audit.record import CaseRecord
from engine.domain.clock import to_wire
from engine.domain.evidence import canonical, digest
from engine.domain.journal import case_stream

FORMAT = "caseloop-export/1"
_VERIFIER = "verify.py"


def export_files(
    record: CaseRecord,
    *,
    release: Mapping[str, bytes],
    calendar: Any,
    earlier: Mapping[str, Any] | None = None,
    personal: bool = False,
) -> dict[str, bytes]:
    """Path → bytes. Personal values come along only when they are asked for.

    `calendar` is the pinned version, `earlier` those that the case was decided by before, by pin.
    """
    content = {
        "entries.ndjson": b"".join(entry.body + b"\n" for entry in record.entries),
        "hashes.txt": "".join(f"{entry.seq} {entry.hash}\n" for entry in record.entries).encode(),
        "state.json": record.snapshot.state,
        "document.json": record.snapshot.document,
        "pins.json": _pretty(record.snapshot.pins.to_json()),
        "calendar.json": _pretty(calendar),
        **{f"calendars/{pin}.json": _pretty(days) for pin, days in (earlier or {}).items()},
        "catalog.json": _pretty(_catalog(record)),
        **{f"release/{path}": data for path, data in sorted(release.items())},
        _VERIFIER: files("engine.audit.standalone").joinpath(_VERIFIER).read_bytes(),
    }
    if personal:
        content["personal.json"] = _pretty(
            {v.ref: {"salt": v.salt, "value": v.value} for v in record.personal}
        )
    return {**content, "manifest.json": _pretty(_manifest(record, content))}


def earlier_calendars(record: CaseRecord) -> list[str]:
    """The calendars that entries of the case pin beside the present one, in order."""
    pins = (_member(entry.body, "pins").get("calendar") for entry in record.entries)
    named = dict.fromkeys(pin for pin in pins if isinstance(pin, str))
    return [pin for pin in named if pin != record.snapshot.pins.calendar]


def _manifest(record: CaseRecord, content: Mapping[str, bytes]) -> dict[str, Any]:
    snapshot = record.snapshot
    return {
        "files": {path: digest(data) for path, data in content.items()},
        "format": FORMAT,
        "head": {"at": to_wire(snapshot.at), "hash": snapshot.head, "seq": snapshot.seq},
        "stream": case_stream(record.case_id),
    }


def _catalog(record: CaseRecord) -> dict[str, Any]:
    """The rows of the catalog that the decisions read, as the entries recorded them."""
    rows: dict[str, Any] = {}
    for entry in record.entries:
        for key, value in _facts(entry.body).items():
            if key.startswith("catalog:"):
                rows[key.removeprefix("catalog:")] = value
    return {"rows": rows, "version": record.snapshot.pins.catalog}


def _facts(body: bytes) -> Mapping[str, Any]:
    read = _member(body, "command").get("read")
    return read if isinstance(read, dict) else {}


def _member(body: bytes, name: str) -> Mapping[str, Any]:
    """An export is made of a broken record too: there an entry's parts are as good as lost."""
    try:
        found = json.loads(body)[name]
    except (ValueError, KeyError, TypeError):
        return {}
    return found if isinstance(found, dict) else {}


def _pretty(value: Any) -> bytes:
    """For people; these files are named by hash in the manifest, not chained."""
    canonical(value)  # refuses what has no place in evidence
    return json.dumps(value, ensure_ascii=False, indent=2, sort_keys=True).encode() + b"\n"
