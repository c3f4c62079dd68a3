"""The real process: start, find by the lock file, refuse a second one, end on SIGTERM."""

import json
import os
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

START = "2026-03-02T09:00:00+08:00"
ROOT = Path(__file__).parents[2]


def caseloop(folder: Path, *arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", "from api.cli import main; main()", *arguments],
        cwd=ROOT,
        env={**os.environ, "CASELOOP_DATA_DIR": str(folder), "PYTHONUNBUFFERED": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def run(folder: Path, *arguments: str) -> tuple[int, str]:
    process = caseloop(folder, *arguments)
    output, _ = process.communicate(timeout=60)
    return process.returncode, output


@pytest.fixture
def server(tmp_path: Path) -> Iterator[tuple[subprocess.Popen[str], str]]:
    process = caseloop(tmp_path, "serve", "--port", "0", "--virtual-clock", START)
    assert process.stdout is not None
    line = process.stdout.readline()
    assert "listens at" in line, line + process.stdout.read()
    yield process, line.split(" at ")[1].split(";")[0]
    process.kill()
    process.communicate()


def test_server_answers_health(server: tuple[subprocess.Popen[str], str]) -> None:
    with urllib.request.urlopen(f"{server[1]}/api/v1/health", timeout=10) as answer:
        assert json.load(answer)["status"] == "ok"


def test_command_speaks_to_the_running_server(
    server: tuple[subprocess.Popen[str], str], tmp_path: Path
) -> None:
    code, made = run(tmp_path, "key", "create", "gateway", "--scope", "cases:read")
    assert code == 0, made
    secret = next(
        line.removeprefix("secret:").strip()
        for line in made.splitlines()
        if line.startswith("secret:")
    )
    request = urllib.request.Request(
        f"{server[1]}/api/v1/cases", headers={"Authorization": f"Bearer {secret}"}
    )
    with urllib.request.urlopen(request, timeout=10) as answer:
        assert json.load(answer)["items"] == []


def test_second_server_is_refused_by_name(
    server: tuple[subprocess.Popen[str], str], tmp_path: Path
) -> None:
    code, output = run(tmp_path, "serve", "--port", "0", "--virtual-clock", START)
    assert code == 1
    assert server[1] in output
    assert "Traceback" not in output


def test_sigterm_ends_the_server_in_order(
    server: tuple[subprocess.Popen[str], str], tmp_path: Path
) -> None:
    process, _ = server
    process.send_signal(signal.SIGTERM)
    output, _ = process.communicate(timeout=30)
    assert process.returncode == 0, output
    assert output.strip().endswith("Stopped.")
    assert run(tmp_path, "db", "upgrade")[0] == 0, "the files are free again"


def test_stalled_senders_keep_nobody_out_and_do_not_hold_the_end(
    server: tuple[subprocess.Popen[str], str],
) -> None:
    process, url = server
    port = int(url.rpartition(":")[2])
    head = b"POST /api/v1/cases HTTP/1.1\r\nHost: here\r\nContent-Length: 90\r\n\r\n{"
    with ExitStack() as open_ones:
        for _ in range(24):
            raw = open_ones.enter_context(socket.create_connection(("127.0.0.1", port), timeout=20))
            raw.sendall(head)
        with urllib.request.urlopen(f"{url}/api/v1/health", timeout=20) as answer:
            assert json.load(answer)["status"] == "ok"
        process.send_signal(signal.SIGTERM)
        output, _ = process.communicate(timeout=30)
    assert process.returncode == 0, output
    assert output.strip().endswith("Stopped.")


def test_port_in_use_is_one_line(server: tuple[subprocess.Popen[str], str], tmp_path: Path) -> None:
    port = server[1].rpartition(":")[2]
    code, output = run(tmp_path / "other", "serve", "--port", port)
    assert (code, len(output.strip().splitlines())) == (1, 1), output


def test_worker_is_refused_on_sqlite(tmp_path: Path) -> None:
    code, output = run(tmp_path, "worker")
    assert code == 2
    assert "SQLite" in output
