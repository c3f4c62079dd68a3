import json
from pathlib import Path

from click.testing import CliRunner

from api.cli import main
from tests.kernel.drawing import diagram, end, flows, process, start, user

OLD = diagram(process("p", start(), user("ask"), end(), flows("start > ask > end")))
NEW = OLD.replace(b'<userTask id="ask"', b'<userTask id="ask" name="Ask"')


def run(*arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(main, ["diff", *arguments])
    assert result.exception is None or isinstance(result.exception, SystemExit)
    return result.exit_code, result.output


def put(folder: Path, name: str, data: bytes) -> str:
    file = folder / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(data)
    return str(file)


def test_same_diagram_exits_with_0(tmp_path: Path) -> None:
    old = put(tmp_path, "a.bpmn", OLD)
    assert run(old, old) == (0, "No difference.\n")
    assert run(old, old, "--format", "json") == (0, "[]\n")


def test_difference_exits_with_1_and_names_element_and_field(tmp_path: Path) -> None:
    old, new = put(tmp_path, "a.xml", OLD), put(tmp_path, "b.bpmn", NEW)
    code, text = run(old, new)
    assert code == 1
    assert "~ userTask ask “Ask” in p" in text
    assert "name: nothing → “Ask”" in text
    assert "0 added, 0 removed, 1 changed" in text
    code, text = run(old, new, "--format", "json")
    assert code == 1
    (change,) = json.loads(text)
    assert set(change) == {"change", "file", "kind", "id", "name", "scope", "fields"}
    assert change["fields"] == [{"field": "name", "old": None, "new": "Ask"}]


def test_folders_are_compared_as_releases_without_scenarios(tmp_path: Path) -> None:
    put(tmp_path, "old/p/p.bpmn", OLD)
    put(tmp_path, "new/p/p.bpmn", OLD)
    put(tmp_path, "new/p/scenarios/s.yaml", b"story: more")
    assert run(str(tmp_path / "old"), str(tmp_path / "new"))[0] == 0
    put(tmp_path, "new/q/q.bpmn", NEW.replace(b'id="p"', b'id="q"'))
    code, text = run(str(tmp_path / "old"), str(tmp_path / "new"))
    assert code == 1
    assert "+ file q/q.bpmn" in text


def test_what_cannot_be_compared_is_wrong_usage(tmp_path: Path) -> None:
    old, bad = put(tmp_path, "a.bpmn", OLD), put(tmp_path, "bad.bpmn", b"no XML")
    assert run(old, str(tmp_path))[0] == 2
    assert run(old, bad)[0] == 2
    assert run(old, "missing.bpmn")[0] == 2
    broken = put(tmp_path, "x.json", b"{"), put(tmp_path, "y.json", b"{}")
    assert run(*broken)[0] == 2
