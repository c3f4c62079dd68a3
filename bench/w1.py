"""Workload W1 through the services, with authorisation, separation, journal and timers.

Eight clients drive their own cases from start to end, one step at a time: look for the open work
items of the case, complete one as a person of theirs. Counted are completions. The mix of answers
and the data are those of the comparison with other engines.
"""

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from bench.processes import cpu_seconds, postmaster
from engine.bootstrap import open_installation
from engine.domain.people import Actor
from engine.kernel.release import manifest_id
from engine.service import cases, work_items
from engine.service.installation import Installation
from engine.settings import Settings
from engine.store.writes import organisation as people
from engine.store.writes import releases

HERE = Path(__file__).parent
CLIENTS = 8
_AXES = {
    "acceptor": "supervision",
    "duty_officer": "supervision",
    "collector": "supervision",
    "evaluator": "supervision",
    "dispatcher": "command",
    "crew": "handling",
    "department": "handling",
}
ROLES = tuple(_AXES)
_CALENDAR = {
    "id": "cn",
    "version": 1,
    "zone": "Asia/Shanghai",
    "parts": ["08:30-12:00", "14:00-17:30"],
    "weekdays": [1, 2, 3, 4, 5],
    "first": "2026-01-01",
    "last": "2026-12-31",
}
Row = dict[str, Any]


def person_of(client: int, role: str) -> str:
    """Each client has one person for each role, as a city has."""
    return f"u{client}-{role}"


def found_city(inst: Installation) -> None:
    """The diagram, a calendar, and the clients' people."""
    files = {"w1.bpmn": (HERE / "w1.bpmn").read_bytes()}
    release = manifest_id(files)
    with inst.database.unit_of_work() as work:
        work.now()
        releases.put_release(work, release, b"bench", files)
        releases.put_catalog(work, "none", [])
        releases.put_calendar(work, "cn", "1", _CALENDAR)
        ids = [(c, role) for c in range(CLIENTS) for role in ROLES]
        names = [people.PersonRow(id=person_of(c, r), name=person_of(c, r)) for c, r in ids]
        posts = [
            people.PostRow(
                id=f"{person_of(c, r)}.{r}", person=person_of(c, r), role=r, axis=_AXES[r]
            )
            for c, r in ids
        ]
        people.put_people(work, names, posts)
        releases.set_current(work, release=release, catalog="none", calendar="cn@1")
        work.commit()


_WORDS = "".join(random.Random(0).choices("abcdef ghijkl", k=20_000))


def text(draw: random.Random, length: int) -> str:
    """Random words of `length` characters; cheap, because the load shares the machine."""
    start = int(draw.random() * (len(_WORDS) - length))
    return _WORDS[start : start + length]


def case_data(number: int) -> dict[str, Any]:
    """About 600 bytes, a function of the number alone."""
    draw = random.Random(number)
    return {
        "number": number,
        "title": text(draw, 40),
        "description": text(draw, 200),
        "place_text": text(draw, 60),
        "category": text(draw, 12),
        "subclass": text(draw, 16),
        "cell_code": text(draw, 10),
        "lon": 47_000_000 + draw.randrange(4_000_000),
        "lat": 522_000_000 + draw.randrange(4_000_000),
        "source": text(draw, 10),
        "urgency": draw.choice(("low", "normal", "high")),
        "reported_by": f"reporter{draw.randrange(10_000)}",
    }


def outcome_of(number: int, element: str, visit: int) -> str:
    """One in ten is rejected, one in four fails its first verification."""
    if element == "accept":
        return "reject" if number % 10 == 0 else "accept"
    if element == "verify":
        return "fail" if number % 4 == 0 and visit == 1 else "pass"
    return "done"


class ServiceClient:
    """A client that calls the services in this process."""

    def __init__(self, inst: Installation, client: int, *, keyed: bool = False) -> None:
        """`keyed`: every write under an idempotency key of its own, as over HTTP."""
        self._inst = inst
        self._actors = {r: Actor(via="user", person=person_of(client, r)) for r in ROLES}
        self._opener = Actor(via="bench")
        self._keyed = keyed

    def _key(self) -> str | None:
        """As long as a UUID, which is what clients send."""
        return self._inst.ids.new() if self._keyed else None

    def open(self, number: int) -> str:
        answer = cases.open_case(
            self._inst,
            self._opener,
            data=case_data(number),
            process="w1",
            idempotency_key=self._key(),
        )
        return str(answer.data["case_id"])

    def items(self, case: str) -> list[dict[str, Any]]:
        page = work_items.list_work_items(self._inst, self._opener, filters={"case_id": case})
        return page.items

    def complete(self, item: dict[str, Any], outcome: str, note: str) -> None:
        work_items.complete(
            self._inst,
            self._actors[item["role"]],
            item["id"],
            outcome=outcome,
            data={"note": note},
            idempotency_key=self._key(),
        )


def drive(client: Any, number: int, count: Callable[[], None]) -> None:
    """One case from its start to its end."""
    draw = random.Random(number)
    case = client.open(number)
    visits: dict[str, int] = {}
    while items := client.items(case):
        item = items[0]
        element = item["element"]
        visits[element] = visits.get(element, 0) + 1
        outcome = outcome_of(number, element, visits[element])
        client.complete(item, outcome, text(draw, 60))
        count()


