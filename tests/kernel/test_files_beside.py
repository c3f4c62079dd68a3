"""What lies beside the diagrams is judged as hard as they are: nothing is passed over."""

import json
from typing import Any

import pytest

from engine.domain.separation import FurtherPair
from engine.kernel.compile.model import Policies
from engine.kernel.findings import DiagramError, Severity
from engine.kernel.release import check_files, check_release, compile_release
from tests.kernel.drawing import diagram, end, flows, process, start, user

DIAGRAM = diagram(process("p", start(), user("x"), end(), flows("start > x > end")))
SEPARATION, REWORK = "policies/separation.yaml", "policies/rework.yaml"
PERSONAL = {"personal": True, "type": "string"}


def schema(**fields: Any) -> bytes:
    return json.dumps({"properties": fields}).encode()


def decision(name: str, text: str = "1") -> bytes:
    return f"""<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="d"
      namespace="urn:d"><decision id="{name}" name="{name}"><literalExpression><text>{text}</text>
      </literalExpression></decision></definitions>""".encode()


def policies(**files: bytes) -> Policies:
    named = {f"policies/{name.replace('_', '.')}": content for name, content in files.items()}
    return compile_release({"p.bpmn": DIAGRAM, **named}).policies


@pytest.mark.parametrize(
    ("field", "pointer"),
    [
        ({"anyOf": [PERSONAL]}, "/properties/f/anyOf/0/personal"),
        ({"personal": "yes"}, "/properties/f/personal"),
        ({"type": "colour"}, "/properties/f/type"),
        ({"$ref": "#/$defs/none"}, "/properties/f/$ref"),
    ],
)
def test_case_schema_is_refused_with_a_pointer_into_it(field: Any, pointer: str) -> None:
    [finding] = check_files({"a/case.schema.json": schema(f=field)})
    assert (finding.rule, finding.severity) == ("file/schema", Severity.ERROR)
    assert (finding.file, finding.element) == ("a/case.schema.json", pointer)
    assert pointer in finding.message


@pytest.mark.parametrize("content", [b"not JSON", b"[]", b"[" * 100_000, b'"\xff"'])
def test_case_schema_that_is_no_object_is_a_finding_and_no_failure(content: bytes) -> None:
    findings = check_files({"case.schema.json": content})
    assert [(f.rule, f.file) for f in findings] == [("file/schema", "case.schema.json")]


@pytest.mark.parametrize(
    "read", ["witnesses[1].phone", "case.witnesses.phone", "who.phone", "count(witnesses[phone])"]
)
def test_personal_value_inside_lists_and_references_is_read_by_no_decision(read: str) -> None:
    person = {"properties": {"phone": PERSONAL, "said": {"type": "string"}}}
    content = {
        "$defs": {"person": person},
        "properties": {"who": {"$ref": "#/$defs/person"}, "witnesses": {"items": person}},
    }
    files = {"case.schema.json": json.dumps(content).encode(), "d.dmn": decision("d", read)}
    assert {f.rule for f in check_files(files)} == {"expression/personal"}
    allowed = {**files, "d.dmn": decision("d", "count(witnesses) + count(who.said)")}
    assert check_files(allowed) == []


BROKEN: dict[str, tuple[str, bytes, int, str]] = {
    "yaml": ("s.yaml", b"a: [1,\nb: {\n", 3, "not YAML"),
    "json": ("bad.json", b'{\n"a": ,', 2, "not JSON"),
    "form": ("forms/report.json", b"\n{", 2, "not JSON"),
    "schema": ("case.schema.json", b"{\n\n", 3, "not JSON"),
    "no text": ("s.yml", b"a: 1\n\xff\xfe", 2, "not text in UTF-8"),
    "empty json": ("e.json", b"", 1, "not JSON"),
    "too deep": ("d.json", b"[" * 200_000, 0, "deep"),
    "control character": ("c.yaml", b"a: \x01", 0, "not YAML"),
}


@pytest.mark.parametrize(("name", "data", "line", "word"), BROKEN.values(), ids=BROKEN)
def test_file_that_cannot_be_read_is_refused_at_its_line(
    name: str, data: bytes, line: int, word: str
) -> None:
    found = [f for f in check_files({name: data}) if f.severity is Severity.ERROR]
    [finding] = found
    rule = "file/schema" if name == "case.schema.json" else "file/broken"
    assert (finding.rule, finding.file, finding.line) == (rule, name, line)
    assert word in finding.message


