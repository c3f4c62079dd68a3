"""Releases: deployed, listed, read. A release is named by its manifest, so it is made once.

The gate judges here as it does in `lint`; what is deployed can be executed, or it is refused with
every finding.
"""

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from importlib.resources import files as packaged
from importlib.resources.abc import Traversable
from pathlib import PurePosixPath
from typing import Any

from engine.domain.errors import DefinitionError, NotFoundError, ReleaseNotFoundError
from engine.domain.evidence import digest
from engine.domain.journal import Event
from engine.domain.people import Actor
from engine.kernel.compile.model import CompiledRelease
from engine.kernel.findings import DiagramError, Finding
from engine.kernel.release import Checked, check_release, compile_checked, manifest_of
from engine.service.administration import Changed, record
from engine.service.executor import Answer
from engine.service.installation import Installation
from engine.service.pack import is_released
from engine.service.proof_of_release import check_proof
from engine.service.start_arming import switch_starts, told_starts
from engine.store import UnitOfWork
from engine.store.queries import releases as queries
from engine.store.queries.journal import list_entries
from engine.store.queries.releases import ReleaseView
from engine.store.queries.start_timers import list_starts
from engine.store.reader import Reader
from engine.store.writes.releases import put_release, set_current


def deploy(
    inst: Installation,
    actor: Actor,
    files: Mapping[str, bytes],
    *,
    note: str | None = None,
    make_current: bool = True,
    accept_unproven: str | None = None,
    idempotency_key: str | None = None,
) -> Answer:
    """Makes a release of the files; DefinitionError with the findings when gate or proof refuse.

    Files that are none of a release (scenarios, a sample city, texts) are left out, and an `info`
    finding says so. The same files again are the same release. A release of which the proof can
    tell nothing is made with a reason only, `accept_unproven`, which the journal keeps.
    """
    kept = {path: content for path, content in files.items() if is_released(path)}
    told, model = _judge(kept)
    proven, unproven = check_proof(inst, model, accept_unproven)
    findings = [*told, *proven, *_left_out(set(files) - set(kept))]
    manifest = manifest_of(kept)
    release, why = digest(manifest), note or None
    accepted = {"accept_unproven": accept_unproven} if unproven else {}

    def change(work: UnitOfWork) -> Changed:
        with inst.database.reads() as reader:
            is_new = queries.find_release(reader, release) is None
            is_current = _current(reader) == release
        data = {"files": sorted(kept), "findings": findings, "release": release}
        said = {"note": why, "release": release}
        events = []
        if is_new:
            put_release(work, release, manifest, kept, note=why)
            events.append(Event("release.deployed", {**said, "manifest": json.loads(manifest)}))
        if make_current and not is_current:
            set_current(work, release=release)
            switched = switch_starts(work, model, release)
            events += [Event("release.made_current", said), *switched]
            findings.extend(told_starts(model, switched))
        if events and unproven:
            reason = {"reason": accept_unproven, "release": release, "unproven": unproven}
            events.append(Event("release.accepted_unproven", reason))
        return Changed(tuple(events), data)

    return record(
        inst,
        actor,
        f"release:{release}",
        "deploy",
        args={"make_current": make_current, "note": why, "release": release, **accepted},
        change=change,
        idempotency_key=idempotency_key,
    )


def list_releases(inst: Installation, actor: Actor) -> list[dict[str, Any]]:
    """All releases, the newest first."""
    del actor
    with inst.database.reads() as reader:
        current = _current(reader)
        return [_line(reader, found, current) for found in queries.list_releases(reader)]


def get_release(inst: Installation, actor: Actor, release_id: str | None = None) -> dict[str, Any]:
    """A release with its manifest; None is the current one."""
    del actor
    with inst.database.reads() as reader:
        found, current = _find(reader, release_id), _current(reader)
        manifest = json.loads(found.manifest)
        files = [{"path": path, "sha256": sha256} for path, sha256 in manifest]
        starts = [view._asdict() for view in list_starts(reader, found.id)]
        return {**_line(reader, found, current), "files": files, "timers": starts}


def release_files(
    inst: Installation, actor: Actor, release_id: str | None = None
) -> dict[str, bytes]:
    """The files of a release as they were deployed; None is the current one."""
    del actor
    with inst.database.reads() as reader:
        return queries.read_files(reader, _find(reader, release_id).id)


def read_file(inst: Installation, actor: Actor, release_id: str | None, path: str) -> bytes:
    """One file of a release; NotFoundError names those that there are."""
    files = release_files(inst, actor, release_id)
    if path not in files:
        raise NotFoundError(f"the release has no file {path}", files=sorted(files))
    return files[path]


def packaged_files() -> dict[str, bytes]:
    """The starting pack, as far as it is a release."""
    return {path: content for path, content in _below(packaged("processes")) if is_released(path)}


def _judge(files: Mapping[str, bytes]) -> tuple[list[dict[str, Any]], CompiledRelease]:
    if not files:
        raise DefinitionError("there is no file of a release: no diagram, decision, form or policy")
    checked = check_release(files)
    findings = [_told(finding) for finding in checked.findings]
    if not checked.publishable:
        raise DefinitionError(_refusal(checked), findings=findings)
    return findings, compile_checked(checked, files)


def _refusal(checked: Checked) -> str:
    """The errors; or, where there are none, the house rules that a case's procedure breaks."""
    if not checked.accepted:
        return DiagramError(checked.findings).message
    return "\n".join(str(f) for f in checked.findings if f.rule.startswith("house/"))


def _told(finding: Finding) -> dict[str, Any]:
    return {**finding.to_json(), "file": finding.file}


def _left_out(paths: set[str]) -> Iterator[dict[str, Any]]:
    folders = Counter(str(PurePosixPath(path).parent) for path in paths)
    for folder, count in sorted(folders.items()):
        yield {
            "element": None,
            "file": folder,
            "help": "nothing to do; a release holds diagrams, decisions, forms, schema, policies",
            "line": None,
            "message": f"{count} files here are not part of the release",
            "rule": "release/left-out",
            "severity": "info",
        }


def _current(reader: Reader) -> str | None:
    found = queries.find_installation(reader)
    return None if found is None else found.current_release


def _find(reader: Reader, release_id: str | None) -> ReleaseView:
    wanted = release_id or _current(reader)
    if wanted is None:
        raise ReleaseNotFoundError("no release is current yet; deploy one first")
    found = queries.find_release(reader, wanted)
    if found is None:
        raise ReleaseNotFoundError(f"there is no release {wanted}", release=wanted)
    return found


def _line(reader: Reader, found: ReleaseView, current: str | None) -> dict[str, Any]:
    entries = list_entries(reader, f"release:{found.id}", limit=1)
    actor = json.loads(entries[0].body)["actor"] if entries else {}
    return {
        "current": found.id == current,
        "deployed_at": found.deployed_at,
        "deployed_by": actor.get("person") or actor.get("via"),
        "note": found.note,
        "release": found.id,
    }


def _below(folder: Traversable, prefix: str = "") -> Iterator[tuple[str, bytes]]:
    for item in sorted(folder.iterdir(), key=lambda found: found.name):
        if item.is_dir():
            yield from _below(item, f"{prefix}{item.name}/")
        elif is_released(prefix + item.name):
            yield prefix + item.name, item.read_bytes()