class Meter:
    """Counts completions inside the measured window."""

    def __init__(self, warm: float, measure: float) -> None:
        self.begin = time.monotonic() + warm
        self.end = self.begin + measure
        self._guard = threading.Lock()
        self.completions = 0

    def count(self) -> None:
        if self.begin <= time.monotonic() < self.end:
            with self._guard:
                self.completions += 1

    @property
    def over(self) -> bool:
        return time.monotonic() >= self.end


def run_clients(make: Callable[[int], Any], clients: list[int], meter: Meter) -> float:
    """Runs client threads until the window is over; CPU seconds of this process inside it."""
    errors: list[BaseException] = []

    def loop(client: int) -> None:
        mine = make(client)
        number = client * 1_000_000 + 1
        try:
            while not meter.over:
                drive(mine, number, meter.count)
                number += 1
        except BaseException as exc:  # noqa: BLE001 told by the main thread
            errors.append(exc)

    threads = [threading.Thread(target=loop, args=(c,)) for c in clients]
    for thread in threads:
        thread.start()
    time.sleep(max(0.0, meter.begin - time.monotonic()))
    before = time.process_time()
    time.sleep(max(0.0, meter.end - time.monotonic()))
    spent = time.process_time() - before
    for thread in threads:
        thread.join()
    if errors:
        raise errors[0]
    return spent


def worker(settings: Settings, clients: list[int], warm: float, measure: float) -> Row:
    """What one process measures."""
    with open_installation(settings, upgrade=False) as inst:
        meter = Meter(warm, measure)
        spent = run_clients(lambda c: ServiceClient(inst, c), clients, meter)
    return {"completions": meter.completions, "cpu": spent}


@contextmanager
def founded(database: str | None) -> Iterator[Settings]:
    """Settings of a fresh installation, removed at the end."""
    with tempfile.TemporaryDirectory(prefix="caseloop-w1-") as folder:
        settings = Settings.read(database=database, data=folder)
        with open_installation(settings) as inst:
            found_city(inst)
            yield Settings.read(
                database=str(inst.database.url.render_as_string(hide_password=False)), data=folder
            )


def measure_sqlite(*, warm: float, measure: float) -> Row:
    """Eight threads in one process, as SQLite wants it."""
    with tempfile.TemporaryDirectory(prefix="caseloop-w1-") as folder:
        settings = Settings.read(data=folder)
        with open_installation(settings) as inst:
            found_city(inst)
            meter = Meter(warm, measure)
            spent = run_clients(lambda c: ServiceClient(inst, c), list(range(CLIENTS)), meter)
    return _figures(meter.completions, measure, spent, 0.0)


def measure_postgresql(*, warm: float, measure: float, processes: int = 2) -> Row:
    """Eight clients in `processes` processes on a PostgreSQL of this machine."""
    with founded("embedded-postgres") as settings:
        server = postmaster(settings.data / "postgres")
        shares = [list(range(CLIENTS))[p::processes] for p in range(processes)]
        started = [_spawn(settings, share, warm, measure) for share in shares]
        time.sleep(warm + 1.0)
        before = cpu_seconds(server)
        time.sleep(max(measure - 2.0, 0.5))
        database = (cpu_seconds(server) - before) * measure / max(measure - 2.0, 0.5)
        results = [_result(process) for process in started]
    done = sum(r["completions"] for r in results)
    return _figures(done, measure, sum(r["cpu"] for r in results), database)


def _spawn(
    settings: Settings, clients: list[int], warm: float, measure: float
) -> "subprocess.Popen[str]":
    arguments = {
        "clients": clients,
        "data": str(settings.data),
        "measure": measure,
        "url": settings.database_url,
        "warm": warm,
    }
    return subprocess.Popen(
        [sys.executable, "-m", "bench.w1", "--worker", json.dumps(arguments)],
        stdout=subprocess.PIPE,
        text=True,
        cwd=HERE.parent,
    )


def _result(process: "subprocess.Popen[str]") -> Row:
    out, _ = process.communicate(timeout=600)
    if process.returncode != 0:
        raise RuntimeError(f"a worker of the benchmark ended with {process.returncode}")
    row: Row = json.loads(out.splitlines()[-1])
    return row


def _figures(completions: int, seconds: float, engine: float, database: float) -> Row:
    thousand = max(completions, 1) / 1000
    return {
        "cpu_database": round(database / thousand, 3),
        "cpu_engine": round(engine / thousand, 3),
        "per_second": round(completions / seconds, 1),
    }


def main() -> None:
    """`python -m bench.w1 sqlite|postgresql [--warm S] [--measure S]`."""
    parser = argparse.ArgumentParser()
    parser.add_argument("target", nargs="?", choices=("sqlite", "postgresql"))
    parser.add_argument("--worker")
    parser.add_argument("--warm", type=float, default=5.0)
    parser.add_argument("--measure", type=float, default=15.0)
    options = parser.parse_args()
    if options.worker:
        given = json.loads(options.worker)
        settings = Settings.read(database=given["url"], data=given["data"])
        row = worker(settings, given["clients"], given["warm"], given["measure"])
    elif options.target == "sqlite":
        row = measure_sqlite(warm=options.warm, measure=options.measure)
    else:
        row = measure_postgresql(warm=options.warm, measure=options.measure)
    print(json.dumps(row))
    sys.stdout.flush()
    os._exit(0) if options.worker else None


if __name__ == "__main__":
    main()
