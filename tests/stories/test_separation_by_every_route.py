"""Separation holds by every route: completing, claiming, and through a substitute 代理."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from engine.kernel.player import Scenario, add_people, read_scenario, run_scenario
from engine.service.scenarios import find_scenarios
from tests.installations import PACK, opened, sample_city
from tests.stories.posts import give_posts
from tests.stories.service_player import ServicePlayer

ROUTES = ("claim", "substitute")
SUBSTITUTE = "li_the_substitute"


def _refusals(scenario: Scenario) -> list[int]:
    """Which steps are refused completions for a reason of separation."""
    return [
        number
        for number, step in enumerate(scenario.steps)
        if str(step.get("rule", "")).startswith("separation/")
        and "complete" in step.get("refused", {})
    ]


def _stories() -> list[Path]:
    found = find_scenarios([PACK])
    return [p for p in found if _refusals(read_scenario(p.read_bytes(), p.stem))]


def by_route(step: dict[str, Any], route: str) -> dict[str, Any]:
    """The same attempt by another route."""
    attempt = step["refused"]
    if route == "claim":
        return {**step, "refused": {"claim": attempt["complete"], "by": attempt["by"]}}
    return {**step, "refused": {**attempt, "by": SUBSTITUTE, "for": attempt["by"]}}


def test_there_are_stories_of_separation() -> None:
    assert len(_stories()) >= 8


@pytest.mark.parametrize("route", ROUTES)
@pytest.mark.parametrize("path", _stories(), ids=lambda p: p.stem)
def test_earlier_act_forbids_the_later_by_every_route(
    path: Path, route: str, city_url: str, tmp_path: Path
) -> None:
    scenario = read_scenario(path.read_bytes(), path.stem)
    steps = list(scenario.steps)
    for number in _refusals(scenario):
        steps[number] = by_route(steps[number], route)
    scenario = replace(scenario, steps=tuple(steps))
    city = sample_city()
    add_people(city, scenario.people)
    with opened(city_url, tmp_path, at=scenario.at) as inst:
        give_posts(inst, {person: city.people[person] for person in scenario.people})
        world = inst.world(inst.current_pins())
        player = ServicePlayer(world=world, read_fact=city.read_fact, now=scenario.at, inst=inst)
        report = run_scenario(scenario, world, city, player)
    assert report.problem is None
