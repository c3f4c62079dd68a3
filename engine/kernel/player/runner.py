"""Runs scenarios: the real kernel and clocks, in memory, one report per story."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from engine.domain.city import AXIS_OF_ROLE, City
from engine.domain.errors import EngineError
from engine.domain.people import Axis, Post
from engine.kernel.decide import World
from engine.kernel.player.expectations import check_expectations
from engine.kernel.player.opening import begin
from engine.kernel.player.player import Player
from engine.kernel.player.scenario import Scenario
from engine.kernel.player.standing import waiting_text
from engine.kernel.player.steps import StepRunner
from engine.kernel.player.trace import path_of

_WAITING = "waiting:"


@dataclass(frozen=True, slots=True)
class ScenarioReport:
    """What came of one scenario. `problem` is None when it is green."""

    name: str
    story: str
    problem: str | None
    flows_path: tuple[str, ...] = ()
    entries: int = 0
    events: tuple[str, ...] = field(default=())

    @property
    def green(self) -> bool:
        return self.problem is None


def run_scenario(
    scenario: Scenario, world: World, city: City, player: Player | None = None
) -> ScenarioReport:
    """Plays the story; the first step or expectation that fails ends it and is told.

    `player` is another stage for the same story, for instance the services on a database.
    """
    player = player or Player(world=world, read_fact=city.read_fact, now=scenario.at)
    problem = run_story(scenario, city, player)
    return ScenarioReport(
        name=scenario.name,
        story=scenario.story,
        problem=problem,
        flows_path=tuple(path_of(player.events)),
        entries=len(player.entries),
        events=tuple(event["type"] for event in player.events),
    )


def run_story(
    scenario: Scenario,
    city: City,
    player: Player,
    after: Callable[[StepRunner], None] | None = None,
) -> str | None:
    """Opens the case, does the steps, looks at what is expected; answers what went wrong.

    `after` is done when the steps are, before anything is expected.
    """
    add_people(city, scenario.people)
    place = "opening"
    try:
        done = begin(scenario, city, player)
        if done is not None:
            runner = StepRunner(player, city)
            for number, step in enumerate(scenario.steps[done:], done + 1):
                place = f"step {number} {step}"
                runner.run(step)
            if after is not None:
                place = "--auto"
                after(runner)
            place = "expect"
            check_expectations(player, scenario.expect)
    except EngineError as exc:
        return f"{place}: {_told(exc, player)}"
    return None


def _told(error: EngineError, player: Player) -> str:
    """The error with its rule, and what was waiting instead."""
    rule = error.context.get("rule")
    text = str(error) + (f" [{rule}]" if rule else "")
    nothing_yet = player.snapshot is None and player.starts_at is None
    if nothing_yet or _WAITING in text:
        return text
    return f"{text}; {_WAITING} {waiting_text(player)}"


def add_people(city: City, people: Mapping[str, list[str]]) -> None:
    """People of the story get their posts: the city's by id, or plain ones of a role."""
    by_id = {post.id: post for posts in city.people.values() for post in posts}
    for person, names in people.items():
        city.people[person] = [by_id.get(name) or _plain_post(name) for name in names]


def _plain_post(name: str) -> Post:
    role = next(
        (r for r in sorted(AXIS_OF_ROLE, key=len, reverse=True) if name.startswith(r)), name
    )
    return Post(id=name, role=role, axis=AXIS_OF_ROLE.get(role, Axis.NONE))
