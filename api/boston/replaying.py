"""Replaying the requests over HTTP in one time order: opening to dispatch, then hand-back to close.

The target of a row never enters: a case is filed under its request type, whose limit comes from
the table. The virtual clock stands at the instant of each step.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from api.boston.city import CELL, CLASS, CREW, DEPARTMENT, condition_numbers
from api.boston.reading import AFTER_ALL, Request, Unreadable
from api.boston.verdicts import ClockFound
from api.demo.client import Client, RefusedError

WORKER = "boston-import"
_PICTURE = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="200" height="30">'
    '<text x="5" y="20">closed {}</text></svg>'
)
_REFUSED = (400, 422)
_JOB_DATA: dict[str, dict[str, Any]] = {"propose_unit": {"proposed_unit": DEPARTMENT}}


@dataclass(slots=True)
class Replay:
    """Plays all rows; `clients` holds one session per person of `city.py`, `root` the operator."""

    root: Client
    clients: dict[str, Client]
    requests: Sequence[Request]
    tick: Callable[[], None] = lambda: None
    cases: dict[str, str] = field(default_factory=dict)  # request number → case id
    conditions: dict[str, int] = field(default_factory=dict)
    #: The rows that the engine did not take as they are, by request number.
    refused: dict[str, Unreadable] = field(default_factory=dict)

    def run(self) -> dict[str, ClockFound]:
        """The clock of every request after all is played, but of those that were `refused`."""
        self.conditions = condition_numbers(r.type for r in self.requests)
        for instant, step, request in sorted(self._timeline(), key=lambda t: (t[0], t[1])):
            self._move_to(instant)
            if request.number not in self.refused:
                self._play(step, request)
            self.tick()
        self._move_to(self._end())
        return {r.number: self._clock(r) for r in self.requests if r.number not in self.refused}

    def _play(self, step: int, request: Request) -> None:
        try:
            (self._open, self._close)[step](request)
        except RefusedError as exc:
            if exc.status not in _REFUSED:
                raise
            errors = exc.problem.get("errors") or ()
            places = [f"{e.get('pointer', '')} {e.get('message', '')}".strip() for e in errors]
            reason = "; ".join(["cannot be replayed", *(places or [str(exc)])])
            self.refused[request.number] = Unreadable(request.line, reason)

    def _timeline(self) -> list[tuple[datetime, int, Request]]:
        opened = [(r.opened, 0, r) for r in self.requests]
        closed = [(r.closed, 1, r) for r in self.requests if r.closed is not None]
        return opened + closed

    def _end(self) -> datetime:
        """A day after the last instant that the file knows, so that open rows are judged."""
        known = [r.opened for r in self.requests]
        known += [r.closed for r in self.requests if r.closed is not None]
        known += [r.target for r in self.requests if r.target is not None]
        return max(known) + AFTER_ALL

    def _move_to(self, instant: datetime) -> None:
        text = instant.astimezone(UTC).isoformat().replace("+00:00", "Z")
        self.root.put("/clock", {"now": text})

    def _open(self, request: Request) -> None:
        data = {
            "class": CLASS,
            "description": request.title,
            "grid_cell": CELL,
            "source": "collector",
        }
        answer = self.clients["reporter"].post("/cases", {"data": data})
        case = answer["case_id"]
        self.cases[request.number] = case
        condition = self.conditions[request.type]
        self._complete(case, "officer", "file_case", "filed", {"condition": condition})
        self._do_jobs("propose_unit")
        unit = {"responsible_unit": DEPARTMENT}
        self._complete(case, "dispatcher", "dispatch", "dispatched", unit)
        self._complete(case, "desk", "assign_crew", "assigned", {"crew": CREW})

    def _close(self, request: Request) -> None:
        case = self.cases[request.number]
        photo = self._photo(case, request)
        self._complete(case, "crew", "handle_on_site", "submitted", {"photos_after": [photo]})
        self._complete(case, "desk", "confirm_handling", "handed_back", {})
        self._complete(case, "dispatcher", "review_feedback", "forwarded", {})
        self._complete(case, "checker", "check_before_close", "passed", {"photos_check": [photo]})
        closing = {"closing_condition": "resolved"}
        self._complete(case, "officer", "close_case", "closed", closing)
        self._do_jobs("archive_summary")

    def _photo(self, case: str, request: Request) -> str:
        """The file names no photograph; a picture of a line of the record stands for it."""
        content = _PICTURE.format(request.number).encode()
        path = f"/cases/{case}/attachments/record.svg"
        found = self.clients["crew"].upload(path, content, "image/svg+xml")
        assert found["sha256"] == sha256(content).hexdigest()
        return str(found["sha256"])

    def _complete(
        self, case: str, person: str, element: str, outcome: str, data: dict[str, Any]
    ) -> None:
        client = self.clients[person]
        page = client.get("/work-items", case_id=case, element=element)
        item = page["items"][0]
        declared = {o["name"] for o in client.get(f"/work-items/{item['id']}")["outputs"]}
        body = {"outcome": outcome, "data": {k: v for k, v in data.items() if k in declared}}
        client.post(f"/work-items/{item['id']}/complete", body)

    def _do_jobs(self, topic: str) -> None:
        """The import is the worker of its own jobs, so that they are done at this instant."""
        body = {"topics": [topic], "worker": WORKER, "seconds": 60, "limit": 10}
        for job in self.root.post("/jobs/fetch-and-lock", body)["items"]:
            answer = {
                "worker": WORKER,
                "lock_token": job["lock_token"],
                "data": _JOB_DATA.get(topic, {}),
            }
            self.root.post(f"/jobs/{job['id']}/complete", answer)

    def _clock(self, request: Request) -> ClockFound:
        clocks = self.root.get(f"/cases/{self.cases[request.number]}/clocks")["items"]
        if not clocks:
            return ClockFound(None, None, overdue=False)
        clock = clocks[0]
        due = None if clock["due_at"] is None else datetime.fromisoformat(clock["due_at"])
        now = datetime.fromisoformat(self.root.get("/clock")["now"])
        late = clock["stopped_at"] is None and due is not None and due < now
        return ClockFound(due_at=due, on_time=clock["on_time"], overdue=late)
