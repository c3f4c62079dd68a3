"""An export is checked by a program that knows nothing of ours, started as its reader would."""

import json
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.audit.standalone import verify as standalone
from engine.domain.errors import ForbiddenError
from engine.domain.evidence import canonical, digest
from engine.service import cases, evidence
from engine.service.organisation import import_organisation
from engine.service.rights import PERSONAL
from tests.audit.town import OPERATOR, Town, who


def written(files: dict[str, bytes], folder: Path) -> Path:
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return folder


def run(folder: Path, *arguments: str) -> tuple[int, str]:
    """Runs the copied program without our packages: `-I` and another working directory."""
    done = subprocess.run(
        [sys.executable, "-I", "-S", str(folder / "verify.py"), *arguments],
        cwd=folder.parent,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    return done.returncode, done.stdout + done.stderr


@pytest.fixture
def exported(town: Town, tmp_path: Path) -> Path:
    files = evidence.export(town.inst, OPERATOR, town.handed_back())
    return written(files, tmp_path / "evidence")


def test_export_holds_entries_release_pins_calendar_and_catalog_rows(exported: Path) -> None:
    lines = (exported / "entries.ndjson").read_bytes().splitlines()
    first = json.loads(lines[0])
    assert json.loads((exported / "pins.json").read_text()) == first["pins"]
    assert (exported / "release/case_disposition/case_disposition.bpmn").is_file()
    assert json.loads((exported / "calendar.json").read_text())["id"] == "cn"
    catalog = json.loads((exported / "catalog.json").read_text())
    assert catalog["version"] == "sample@1"
    assert catalog["rows"]["01-01/2"]["limit"] == "4 工作时"
    assert not (exported / "personal.json").exists()


def test_untouched_export_is_intact(exported: Path) -> None:
    code, told = run(exported)
    assert (code, "entries are intact" in told) == (0, True), told
    assert run(exported.parent / "evidence", str(exported))[0] == 0


def test_entry_that_stays_well_formed_is_named_and_not_the_next_one(exported: Path) -> None:
    path = exported / "entries.ndjson"
    path.write_bytes(path.read_bytes().replace(b'"person":"zhou"', b'"person":"deng"', 1))
    assert "BROKEN: entry 2: its bytes have the hash" in run(exported)[1]


@pytest.mark.parametrize("line", [0, 3, -1])
def test_changed_byte_of_an_entry_is_named_by_its_number(exported: Path, line: int) -> None:
    path = exported / "entries.ndjson"
    lines = path.read_bytes().splitlines(keepends=True)
    number = line % len(lines) + 1
    middle = len(lines[line]) // 2
    changed = bytearray(lines[line])
    changed[middle] ^= 1
    lines[line] = bytes(changed)
    path.write_bytes(b"".join(lines))
    code, told = run(exported)
    assert (code, f"BROKEN: entry {number}:" in told) == (1, True), told


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("state.json", "state or document was changed"),
        ("document.json", "state or document was changed"),
        ("release/case_disposition/case_disposition.bpmn", "the release is"),
        ("calendar.json", "the file calendar.json was changed"),
        ("pins.json", "the file pins.json was changed"),
        ("catalog.json", "the file catalog.json was changed"),
    ],
)
def test_changed_file_is_named(exported: Path, name: str, told: str) -> None:
    path = exported / name
    path.write_bytes(path.read_bytes().replace(b"1", b"2", 1))
    code, output = run(exported)
    assert (code, told in output) == (1, True), output


def test_entry_that_was_cut_off_or_repeated_is_named(exported: Path) -> None:
    path = exported / "entries.ndjson"
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join(lines[:-1]))
    assert f"BROKEN: entry {len(lines)}:" in run(exported)[1]
    path.write_bytes(b"".join([*lines, lines[-1]]))
    assert f"BROKEN: entry {len(lines) + 1}:" in run(exported)[1]
    path.write_bytes(b"".join([lines[1], *lines[1:]]))
    assert "BROKEN: entry 1:" in run(exported)[1]


def test_missing_file_and_missing_entries_are_named(exported: Path) -> None:
    (exported / "entries.ndjson").write_bytes(b"")
    assert run(exported) == (1, "BROKEN: entry 1: there is none\n")
    (exported / "entries.ndjson").unlink()
    assert "entries.ndjson is missing" in run(exported)[1]


