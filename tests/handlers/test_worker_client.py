"""The worker SDK against a real server over HTTP, and against one that misbehaves."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from typing import Any, ClassVar

import pytest

from api.web_server import WebServer
from caseloop_worker import (
    Client,
    Job,
    JobLostError,
    RefusalError,
    RejectedError,
    UnavailableError,
    Worker,
)
from tests.api.conftest import furnished, house
from tests.api.house import LOCAL_TOKEN, House, ok

__all__ = ["furnished", "house"]


@pytest.fixture
def client(house: House) -> Iterator[Client]:
    server = WebServer(house.app, "127.0.0.1", 0, threads=4)
    thread = Thread(target=server.run)
    thread.start()
    yield Client(server.url, LOCAL_TOKEN, tries=1)
    server.stop()
    thread.join()


def locked(client: Client, seconds: int = 60) -> Job:
    [job] = client.fetch_and_lock(["stamp"], worker="office", seconds=seconds)
    return job


def document(house: House, case_id: str) -> dict[str, Any]:
    return dict(ok(house.lin.get(f"/cases/{case_id}/document"))["document"])


def test_nothing_is_fetched_when_there_is_no_work(client: Client) -> None:
    assert client.fetch_and_lock(["stamp"], worker="office") == []


def test_job_is_fetched_completed_and_receipted(house: House, client: Client) -> None:
    case_id = house.accepted()
    job = locked(client)
    assert (job.case_id, job.topic, job.attempts) == (case_id, "stamp", 1)
    assert job.variables == {"what": "a hole"}
    receipt = client.complete(job, {"stamp_no": 7})["receipt"]
    assert receipt["stream"] == f"case:{case_id}"
    assert document(house, case_id)["stamp_no"] == 7


def test_answer_that_is_sent_twice_takes_effect_once(house: House, client: Client) -> None:
    house.accepted()
    job = locked(client)
    first = client.complete(job, {"stamp_no": 7})
    assert client.complete(job, {"stamp_no": 7}) == first


def test_lock_is_extended(house: House, client: Client) -> None:
    house.accepted()
    job = locked(client, seconds=5)
    longer = client.extend(job, 600)
    assert (longer.lock_expires_at - job.lock_expires_at).total_seconds() > 500
    assert longer.lock == job.lock


def test_failed_job_waits_and_keeps_its_retries_as_told(house: House, client: Client) -> None:
    house.accepted()
    client.fail(locked(client), "no ink", retries=5, retry_after_seconds=0)
    again = locked(client)
    assert (again.retries, again.attempts) == (5, 2)


def test_last_failure_is_an_incident(house: House, client: Client) -> None:
    house.accepted()
    assert client.fail(locked(client), "no ink", retries=0)["incident"] == 1


def test_bpmn_error_is_caught_by_the_diagram(house: House, client: Client) -> None:
    case_id = house.accepted()
    client.bpmn_error(locked(client), "NO_INK", reason="empty")
    assert ok(house.lin.get(f"/cases/{case_id}"))["outcome"] == "void"


def test_photo_is_attached_under_its_hash(house: House, client: Client) -> None:
    found = client.attach(house.accepted(), "路口 1.jpg", b"a picture")
    assert found.sha256 == hashlib.sha256(b"a picture").hexdigest()


def test_lost_lock_is_an_error_of_its_own(house: House, client: Client) -> None:
    house.accepted()
    job = locked(client)
    with pytest.raises(JobLostError) as caught:
        client.complete(replace(job, worker="thief"), {"stamp_no": 7})
    assert caught.value.code == "lock-lost"


def test_refusal_names_code_and_problem(house: House, client: Client) -> None:
    house.accepted()
    with pytest.raises(RejectedError) as caught:
        client.complete(locked(client), {"stamp_no": "seven"})
    assert (caught.value.status, caught.value.code) == (422, "bad-variables")


def test_wrong_key_is_rejected_and_not_tried_again(client: Client, house: House) -> None:
    stranger = Client(client._transport._root.removesuffix("/api/v1"), "nonsense")
    with pytest.raises(RejectedError) as caught:
        stranger.fetch_and_lock(["stamp"], worker="office")
    assert caught.value.status == 401


def test_worker_completes_what_its_handler_returns(house: House, client: Client) -> None:
    case_id = house.accepted()
    worker = Worker(client, "office", {"stamp": lambda _: {"stamp_no": 9}})
    assert (worker.work_once(), worker.work_once()) == (1, 0)
    assert document(house, case_id)["stamp_no"] == 9


def test_worker_throws_the_refusal_of_its_handler(house: House, client: Client) -> None:
    def refuse(_: Job) -> None:
        raise RefusalError("NO_INK")

    case_id = house.accepted()
    Worker(client, "office", {"stamp": refuse}).work_once()
    assert ok(house.lin.get(f"/cases/{case_id}"))["outcome"] == "void"


@pytest.mark.parametrize("outputs", [None, {"stamp_no": "seven"}, {"unknown": 1}])
def test_outputs_that_are_refused_fail_the_attempt(
    house: House, client: Client, outputs: dict[str, Any] | None
) -> None:
    case_id = house.accepted()
    Worker(client, "office", {"stamp": lambda _: outputs}).work_once()
    [entry] = ok(house.operator.get(f"/cases/{case_id}/journal?after_seq=2"))["items"]
    assert entry["entry"]["command"]["kind"] == "fail_job"


def test_text_of_a_handler_s_exception_is_not_sent(house: House, client: Client) -> None:
    def broken(_: Job) -> None:
        raise KeyError("13800000000")

    case_id = house.accepted()
    Worker(client, "office", {"stamp": broken}).work_once()
    told = house.operator.get(f"/cases/{case_id}/journal").get_data(as_text=True)
    assert "the handler raised KeyError" in told
    assert "13800000000" not in told


def test_worker_runs_until_it_is_stopped_and_finishes_its_job(house: House, client: Client) -> None:
    begun, go = Event(), Event()

    def slow(_: Job) -> dict[str, Any]:
        begun.set()
        assert go.wait(10)
        return {"stamp_no": 3}

    case_id = house.accepted()
    worker = Worker(client, "office", {"stamp": slow}, lock_seconds=2)
    thread = Thread(target=worker.run, kwargs={"signals": False})
    thread.start()
    assert begun.wait(10)
    worker.stop()
    go.set()
    thread.join(10)
    assert not thread.is_alive()
    assert document(house, case_id)["stamp_no"] == 3


class Moody(BaseHTTPRequestHandler):
    """A server that answers from a script and remembers what it was asked."""

    script: ClassVar[list[tuple[int, dict[str, str], bytes]]] = []
    asked: ClassVar[list[dict[str, str]]] = []

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.asked.append({**dict(self.headers.items()), "path": self.path})
        status, headers, body = self.script.pop(0)
        self.send_response(status)
        for name, value in {**headers, "Content-Length": str(len(body))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        """A test's output is no access log."""


