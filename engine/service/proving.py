"""The proof of files, as `caseloop prove` prints it. Needs no store, so it starts fast."""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from engine.domain.city import City
from engine.domain.errors import InvalidRequestError
from engine.kernel.compile.model import CompiledRelease
from engine.kernel.findings import DiagramError, Finding, Severity
from engine.kernel.player import read_city
from engine.kernel.proof import ProofFinding, Roster, Shift, prove_release, prove_roster
from engine.kernel.release import check_release, compile_checked
from engine.service.linting import as_diagrams

_PEOPLE = "people.json"
_SHIFTS = "shifts.json"


def prove_files(
    files: Mapping[str, bytes], city: Path | None = None, *, tells_refusal: bool = False
) -> list[dict[str, Any]]:
    """One object for each process: verdict, states explored, findings with their paths.

    DiagramError when the gate refuses a file, or that as the verdict (`tells_refusal`). `city` is
    a folder with `people.json` and whatever else describes the staff; `shifts.json` says who works
    together.
    """
    known = as_diagrams(files)
    checked = check_release(known)
    if not checked.accepted and tells_refusal:
        return _refused(checked.findings)
    if not checked.accepted:
        raise DiagramError(checked.findings)
    model = compile_checked(checked, known)
    roster = None if city is None else read_roster(city)
    found = [proof.to_json() for proof in prove_release(model).processes]
    if roster is not None:
        for verdict in found:
            if model.definitions[verdict["process"]].profile == "case":
                staff = of_roster(model, verdict["process"], roster)
                verdict["findings"] += [finding.to_json() for finding in staff]
    return found


def _refused(findings: Iterable[Finding]) -> list[dict[str, Any]]:
    """The same objects for files that the gate refuses, one for each; nothing was proven."""
    by_file: dict[str, list[Finding]] = {}
    for finding in findings:
        by_file.setdefault(finding.file, []).append(finding)
    return [
        {
            "process": None,
            "file": file,
            "verdict": "refused",
            "states": 0,
            "reason": "the gate refuses the file",
            "findings": [{**f.to_json(), "process": None, "path": [], "file": file} for f in found],
        }
        for file, found in by_file.items()
        if any(f.severity is Severity.ERROR for f in found)
    ]


def read_roster(folder: Path) -> Roster:
    """The staff of a city's files; InvalidRequestError names the file that cannot be read."""
    if not (folder / _PEOPLE).is_file():
        raise InvalidRequestError(f"{folder} has no {_PEOPLE}: it says who holds which post")
    city = read_city({f.name: f.read_bytes() for f in folder.iterdir() if f.is_file()})
    return Roster(city, _shifts(folder / _SHIFTS, city))


def _shifts(path: Path, city: City) -> tuple[Shift, ...]:
    """`{"shifts": [{"id": "night", "people": ["lin", …]}]}`."""
    if not path.is_file():
        return ()
    try:
        rows = json.loads(path.read_bytes())["shifts"]
        shifts = tuple(Shift(str(row["id"]), frozenset(row["people"])) for row in rows)
    except (ValueError, KeyError, TypeError) as exc:
        raise InvalidRequestError(
            f"{path.name} cannot be read ({exc!r}); write "
            '{"shifts": [{"id": "night", "people": ["…"]}]}'
        ) from exc
    for shift in shifts:
        strangers = sorted(shift.people - set(city.people))
        if strangers:
            raise InvalidRequestError(
                f"{path.name}: the shift {shift.id} names {strangers[0]!r}, who is not in {_PEOPLE}"
            )
    return shifts


def of_roster(model: CompiledRelease, process: str, roster: Roster) -> list[ProofFinding]:
    """Whether this staff can bring the cases of a process to their end."""
    return prove_roster(model.definitions[process], roster, model.policies.pairs)
