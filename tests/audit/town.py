"""The packaged diagrams and the sample city on a database of the test's own.

Lin collects in YQ-1 with He; Feng accepts, Zhou files, Deng closes; Wang dispatches; Peng is the
desk of the municipal works, Chen its crew. Case time is in the test's hand.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from engine.domain.calendars import Calendar
from engine.domain.commands import AddAttachment
from engine.domain.evidence import to_plain
from engine.domain.people import Actor
from engine.domain.rows import Decision, Pins, WorkItem
from engine.domain.worktime import worktime_for
from engine.kernel.decide import World, world_of
from engine.kernel.player import read_city
from engine.kernel.player.city_files import catalog_rows
from engine.kernel.release import compile_release, manifest_id
from engine.service import cases, jobs, messages, work_items
from engine.service.executor import execute
from engine.service.installation import SEMANTICS, Installation
from engine.service.scenarios import release_files
from engine.settings import Settings
from engine.store import Database, UnitOfWork
from engine.store.blobs import Blobs
from engine.store.queries.jobs import JobFilter, list_jobs
from engine.store.queries.work_items import list_of_case
from engine.store.writes import organisation, releases
from engine.store.writes.access import put_attachment
from engine.store.writes.installation import found_installation
from tests.databases import SettableClock

OPERATOR = Actor(via="cli")
#: Monday, when the offices open.
MONDAY = datetime(2026, 3, 2, 1, tzinfo=UTC)
ROBOT = Actor(via="worker")


@cache
def pack() -> Mapping[str, bytes]:
    return release_files(Path(str(files("processes"))))


@cache
def city_files() -> Mapping[str, bytes]:
    folder = files("processes").joinpath("sample_city")
    return {f.name: f.read_bytes() for f in folder.iterdir() if f.is_file()}


@cache
def world(pins: Pins) -> World:
    """The packaged diagrams, compiled once for all tests: a world is immutable and shared."""
    calendar = Calendar.from_json(json.loads(city_files()["calendar.json"]))
    return world_of(
        compile_release(pack()),
        worktime_for(calendar),
        catalog=pins.catalog,
        calendar=pins.calendar,
        semantics=pins.semantics,
    )


def found_town(database: Database, folder: Path, lease_clock: SettableClock) -> Installation:
    """An installation with everything that the loop reads."""
    with database.unit_of_work() as work:
        found_installation(work, semantics=SEMANTICS)
        _put_releases(work)
        _put_city(work)
        work.commit()
    settings = Settings(folder, str(database.url), f"file://{folder / 'blobs'}")
    blobs = Blobs(settings.blobs_url, database.ids)
    inst = Installation(settings, database, blobs, database.ids, lease_clock)
    pins = inst.current_pins()
    inst._worlds[pins] = world(pins)
    return inst


def _put_releases(work: UnitOfWork) -> None:
    release = manifest_id(pack())
    releases.put_release(work, release, b"[]", pack())
    rows = [
        releases.CatalogRow(row["class"], row["condition"], to_plain(row))
        for row in catalog_rows(city_files())
    ]
    releases.put_catalog(work, "sample@1", rows)
    calendar = json.loads(city_files()["calendar.json"])
    releases.put_calendar(work, "cn", "1", calendar)
    releases.set_current(work, release=release, catalog="sample@1", calendar="cn@1")


def _put_city(work: UnitOfWork) -> None:
    city = read_city(city_files())
    names = ("id", "name", "kind", "parent", "district", "trade")
    units = [organisation.UnitRow(**{n: unit[n] for n in names}) for unit in city.units.values()]
    organisation.put_units(work, units)
    people = [organisation.PersonRow(id=person, name=person) for person in city.people]
    posts = [
        organisation.PostRow(
            id=post.id,
            person=person,
            role=post.role,
            axis=str(post.axis),
            unit=post.unit,
            district=post.district,
            duty_grid=post.duty_grid,
        )
        for person, held in city.people.items()
        for post in held
    ]
    organisation.put_people(work, people, posts)
    grids = [
        organisation.DutyGridRow(
            id=g["id"], district=g["district"], neighbours=tuple(g["neighbours"])
        )
        for g in city.duty_grids.values()
    ]
    organisation.put_duty_grids(work, grids)
    organisation.put_grid_cells(work, _cells())


def _cells() -> list[organisation.GridCellRow]:
    features = json.loads(city_files()["grid.geojson"], parse_float=Decimal)["features"]
    return [
        organisation.GridCellRow(
            cell=f["properties"]["cell"],
            district=f["properties"]["district"],
            duty_grid=f["properties"]["duty_grid"],
            geometry={"type": "Polygon", "coordinates": _scaled(f["geometry"]["coordinates"])},
        )
        for f in features
    ]


def _scaled(value: Any) -> Any:
    if isinstance(value, list):
        return [_scaled(item) for item in value]
    return int(Decimal(value) * 10**7)


@dataclass(slots=True)
class Town:
    """What people do here."""

    inst: Installation
    clock: SettableClock
    #: Does the jobs in the robot's place, when a test has a worker of its own.
    worker: Callable[[], object] | None = None

    def report(self, **data: Any) -> str:
        """Lin reports a broken manhole cover; the case's id."""
        given = {
            "class": "01-01",
            "description": "井盖有裂纹",
            "grid_cell": "990101001001001",
            "source": "collector",
            **data,
        }
        person = "lin" if given["source"] == "collector" else "feng"
        answer = cases.open_case(self.inst, who(person), data=without_none(given))
        return str(answer.data["case_id"])

    def items(self, case_id: str) -> dict[str, WorkItem]:
        """The open work items by their element."""
        with self.inst.database.reads() as reader:
            return {item.element: item for item in list_of_case(reader, case_id)}

    def do(self, case_id: str, person: str, element: str, outcome: str, **data: Any) -> None:
        """A person completes the open item of an element."""
        item = self.items(case_id)[element]
        reason = data.pop("reason", None)
        self.clock.forward(minutes=5)
        work_items.complete(
            self.inst,
            who(person),
            f"{case_id}.{item.instance}.{item.token}",
            outcome=outcome,
            reason=reason,
            data=data,
        )

    def job(self, topic: str, **data: Any) -> None:
        """A worker does the one open job of a topic."""
        if self.worker is not None:
            self.worker()
            return
        [job] = self.locked(topic)
        lock = {"worker": "robot", "lock_token": job["lock_token"]}
        jobs.complete(self.inst, ROBOT, job["id"], data=data, **lock)

    def locked(self, topic: str, worker: str = "robot") -> list[dict[str, Any]]:
        """What a worker is given that asks for one job of a topic."""
        fetched = jobs.fetch_and_lock(self.inst, ROBOT, topics=[topic], worker=worker)
        return list(fetched.data["items"])

    def open_jobs(self, case_id: str) -> list[str]:
        """The topics that a case waits for."""
        with self.inst.database.reads() as reader:
            found = list_jobs(reader, JobFilter(case_id=case_id)).items
        return [view.job.topic for view in found]

    def photo(self, case_id: str, person: str, content: bytes = b"picture") -> str:
        """Attaches a photograph; its SHA-256."""
        sha256 = self.inst.blobs.put(content)
        given: dict[str, Any] = {"media_type": "image/jpeg", "name": "p.jpg", "size": len(content)}
        command = AddAttachment(case_id=case_id, sha256=sha256, **given)

        def attach(work: UnitOfWork, _: Decision) -> None:
            put_attachment(work, case_id=case_id, sha256=sha256, **given)

        execute(self.inst, who(person), command, before_commit=attach)
        return sha256

    def dispatched(self, **data: Any) -> str:
        """A case that waits for Peng to assign a crew; its clock runs for four hours."""
        case_id = self.report(**data)
        self.do(case_id, "zhou", "file_case", "filed", condition=2)
        self.job("propose_unit", proposed_unit="municipal_works")
        self.do(case_id, "wang", "dispatch", "dispatched", responsible_unit="municipal_works")
        return case_id

    def handed_back(self) -> str:
        """A case that waits for Wang's review."""
        case_id = self.dispatched()
        self.do(case_id, "peng", "assign_crew", "assigned", crew="municipal_crew_a")
        after = [self.photo(case_id, "chen")]
        self.do(case_id, "chen", "handle_on_site", "submitted", photos_after=after)
        self.do(case_id, "peng", "confirm_handling", "handed_back")
        return case_id

    def check_passes(self, case_id: str) -> None:
        """He finds the problem gone, and has a picture of it."""
        photos = [self.photo(case_id, "he", b"picture of the check")]
        self.do(case_id, "he", "check_before_close", "passed", photos_check=photos)

    def closed(self) -> str:
        """A case that went all the way, with one rework."""
        case_id = self.handed_back()
        self.do(case_id, "wang", "review_feedback", "rework", reason="没有盖好")
        self.do(case_id, "peng", "assign_crew", "assigned", crew="municipal_crew_a")
        after = [self.photo(case_id, "chen", b"second picture")]
        self.do(case_id, "chen", "handle_on_site", "submitted", photos_after=after)
        self.do(case_id, "peng", "confirm_handling", "handed_back")
        self.do(case_id, "wang", "review_feedback", "forwarded")
        self.check_passes(case_id)
        self.do(case_id, "deng", "close_case", "closed")
        self.job("archive_summary", summary="井盖更换")
        return case_id

    def void_asked(self, case_id: str) -> None:
        """Feng applies for the case to be void."""
        messages.correlate(
            self.inst, who("feng"), name="void_requested", case_id=case_id, reason="重复"
        )


def who(person: str) -> Actor:
    return Actor(via="user", person=person)


def without_none(data: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in data.items() if value is not None}