@pytest.fixture
def moody() -> Iterator[str]:
    Moody.script, Moody.asked = [], []
    server = ThreadingHTTPServer(("127.0.0.1", 0), Moody)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


NO_JOBS: tuple[int, dict[str, str], bytes] = (200, {}, b'{"items": []}')


def test_busy_server_is_asked_again_under_the_same_key_when_it_says(moody: str) -> None:
    waits: list[float] = []
    Moody.script = [(503, {"Retry-After": "7"}, b""), (500, {}, b"{}"), NO_JOBS]
    client = Client(moody, "k", pause=waits.append)
    assert client.fetch_and_lock(["stamp"], worker="w") == []
    assert len({asked["Idempotency-Key"] for asked in Moody.asked}) == 1
    assert waits[0] == 7
    assert 0.2 <= waits[1] <= 0.6


def test_server_that_stays_away_is_an_error_after_the_last_try(moody: str) -> None:
    waits: list[float] = []
    Moody.script = [(503, {}, b"")] * 3
    with pytest.raises(UnavailableError):
        Client(moody, "k", tries=3, pause=waits.append).fetch_and_lock(["stamp"], worker="w")
    assert len(waits) == 2
    assert waits[0] < waits[1] * 1.5


def test_closed_port_is_unavailable() -> None:
    with pytest.raises(UnavailableError):
        Client("http://127.0.0.1:1", "k", tries=1).fetch_and_lock(["stamp"], worker="w")


def test_key_follows_no_redirect(moody: str) -> None:
    Moody.script = [(307, {"Location": "http://127.0.0.1:1/elsewhere"}, b"")]
    with pytest.raises(RejectedError) as caught:
        Client(moody, "k", tries=1).fetch_and_lock(["stamp"], worker="w")
    assert caught.value.status == 307


def test_person_stands_in_the_header_when_the_key_acts_for_one(moody: str) -> None:
    Moody.script = [NO_JOBS]
    Client(moody, "k", acting_for="chen").fetch_and_lock(["stamp"], worker="w")
    assert Moody.asked[0]["Acting-For"] == "chen"
    assert Moody.asked[0]["Authorization"] == "Bearer k"


def test_address_of_another_scheme_is_refused() -> None:
    with pytest.raises(ValueError, match="no http"):
        Client("file:///etc", "k")


def test_worker_waits_for_a_server_that_is_away(moody: str) -> None:
    job = {
        "id": "c.0.1", "topic": "stamp", "case_id": "c", "element": "stamp", "variables": {},
        "lock_token": 1, "lock_expires_at": "2026-03-02T01:00:00.000000Z", "attempts": 1,
        "retries": 3,
    }  # fmt: skip
    done = Event()

    def stamp(_: Job) -> None:
        done.set()

    Moody.script = [
        (503, {}, b""),
        (200, {}, json.dumps({"items": [job]}).encode()),
        (200, {}, b"{}"),
    ]
    Moody.script += [NO_JOBS] * 100
    worker = Worker(Client(moody, "k", tries=1), "w", {"stamp": stamp}, longest_idle=0.05)
    thread = Thread(target=worker.run, kwargs={"signals": False})
    thread.start()
    assert done.wait(10)
    worker.stop()
    thread.join(10)
    assert Moody.asked[2]["path"] == "/api/v1/jobs/c.0.1/complete"
    assert Moody.asked[2]["Idempotency-Key"] == "c.0.1.1.complete"
