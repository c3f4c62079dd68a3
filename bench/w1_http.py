"""W1 over HTTP: a server process on PostgreSQL, eight keep-alive clients in another process."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

from api.demo.client import Client, sign_in
from bench.keep_alive import KeepAlive
from bench.processes import cpu_seconds, postmaster
from bench.w1 import (
    CLIENTS,
    HERE,
    ROLES,
    Meter,
    Row,
    case_data,
    founded,
    person_of,
    run_clients,
)

PASSWORD = "bench-password"


class HttpClient:
    """A client of the API, with one session per person of his."""

    def __init__(self, url: str, opener_token: str, number: int, tokens: dict[str, str]) -> None:
        self._opener = KeepAlive(url, opener_token, f"opener-{number}")
        self._sessions = {
            role: KeepAlive(url, token, f"{role}-{number}") for role, token in tokens.items()
        }

    def open(self, number: int) -> str:
        answer = self._opener.post("/cases", {"data": case_data(number), "process": "w1"})
        return str(answer["case_id"])

    def items(self, case: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self._opener.get(f"/work-items?case_id={case}")["items"]
        return found

    def complete(self, item: dict[str, Any], outcome: str, note: str) -> None:
        body = {"outcome": outcome, "data": {"note": note}}
        self._sessions[item["role"]].post(f"/work-items/{item['id']}/complete", body)


def measure_http(*, warm: float, measure: float) -> Row:
    """Completions per second over HTTP; CPU of both server processes and of PostgreSQL."""
    with founded("embedded-postgres") as settings:
        server = subprocess.Popen(
            [
                sys.executable,
                "-m",
                "bench.w1_server",
                json.dumps({"data": str(settings.data), "url": settings.database_url}),
            ],
            stdout=subprocess.PIPE,
            text=True,
            cwd=HERE.parent,
        )
        assert server.stdout is not None
        told = json.loads(server.stdout.readline())
        try:
            row = _drive(told, settings.data / "postgres", server.pid, warm, measure)
        finally:
            server.send_signal(signal.SIGTERM)
            server.wait(timeout=30)
    return row


def _drive(told: dict[str, str], postgres: Path, server: int, warm: float, measure: float) -> Row:
    url, token = told["url"], told["token"]
    clients = [_client(url, token, number) for number in range(CLIENTS)]
    meter = Meter(warm, measure)
    figures: dict[str, float] = {}

    def watch() -> None:
        time.sleep(max(0.0, meter.begin - time.monotonic()))
        before = cpu_seconds(server), cpu_seconds(postmaster(postgres))
        time.sleep(max(0.0, meter.end - time.monotonic()))
        figures["server"] = cpu_seconds(server) - before[0]
        figures["database"] = cpu_seconds(postmaster(postgres)) - before[1]

    watcher = threading.Thread(target=watch)
    watcher.start()
    run_clients(lambda c: clients[c], list(range(CLIENTS)), meter)
    watcher.join()
    thousand = max(meter.completions, 1) / 1000
    return {
        "cpu_database": round(figures["database"] / thousand, 3),
        "cpu_engine": round(figures["server"] / thousand, 3),
        "per_second": round(meter.completions / measure, 1),
    }


def _client(url: str, token: str, number: int) -> HttpClient:
    root = Client(url, token, _name=f"root-{number}")
    tokens: dict[str, str] = {}
    for role in ROLES:
        person = person_of(number, role)
        root.post("/users", {"login": person, "password": PASSWORD, "person": person})
        session = sign_in(url, person, PASSWORD)
        tokens[role] = str(session.token)
        session.close()
    root.close()
    return HttpClient(url, token, number, tokens)


def main() -> None:
    """`python -m bench.w1_http [WARM MEASURE]`."""
    warm, measure = (float(a) for a in (*sys.argv[1:3], "5", "15")[:2])
    print(json.dumps(measure_http(warm=warm, measure=measure)))
    sys.stdout.flush()
    os._exit(0)


if __name__ == "__main__":
    main()
