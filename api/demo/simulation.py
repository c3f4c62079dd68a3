"""Simulated working days: cases are reported, people empty their inboxes, the clock moves on.

Everything goes through the HTTP API as the people's own sessions; the virtual clock jumps from
round to round, and every timer on the way fires at its own time.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from api.demo.behaviour import Behaviour
from api.demo.client import Client, RefusedError

ROUND = timedelta(minutes=45)
_MAX_ROUNDS = 3_000


@dataclass(slots=True)
class Person:
    """A simulated person: session and the share of his inbox he gets through in a round."""

    id: str
    role: str
    client: Client
    diligence: float = 0.7


@dataclass(slots=True)
class Simulation:
    """The state of a demonstration."""

    clock: Client
    people: Sequence[Person]
    behaviour: Behaviour
    reports: list[dict[str, Any]]  # bodies of the cases to come, in order
    now: datetime
    echo: Callable[[str], None]
    per_round: int = 5
    opened: list[str] = field(default_factory=list)
    completions: int = 0
    refusals: Counter[str] = field(default_factory=Counter)

    def run(self) -> None:
        """Until every case has ended, or the rounds are used up."""
        for number in range(_MAX_ROUNDS):
            self._report()
            worked = sum(self._work(person) for person in self.people)
            if not self.reports and not worked and not self._open_items():
                return
            if number % 20 == 0:
                self.echo(
                    f"  {self.now:%Y-%m-%d %H:%M}  {len(self.opened)} cases, "
                    f"{self.completions} completions"
                )
            self._move_on()

    def _report(self) -> None:
        """A few people see something and report it."""
        for _ in range(min(self.per_round, len(self.reports))):
            body = self.reports.pop(0)
            person = self._reporter(body["data"])
            answer = person.client.post("/cases", body)
            self.opened.append(answer["case_id"])

    def _reporter(self, data: Mapping[str, Any]) -> Person:
        role = "collector" if data["source"] == "collector" else "acceptor"
        able = [p for p in self.people if p.role == role]
        return self.behaviour.random.choice(able)

    def _work(self, person: Person) -> int:
        """One person works on his inbox; answers how much he finished."""
        page = person.client.get("/work-items", mine=True, limit=50)
        done = 0
        for item in page["items"]:
            if self.behaviour.random.random() > person.diligence:
                continue
            done += self._finish(person, item["id"])
        return done

    def _finish(self, person: Person, item_id: str) -> int:
        try:
            item = person.client.get(f"/work-items/{item_id}")
            case = item["case_id"]
            document = person.client.get(f"/cases/{case}/document")["document"]

            def attach(photo: bytes) -> str:
                path = f"/cases/{case}/attachments/photo.gif"
                return str(person.client.upload(path, photo, "image/gif")["sha256"])

            body = self.behaviour.answer(item, document, attach)
            person.client.post(f"/work-items/{item_id}/complete", body)
        except RefusedError as refused:
            self._note(refused)
            return 0
        self.completions += 1
        return 1

    def _note(self, refused: RefusedError) -> None:
        """A refusal is part of the picture; anything but a refusal is a fault of ours."""
        if refused.status not in (403, 404, 409):
            raise refused
        self.refusals[str(refused.problem.get("rule") or refused.problem.get("type"))] += 1

    def _open_items(self) -> bool:
        return bool(self.clock.get("/work-items", limit=1)["items"])

    def _move_on(self) -> None:
        self.now += ROUND
        self.clock.put("/clock", {"now": self.now.isoformat().replace("+00:00", "Z")})
