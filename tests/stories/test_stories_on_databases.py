"""The stories beside our diagrams end alike when the services tell them on a real database."""

from pathlib import Path

import pytest

from engine.kernel.player import add_people, read_scenario, run_scenario
from engine.service.scenarios import find_scenarios
from tests.installations import PACK, opened, sample_city
from tests.stories.posts import give_posts
from tests.stories.service_player import ServicePlayer

STORIES = find_scenarios([PACK])


@pytest.mark.parametrize("path", STORIES, ids=lambda p: f"{p.parent.parent.name}/{p.stem}")
def test_story_ends_alike_through_the_services(path: Path, city_url: str, tmp_path: Path) -> None:
    scenario = read_scenario(path.read_bytes(), path.stem)
    city = sample_city()
    add_people(city, scenario.people)
    with opened(city_url, tmp_path, at=scenario.at) as inst:
        give_posts(inst, {person: city.people[person] for person in scenario.people})
        world = inst.world(inst.current_pins())
        player = ServicePlayer(world=world, read_fact=city.read_fact, now=scenario.at, inst=inst)
        report = run_scenario(scenario, world, city, player)
    assert report.problem is None
