"""Several server processes share one port on PostgreSQL, and end together."""

import json
import os
import signal
import urllib.request
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from tests.cli.test_serve_process import caseloop, run


def _children(parent: int) -> list[int]:
    found = []
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            fields = (entry / "stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[1]) == parent and "api.cli" in (entry / "cmdline").read_text():
            found.append(int(entry.name))
    return found


def test_sqlite_takes_one_process(tmp_path: Path) -> None:
    code, output = run(tmp_path, "serve", "--port", "0", "--processes", "2")
    assert code == 2
    assert "--processes" in output


@pytest.mark.postgres
def test_processes_share_the_port_and_end_together() -> None:
    with TemporaryDirectory(prefix="caseloop-several-") as folder:
        arguments = ("serve", "--port", "0", "--database", "embedded-postgres")
        process = caseloop(Path(folder), *arguments, "--processes", "2")
        assert process.stdout is not None
        line = process.stdout.readline()
        assert "listens at" in line, line + process.stdout.read()
        url = line.split(" at ")[1].split(";")[0]
        siblings = _children(process.pid)
        try:
            assert len(siblings) == 1
            assert "postgresql" not in Path(f"/proc/{siblings[0]}/cmdline").read_text()
            for _ in range(20):
                with urllib.request.urlopen(f"{url}/api/v1/health", timeout=20) as answer:
                    assert json.load(answer)["status"] == "ok"
            process.send_signal(signal.SIGTERM)
            output, _ = process.communicate(timeout=60)
            assert process.returncode == 0, output
            assert not any(Path(f"/proc/{pid}/cmdline").exists() for pid in siblings)
        finally:
            for pid in (process.pid, *siblings):
                _end(pid)
            process.communicate()


def _end(pid: int) -> None:
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return