def test_second_case_schema_is_refused_and_both_are_named() -> None:
    files = {"b/case.schema.json": schema(b={}), "a/case.schema.json": schema(a={})}
    [finding] = check_files(files)
    assert (finding.rule, finding.file) == ("file/twice", "b/case.schema.json")
    assert "a/case.schema.json" in finding.message
    with pytest.raises(DiagramError, match=r"b/case\.schema\.json.*a/case\.schema\.json"):
        compile_release({"p.bpmn": DIAGRAM, **files})


@pytest.mark.parametrize("paths", [("a.dmn", "b.dmn"), ("b.dmn", "a.dmn")])
def test_second_decision_of_one_id_is_refused_whatever_the_order(paths: tuple[str, str]) -> None:
    one, other = paths
    [finding] = check_files({one: decision("limit", "1"), other: decision("limit", "2")})
    assert (finding.rule, finding.file, finding.element) == ("file/twice", "b.dmn", "limit")
    assert "a.dmn" in finding.message


def test_second_form_of_one_name_is_refused() -> None:
    [finding] = check_files({"a/forms/report.json": b"{}", "b/forms/report.yaml": b""})
    assert (finding.rule, finding.file) == ("file/twice", "b/forms/report.yaml")
    assert "a/forms/report.json" in finding.message


def test_policies_are_read_once_into_values() -> None:
    assert policies() == Policies()
    read = policies(
        separation_yaml=b"pairs:\n- {first: verify, second: check}\n",
        rework_json=b'{\n\t"id": "rework",\n\t"rework_keeps_deadline": false\n}',
    )
    assert read == Policies((FurtherPair("verify", "check"),), rework_keeps_deadline=False)


BAD: dict[str, tuple[str, bytes, int, str]] = {
    "member missing": (SEPARATION, b"pairs:\n- {first: check}\n", 2, "'second'"),
    "member unknown": (SEPARATION, b"pairs:\n- {a: report}\n", 2, "'a'"),
    "misspelt word": (SEPARATION, b"title: x\npair: []\npairs: []\n", 2, "'pair'"),
    "no pairs": (SEPARATION, b"title: x\n", 0, "no pairs"),
    "pairs is no list": (SEPARATION, b"pairs: {first: check, second: file}\n", 1, "no list"),
    "pair is no object": (SEPARATION, b"pairs:\n- check\n", 2, "no object"),
    "unknown act": (
        SEPARATION,
        b"pairs:\n- first: check\n  second: chekc\n",
        3,
        "'chekc'",
    ),
    "act is no text": (SEPARATION, b"pairs:\n- {first: 1, second: check}\n", 2, "no text"),
    "pair twice": (
        SEPARATION,
        b"pairs:\n- {first: file, second: check}\n- {first: check, second: file}\n",
        3,
        "twice",
    ),
    "word twice": (SEPARATION, b"pairs: []\npairs: []\n", 2, "twice"),
    "a list": (SEPARATION, b"- first: check\n", 1, "no object"),
    "nothing": (SEPARATION, b"", 0, "no object"),
    "no YAML": (SEPARATION, b"pairs: [\n", 2, "cannot be read"),
    "no text": (SEPARATION, b"\x00\xff", 0, "cannot be read"),
    "too deep": (SEPARATION, b"[" * 50_000, 0, "deep"),
    "another id": (SEPARATION, b"id: rework\npairs: []\n", 1, "'rework'"),
    "no truth value": (REWORK, b"rework_keeps_deadline: 'no'\n", 1, "no truth value"),
    "another policy": ("policies/seperation.yaml", b"pairs: []\n", 0, "'seperation'"),
}


@pytest.mark.parametrize("what", BAD)
def test_policy_that_would_not_be_obeyed_is_refused_with_file_and_line(what: str) -> None:
    path, content, line, said = BAD[what]
    checked = check_release({"p.bpmn": DIAGRAM, path: content})
    assert not checked.accepted
    places = [(f.rule, f.file, f.line) for f in checked.findings]
    assert ("file/policy", path, line) in places
    assert any(said in f.message for f in checked.findings)


def test_second_policy_of_one_name_is_refused_and_both_are_named() -> None:
    files = {"b/policies/rework.yml": b"{}", "a/policies/rework.json": b"{}"}
    [finding] = check_files(files)
    assert (finding.rule, finding.file) == ("file/policy", "b/policies/rework.yml")
    assert "a/policies/rework.json" in finding.message


@pytest.mark.parametrize("path", ["polices/separation.yaml", "rework.json", "a/case-schema.json"])
def test_file_that_nobody_reads_is_told(path: str) -> None:
    [finding] = check_files({path: b"{}"})
    assert (finding.rule, finding.severity) == ("file/unread", Severity.WARNING)
    assert finding.file == path
    assert check_files({"forms/a.json": b"{}", "case.schema.json": b"{}"}) == []
