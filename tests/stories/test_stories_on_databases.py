"""The stories beside our diagrams end alike when the services tell them on a real database."""

from dataclasses import asdict
from pathlib import Path

import pytest
import sqlalchemy as sa

from engine.domain.city import City
from engine.domain.people import Post
from engine.kernel.player import Scenario, add_people, read_scenario, run_scenario
from engine.service.installation import Installation
from engine.service.scenarios import find_scenarios
from engine.store import tables
from engine.store.statements import Statement
from engine.store.writes import organisation
from tests.installations import PACK, opened, sample_city
from tests.stories.service_player import ServicePlayer

DROP_POSTS = Statement(
    "drop_posts_of_story",
    lambda _: sa.delete(tables.post).where(tables.post.c.person == sa.bindparam("who")),
)
STORIES = find_scenarios([PACK])


@pytest.mark.parametrize("path", STORIES, ids=lambda p: f"{p.parent.parent.name}/{p.stem}")
def test_story_ends_alike_through_the_services(path: Path, city_url: str, tmp_path: Path) -> None:
    scenario = read_scenario(path.read_bytes(), path.stem)
    city = sample_city()
    with opened(city_url, tmp_path, at=scenario.at) as inst:
        _add_people(inst, scenario, city)
        world = inst.world(inst.current_pins())
        player = ServicePlayer(world=world, read_fact=city.read_fact, now=scenario.at, inst=inst)
        report = run_scenario(scenario, world, city, player)
    assert report.problem is None


def _add_people(inst: Installation, scenario: Scenario, city: City) -> None:
    """People of the story have the posts that it gives them, and no others."""
    add_people(city, scenario.people)
    strangers = {person: city.people[person] for person in scenario.people}
    if not strangers:
        return
    with inst.database.unit_of_work() as work:
        work.now()
        for person in strangers:
            work.write(DROP_POSTS, {"who": person})
        organisation.put_people(
            work,
            [organisation.PersonRow(id=person, name=person) for person in strangers],
            [_row(person, post) for person, posts in strangers.items() for post in posts],
        )
        work.commit()


def _row(person: str, post: Post) -> organisation.PostRow:
    fields = {**asdict(post), "axis": str(post.axis), "id": f"{person}.{post.role}"}
    return organisation.PostRow(person=person, **fields)
