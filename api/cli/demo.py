"""The simulated people of `caseloop demo`: their sessions, the stories to come, the account."""

import random
from collections import Counter
from collections.abc import Callable
from datetime import datetime
from importlib.resources import files
from typing import Any

from api.demo.behaviour import Behaviour
from api.demo.client import Client, sign_in
from api.demo.report import DemoReport, account
from api.demo.simulation import Person, Simulation
from engine.service.sample_city import SampleCity, read_sample_city

PASSWORD = "caseloop-demo"  # noqa: S105 of the demonstration's made-up people only
_WORKING_ROLES = frozenset(
    {
        "collector",
        "acceptor",
        "duty_officer",
        "dispatcher",
        "department",
        "crew",
        "evaluator",
        "leader",
    }
)
#: Some crews are slow, so that reminders and escalations have a reason.
_DILIGENCE = {"crew": 0.12, "department": 0.4, "evaluator": 0.5}


def run_demo(
    base_url: str, *, token: str, cases: int, seed: int, echo: Callable[[str], None]
) -> DemoReport:
    """Lets the sample city's people work `cases` cases; everything by HTTP."""
    root = Client(base_url, token, _name=f"demo-{seed}")
    city = read_sample_city(files("processes"))
    people = _sign_in_all(root, base_url, city)
    echo(f"{len(people)} people have signed in; {cases} cases are coming")
    simulation = Simulation(
        clock=root,
        people=people,
        behaviour=_behaviour(city, seed),
        reports=list(_reports(city, cases, seed)),
        now=datetime.fromisoformat(root.get("/clock")["now"]),
        echo=echo,
    )
    try:
        simulation.run()
        report = _account(root, simulation)
    finally:
        for client in (root, *(person.client for person in people)):
            client.close()
    for line in report.lines():
        echo(line)
    return report


def _sign_in_all(root: Client, base_url: str, city: SampleCity) -> list[Person]:
    people = []
    for person, posts in city.people.items():
        role = posts[0].role
        if role not in _WORKING_ROLES:
            continue
        root.post("/users", {"login": person, "password": PASSWORD, "person": person})
        client = sign_in(base_url, person, PASSWORD)
        people.append(Person(person, role, client, _DILIGENCE.get(role, 0.8)))
    return people


def _behaviour(city: SampleCity, seed: int) -> Behaviour:
    conditions: dict[str, list[int]] = {}
    for row in city.catalog.values():
        conditions.setdefault(row["class"], []).append(row["condition"])
    departments = [u for u in city.units.values() if u["kind"] == "department"]
    districts = {cell["district"] for cell in city.cells.values()}
    crews: dict[str, list[str]] = {}
    for unit in city.units.values():
        if unit["kind"] == "crew":
            crews.setdefault(unit["parent"], []).append(unit["id"])
    return Behaviour(
        seed=seed,
        conditions=conditions,
        units={d: [u["id"] for u in departments if u["district"] in (None, d)] for d in districts},
        crews=crews,
    )


def _reports(city: SampleCity, cases: int, seed: int) -> list[dict[str, Any]]:
    """What people will report: half by collectors, half registered for the public."""
    draw = random.Random(seed)  # noqa: S311 a simulation, not a secret
    classes = sorted({row["class"] for row in city.catalog.values()})
    cells = sorted(city.cells)
    bodies = []
    for number in range(cases):
        collector = draw.random() < 0.5  # noqa: PLR2004 half and half
        data: dict[str, Any] = {
            "class": draw.choice(classes),
            "description": f"演示案卷 {number + 1}",
            "grid_cell": draw.choice(cells),
            "source": "collector" if collector else "public",
        }
        if not collector:
            data["reporter"] = {"name": "市民", "phone": f"139{number:08d}"}
        bodies.append({"data": data})
    return bodies


def _account(root: Client, simulation: Simulation) -> DemoReport:
    known = {case["case_id"]: case for case in _all(root, "/cases")}
    events, late = _count_events(root)
    return account(
        simulation.opened,
        known,
        events,
        late=late,
        completions=simulation.completions,
        refusals=simulation.refusals,
    )


def _count_events(root: Client) -> tuple[Counter[str], int]:
    """How often each event happened, and how many hand-backs came late."""
    counts: Counter[str] = Counter()
    late, after = 0, 0
    while True:
        page = root.get("/events", after=after, limit=500)
        for event in page["events"]:
            counts[event["type"]] += 1
            if event["type"] == "notification.sent":
                counts[event["data"]["kind"]] += 1
            if event["type"] == "clock.stopped":
                late += event["data"]["on_time"] is False
        if not page["events"]:
            return counts, late
        after = page["next"]


def _all(root: Client, path: str) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = []
    cursor = None
    while True:
        page = root.get(path, cursor=cursor, limit=100)
        items += page["items"]
        cursor = page.get("next_cursor")
        if cursor is None:
            return items
