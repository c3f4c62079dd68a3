"""The packaged loop in memory: people of the sample city answer by the names of the elements."""

from datetime import datetime
from functools import lru_cache
from typing import Any

from engine.domain.city import City
from engine.domain.commands import CompleteJob, CompleteWorkItem
from engine.domain.people import Actor
from engine.domain.worktime import worktime_for
from engine.kernel.decide import World, world_of
from engine.kernel.player import Player, read_calendar
from engine.kernel.release import compile_release
from tests.installations import city_files, pack_files, sample_city

PHOTO = "3b9c358f36f0a31b6ad3e14f309c7cf198ac9246e8316f9ce543d5b19ac02b80"
MONDAY = datetime.fromisoformat("2026-03-02T09:00:00+08:00")


@lru_cache(maxsize=1)
def loop() -> World:
    """The world of the packaged diagrams, compiled once."""
    model = compile_release(pack_files())
    calendar = worktime_for(read_calendar(city_files()))
    return world_of(model, calendar, catalog="sample", calendar="cn@1")


class Loop:
    """A case that Lin reported in the sample city."""

    def __init__(self, city: City | None = None) -> None:
        self.city = city or sample_city()
        self.player = Player(world=loop(), read_fact=self.city.read_fact, now=MONDAY)

    def report(self, **data: Any) -> "Loop":
        given = {"class": "01-01", "description": "井盖裂了", "source": "collector", **data}
        person = "lin" if given["source"] == "collector" else "feng"
        self.player.open(given, Actor(via="test", person=person), "case_disposition")
        return self

    def answer(
        self, person: str, element: str, outcome: str, reason: str | None = None, **data: Any
    ) -> None:
        """A person completes the work item that waits at an element."""
        command = CompleteWorkItem(
            **self._place(element), outcome=outcome, reason=reason, data=data
        )
        self.player.do(command, Actor(via="test", person=person))

    def job(self, element: str, **data: Any) -> None:
        command = CompleteJob(**self._place(element), worker="robot", data=data)
        self.player.do(command, Actor(via="worker"))

    def _place(self, element: str) -> dict[str, Any]:
        assert self.player.snapshot is not None
        [place] = [(n, w.token) for n, w in self.player.waits() if w.element.id == element]
        case_id = self.player.snapshot.case_id
        return {"case_id": case_id, "instance": place[0], "token": place[1]}

    def filed(self, condition: int = 2) -> None:
        self.answer("zhou", "file_case", "filed", condition=condition)
        self.job("propose_unit", proposed_unit="municipal_works")

    def dispatched(self) -> None:
        self.filed()
        self.answer("wang", "dispatch", "dispatched", responsible_unit="municipal_works")

    def until_closing(self) -> None:
        """All that lies between the dispatch and the duty officer's closing."""
        self.answer("peng", "assign_crew", "assigned", crew="municipal_crew_a")
        self.answer("chen", "handle_on_site", "submitted", photos_after=[PHOTO])
        self.answer("peng", "confirm_handling", "handed_back")
        self.answer("wang", "review_feedback", "forwarded")
        self.answer("he", "check_before_close", "passed", photos_check=[PHOTO])

    def events(self, kind: str) -> list[dict[str, Any]]:
        """What the events of a kind said, in order."""
        return [event["data"] for event in self.player.events if event["type"] == kind]