def test_rewritten_chain_is_found_with_a_receipt_of_the_time(exported: Path) -> None:
    """Who holds a receipt of his hand-back proves it even against whoever has the database."""
    path, manifest_path = exported / "entries.ndjson", exported / "manifest.json"
    lines = path.read_bytes().splitlines()
    receipt = ("3", digest(lines[2]))
    assert run(exported, "--receipt", *receipt)[0] == 0
    prev = digest(lines[0])
    for n in range(1, len(lines)):
        entry = json.loads(lines[n])
        entry["prev"] = prev
        if n == 1:
            entry["actor"]["person"] = "deng"
        lines[n] = canonical(entry)
        prev = digest(lines[n])
    path.write_bytes(b"\n".join(lines) + b"\n")
    hashes = "".join(f"{n} {digest(line)}\n" for n, line in enumerate(lines, 1))
    (exported / "hashes.txt").write_text(hashes)
    manifest = json.loads(manifest_path.read_text())
    manifest["head"]["hash"] = prev
    for name in ("entries.ndjson", "hashes.txt"):
        manifest["files"][name] = digest((exported / name).read_bytes())
    manifest_path.write_text(json.dumps(manifest))
    assert run(exported)[0] == 0
    code, told = run(exported, "--receipt", *receipt)
    assert (code, "entry 3" in told) == (1, True)


def test_folder_that_is_no_export_is_exit_2(exported: Path, tmp_path: Path) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    shutil.copy(exported / "verify.py", empty)
    (empty / "manifest.json").write_text("{}")
    assert run(empty)[0] == 2
    (exported / "manifest.json").write_text("not json")
    assert run(exported)[0] == 2


def test_personal_values_come_only_when_asked_by_who_may(town: Town, tmp_path: Path) -> None:
    case_id = town.report(source="public", reporter={"name": "钱女士", "phone": "13800000000"})
    plain = evidence.export(town.inst, OPERATOR, case_id)
    assert "钱女士".encode() not in b"".join(plain.values())
    with pytest.raises(ForbiddenError):
        evidence.export(town.inst, OPERATOR, case_id, personal=True)
    auditor = replace(OPERATOR, scopes=frozenset({PERSONAL}))
    folder = written(
        evidence.export(town.inst, auditor, case_id, personal=True), tmp_path / "evidence"
    )
    assert "2 personal values are as promised" in run(folder)[1]
    path = folder / "personal.json"
    path.write_text(path.read_text().replace("钱女士", "孙女士"))
    code, told = run(folder)
    assert (code, "entry 1: the personal value" in told) == (1, True)


def test_receipt_of_an_answer_is_the_one_in_the_export(town: Town, tmp_path: Path) -> None:
    answer = cases.open_case(
        town.inst,
        who("lin"),
        data={"class": "01-01", "description": "井盖", "grid_cell": "990101001001001",
              "source": "collector"},
    )  # fmt: skip
    receipt = answer.receipt
    assert receipt is not None
    files = evidence.export(town.inst, OPERATOR, answer.data["case_id"])
    folder = written(files, tmp_path / "evidence")
    assert run(folder, "--receipt", str(receipt.seq), receipt.hash)[0] == 0
    assert run(folder, "--receipt", str(receipt.seq), "0" * 64)[0] == 1


json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


@given(json_values)
def test_both_canonical_forms_are_the_same(value: Any) -> None:
    """The verifier repeats the canonical form in its own code; the bytes are those of the house."""
    wanted = canonical(value)
    assert standalone.write_canonical(value).encode() == wanted
    assert standalone.read_canonical(wanted) == value


@pytest.mark.parametrize(
    "data",
    [
        b'{"a":1.0}',
        b'{"a":1, "b":2}',
        b'{"b":1,"a":2}',
        b'{"a":1,"a":1}',
        b'{"a":NaN}',
        b'{"a":9007199254740993}',
        b'{"a":"\\u0041"}',
        b'"\\ud800"',
        b"\xff",
        b"[" * 100_000,
    ],
)
def test_what_is_not_canonical_is_refused(data: bytes) -> None:
    with pytest.raises(standalone.BrokenError):
        standalone.read_canonical(data)


def test_streams_that_are_no_case_are_verified_too(town: Town) -> None:
    import_organisation(town.inst, OPERATOR, {"units": [{"id": "extra", "name": "外加"}]})
    found = {v.case_id: v.verdict for v in evidence.verify_streams(town.inst)}
    assert found == {"organisation": "intact"}
