"""Laws over random lives of a case of the packaged loop: replay gives the same bytes, and more."""

import json
import random
from collections import Counter
from datetime import datetime, timedelta
from functools import lru_cache

import pytest

from engine.domain.case import CaseState
from engine.domain.clock import from_wire
from engine.domain.commands import (
    CompleteJob,
    CompleteWorkItem,
    CorrelateMessage,
    from_record,
)
from engine.domain.errors import SeparationError
from engine.domain.evidence import canonical
from engine.domain.facts import Facts
from engine.domain.people import Actor, Post
from engine.domain.rows import CaseSnapshot
from engine.domain.worktime import worktime_for
from engine.kernel.compile.model import Output
from engine.kernel.decide import World, decide, world_of
from engine.kernel.player import Player, read_calendar
from engine.kernel.release import compile_release
from tests.installations import city_files, pack_files, sample_city

MOVES = 60


@lru_cache(maxsize=1)
def loop() -> World:
    model = compile_release(pack_files())
    calendar = worktime_for(read_calendar(city_files()))
    return world_of(model, calendar, catalog="sample", calendar="cn@1")


def live(seed: int) -> Player:
    """A life of random answers by people who may give them, random pauses, a void application."""
    draw, city = random.Random(seed), sample_city()
    start = datetime.fromisoformat("2026-03-02T09:00:00+08:00") + timedelta(hours=seed)
    stage = Player(world=loop(), read_fact=city.read_fact, now=start)
    source = draw.choice(("collector", "public"))
    opener = "collector" if source == "collector" else "acceptor"
    cell = draw.choice(sorted(city.cells))
    data = {"class": "01-01", "description": "x", "grid_cell": cell, "source": source}
    stage.open(data, Actor(via="test", person=_person(draw, stage, opener, {})), "case_disposition")
    for _ in range(MOVES):
        waits = [(n, w) for n, w in stage.waits() if w.kind in ("work_item", "job")]
        if not waits:
            break
        stage.advance(stage.now + timedelta(minutes=draw.choice((1, 20, 90, 600, 2000))))
        _move(draw, stage)
    return stage


def _move(draw: random.Random, stage: Player) -> None:
    waits = [(n, w) for n, w in stage.waits() if w.kind in ("work_item", "job")]
    if not waits:
        return
    assert stage.snapshot is not None
    n, wait = draw.choice(waits)
    case = stage.snapshot.case_id
    if wait.kind == "job":
        values: dict[str, object] = {
            o.name: "municipal_works" if o.type == "unit" else {}
            for o in wait.element.outputs
            if o.type in ("object", "unit")
        }
        stage.do(
            CompleteJob(case_id=case, instance=n, token=wait.token, worker="w", data=values),
            Actor(via="worker"),
        )
        return
    item = json.loads(stage.snapshot.state)["items"][f"{n}.{wait.token}"]
    outcomes = wait.element.outcomes
    outcome = outcomes[0] if draw.random() < 0.8 else draw.choice(outcomes)
    person = _person(draw, stage, item[3], {"duty_grid": item[6], "unit": item[5]})
    outputs = wait.element.outputs
    command = CompleteWorkItem(
        case_id=case,
        instance=n,
        token=wait.token,
        outcome=outcome,
        reason="because",
        data={o.name: _value(o) for o in outputs if _needed(o, outcome)},
    )
    try:
        stage.do(command, Actor(via="test", person=person))
    except SeparationError:
        return
    if draw.random() < 0.03 and any(w.name == "void_requested" for _, w in stage.waits()):
        acceptor = _person(draw, stage, "acceptor", {})
        stage.do(
            CorrelateMessage(case_id=case, name="void_requested", reason="duplicate"),
            Actor(via="test", person=acceptor),
        )


def _needed(output: Output, outcome: str) -> bool:
    required = output.required
    return required if isinstance(required, bool) else outcome in required


def _value(output: Output) -> object:
    values: dict[str, object] = {"photos": ["a" * 64], "integer": 1, "text": "x"}
    if output.type == "unit":
        return "municipal_works" if output.name == "responsible_unit" else _CREW
    return values.get(output.type, "x")


_CREW = next(u["id"] for u in sample_city().units.values() if u.get("parent") == "municipal_works")


def _person(
    draw: random.Random, stage: Player, role: str | None, where: dict[str, str | None]
) -> str:
    city = sample_city()
    district = stage.document.get("district") if stage.snapshot is not None else None
    able = [
        person
        for person, posts in sorted(city.people.items())
        if any(_fits(post, role, district, where) for post in posts)
    ]
    return draw.choice(able or sorted(city.people))


def _fits(post: Post, role: str | None, district: str | None, where: dict[str, str | None]) -> bool:
    return (
        (role is None or post.role in role.split())
        and (post.district is None or district in (None, post.district))
        and where.get("duty_grid") in (None, post.duty_grid)
        and where.get("unit") in (None, post.unit)
    )


def test_lives_are_long_enough_to_mean_something() -> None:
    assert sum(len(live(seed).entries) for seed in range(12)) > 120


@pytest.mark.parametrize("seed", range(12))
def test_replay_from_the_entries_gives_the_same_bytes(seed: int) -> None:
    stage = live(seed)
    snapshot: CaseSnapshot | None = None
    for stored in stage.entries:
        entry = json.loads(stored)
        command = from_record(
            entry["stream"].removeprefix("case:"),
            entry["command"]["kind"],
            entry["command"]["args"],
        )
        actor = Actor(
            via=entry["actor"]["via"],
            person=entry["actor"]["person"],
            principal=entry["actor"]["for"],
        )
        facts = Facts(entry["command"]["read"])
        decision = decide(loop(), snapshot, command, actor, from_wire(entry["at"]), facts)
        assert decision.entry == stored
        snapshot = decision.snapshot()


@pytest.mark.parametrize("seed", range(12))
def test_state_survives_writing_and_reading(seed: int) -> None:
    stage = live(seed)
    assert stage.snapshot is not None
    state = CaseState.from_json(json.loads(stage.snapshot.state))
    assert canonical(state.to_json()) == stage.snapshot.state


@pytest.mark.parametrize("seed", range(12))
def test_each_point_of_a_clock_fires_once_and_tells_each_person_once(seed: int) -> None:
    stage = live(seed)
    points = Counter(
        (e["data"]["clock"], e["data"]["point"])
        for e in stage.events
        if e["type"] == "timer.fired" and "clock" in e["data"]
    )
    assert all(count == 1 for count in points.values())
    told = Counter((n.person, n.level, n.clock) for n in stage.notifications)
    assert all(count == 1 for count in told.values())
