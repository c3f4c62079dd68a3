"""Releases: judged as by lint, made once, read back as they were deployed."""

from pathlib import Path

import pytest

from engine.domain.errors import DefinitionError, NotFoundError, ReleaseNotFoundError
from engine.domain.evidence import digest
from engine.domain.people import Actor
from engine.kernel.release import manifest_id
from engine.service import releases
from engine.service.installation import Installation
from engine.store.queries.journal import list_entries
from tests.databases import SettableClock

PERMIT = Path(__file__).parents[1] / "api" / "permit"
FILES = {f"permit/{f.name}": f.read_bytes() for f in PERMIT.iterdir() if f.is_file()}
DIAGRAM = "permit/permit.bpmn"


def edited(old: bytes, new: bytes) -> dict[str, bytes]:
    assert old in FILES[DIAGRAM]
    return {**FILES, DIAGRAM: FILES[DIAGRAM].replace(old, new)}


def test_starting_pack_can_be_deployed(inst: Installation, operator: Actor) -> None:
    files = releases.packaged_files()
    answer = releases.deploy(inst, operator, files, note="starting pack")
    assert answer.data["release"] == manifest_id(files)
    assert not [f for f in answer.data["findings"] if f["severity"] == "error"]
    assert releases.release_files(inst, operator) == files
    assert not any("scenarios" in path or "sample_city" in path for path in files)


def test_same_files_are_the_same_release(
    inst: Installation, operator: Actor, case_clock: SettableClock
) -> None:
    first = releases.deploy(inst, operator, FILES)
    case_clock.forward(days=1)
    again = releases.deploy(inst, operator, dict(reversed(FILES.items())), note="again")
    assert (again.receipt, again.data["release"]) == (first.receipt, first.data["release"])
    with inst.database.reads() as reader:
        assert len(list_entries(reader, f"release:{first.data['release']}")) == 1


def test_release_is_current_when_wanted_and_can_be_taken_back(
    inst: Installation, operator: Actor, case_clock: SettableClock
) -> None:
    old = releases.deploy(inst, operator, FILES, note="one").data["release"]
    case_clock.forward(days=1)
    files = edited(b'name="\xe8\xae\xb8\xe5\x8f\xaf"', b'name="permit"')
    new = releases.deploy(inst, operator, files, make_current=False).data["release"]
    assert releases.get_release(inst, operator)["release"] == old
    releases.deploy(inst, operator, files)
    listed = releases.list_releases(inst, operator)
    assert [(r["release"], r["current"]) for r in listed] == [(new, True), (old, False)]
    releases.deploy(inst, operator, FILES)
    assert releases.get_release(inst, operator)["release"] == old


def test_release_tells_its_files_and_who_deployed_it(inst: Installation) -> None:
    cheng = Actor(via="user", person="cheng")
    release = releases.deploy(inst, cheng, FILES, note="limits").data["release"]
    shown = releases.get_release(inst, cheng, release)
    assert (shown["deployed_by"], shown["note"]) == ("cheng", "limits")
    assert shown["files"] == [
        {"path": path, "sha256": digest(FILES[path])} for path in sorted(FILES)
    ]
    assert releases.read_file(inst, cheng, None, DIAGRAM) == FILES[DIAGRAM]
    with pytest.raises(NotFoundError, match="nothing"):
        releases.read_file(inst, cheng, None, "nothing")


def test_release_that_is_unknown_or_not_yet_there_is_not_found(
    inst: Installation, operator: Actor
) -> None:
    for wanted in (None, "0" * 64):
        with pytest.raises(ReleaseNotFoundError):
            releases.get_release(inst, operator, wanted)


def test_files_beside_a_release_are_left_out_and_told(inst: Installation, operator: Actor) -> None:
    beside = {
        ".draft.bpmn": b"no XML",
        "README.md": b"#",
        "permit/scenarios/a.yaml": b"x",
        "sample_city/units.json": b"{}",
    }
    plain = releases.deploy(inst, operator, FILES).data["release"]
    answer = releases.deploy(inst, operator, {**FILES, **beside})
    assert answer.data["release"] == plain
    told = [f for f in answer.data["findings"] if f["rule"] == "release/left-out"]
    assert [(f["file"], f["severity"]) for f in told] == [
        (".", "info"),
        ("permit/scenarios", "info"),
        ("sample_city", "info"),
    ]


def test_diagram_that_cannot_run_is_refused_with_its_file(
    inst: Installation, operator: Actor
) -> None:
    with pytest.raises(DefinitionError) as refused:
        releases.deploy(inst, operator, edited(b'targetRef="stamp"', b'targetRef="nowhere"'))
    errors = [f for f in refused.value.context["findings"] if f["severity"] == "error"]
    assert errors
    assert {f["file"] for f in errors} == {DIAGRAM}
    assert releases.list_releases(inst, operator) == []


def test_house_rule_refuses_only_what_is_a_case_s_procedure(
    inst: Installation, operator: Actor
) -> None:
    unnamed = edited(b' cl:act="accept"', b"")
    releases.deploy(inst, operator, unnamed, make_current=False)
    declared = {
        **unnamed,
        DIAGRAM: unnamed[DIAGRAM].replace(
            b'<bpmn:process id="permit"', b'<bpmn:process id="permit" cl:profile="case"'
        ),
    }
    with pytest.raises(DefinitionError, match="house/act"):
        releases.deploy(inst, operator, declared)


@pytest.mark.parametrize("files", [{}, {"README.md": b"#"}, {"a/scenarios/b.bpmn": b"<x/>"}])
def test_release_without_files_is_refused(
    inst: Installation, operator: Actor, files: dict[str, bytes]
) -> None:
    with pytest.raises(DefinitionError):
        releases.deploy(inst, operator, files)


def test_case_schema_that_is_none_is_refused(inst: Installation, operator: Actor) -> None:
    for content in (b"not JSON", b'{"properties": {"x": {"type": "colour"}}}'):
        with pytest.raises(DefinitionError):
            releases.deploy(inst, operator, {**FILES, "permit/case.schema.json": content})
