import json
from pathlib import Path

from click.testing import CliRunner

from api.cli import main
from engine.kernel.release import manifest_id
from engine.service.pack import is_released
from tests.kernel.drawing import diagram, end, flows, process, start, user

PACK = Path(__file__).parents[2] / "processes"
_ASK = diagram(process("p", start(), user("ask"), end(), flows("start > ask > end")))


def run(*arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(main, [*arguments])
    assert result.exception is None or isinstance(result.exception, SystemExit)
    return result.exit_code, result.output


def put(folder: Path, name: str, data: bytes) -> str:
    file = folder / name
    file.write_bytes(data)
    return str(file)


def test_folder_is_described_in_chinese_and_signed_as_the_release_it_makes() -> None:
    code, text = run("describe", str(PACK))
    names = {f.relative_to(PACK).as_posix(): f for f in PACK.rglob("*") if f.is_file()}
    release = manifest_id({n: f.read_bytes() for n, f in names.items() if is_released(n)})
    assert code == 0
    assert "第 6 步 立案 `file_case`" in text
    assert f"SHA-256：{release}" in text


def test_one_process_in_english_as_markdown() -> None:
    code, text = run(
        "describe", str(PACK), "--lang", "en", "--format", "markdown", "--process", "escalation"
    )
    assert code == 0
    assert text.startswith("# 催办与督办\n")
    assert "Decision “escalation" in text
    assert "file_case" not in text


def test_json_names_the_ids_that_each_sentence_speaks_of(tmp_path: Path) -> None:
    code, text = run("describe", put(tmp_path, "p.bpmn", _ASK), "--format", "json")
    told = json.loads(text)
    assert code == 0
    assert told["release"] is None
    (chapter,) = told["chapters"]
    (step,) = [e for e in chapter["parts"][0]["entries"] if e["id"] == "ask"]
    assert {"key", "text", "about", "level"} == set(step["sentences"][0])
    assert step["sentences"][-1]["about"] == ["ask", "ask_to_end", "end"]


def test_files_are_signed_one_by_one(tmp_path: Path) -> None:
    code, text = run("describe", put(tmp_path, "p.bpmn", _ASK))
    assert code == 0
    assert "所签为下列文件" in text


def test_documentation_is_described_with_a_warning(tmp_path: Path) -> None:
    data = _ASK.replace(b' isExecutable="true"', b"")
    code, text = run("describe", put(tmp_path, "p.bpmn", data), "--lang", "en")
    assert code == 0
    assert text.startswith("Note: no process of these files is executable")


def test_refused_diagram_exits_with_1_and_names_the_findings(tmp_path: Path) -> None:
    bad = put(tmp_path, "bad.bpmn", _ASK.replace(b'targetRef="end"', b'targetRef="nowhere"'))
    code, text = run("describe", bad)
    assert code == 1
    assert "flow/dangling" in text


def test_wrong_usage_exits_with_2(tmp_path: Path) -> None:
    file = put(tmp_path, "p.bpmn", _ASK)
    code, text = run("describe", file, "--process", "nobody")
    assert code == 2
    assert "there are: p" in text
    assert run("describe", file, "--lang", "fr")[0] == 2
    assert run("describe")[0] == 2
    assert run("describe", str(tmp_path / "missing.bpmn"))[0] == 2
    (tmp_path / "empty").mkdir()
    assert run("describe", str(tmp_path / "empty"))[0] == 2


def test_difference_in_words(tmp_path: Path) -> None:
    old = put(tmp_path, "old.bpmn", _ASK)
    new = put(tmp_path, "new.bpmn", _ASK.replace(b'id="ask"', b'id="ask" cl:role="acceptor"', 1))
    assert run("diff", old, old, "--words") == (0, "文字无差异。\n")
    code, text = run("diff", old, new, "--words", "--lang", "en")
    assert code == 1
    assert "Done by the acceptor." in text
    code, text = run("diff", old, new, "--words", "--format", "json")
    assert code == 1
    (change,) = json.loads(text)
    assert (change["change"], change["process"], change["id"]) == ("changed", "p", "ask")
    bad = put(tmp_path, "bad.bpmn", b"<x/>")
    assert run("diff", old, bad, "--words")[0] == 1
