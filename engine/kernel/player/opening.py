"""Begins a story: opens its case at once, or when the timer of its start event is due."""

from engine.domain.city import City
from engine.domain.clock import to_wire
from engine.domain.errors import EngineError, ExecutionError
from engine.domain.people import Actor
from engine.kernel.compile.model import Element
from engine.kernel.decide.timers_due import rounds_from, start_due
from engine.kernel.player.beginning import Beginning, beginning_of
from engine.kernel.player.moving import instant_after, moves_clock
from engine.kernel.player.player import Player
from engine.kernel.player.scenario import Scenario
from engine.kernel.player.script_errors import ScenarioError


def begin(scenario: Scenario, city: City, player: Player) -> int | None:
    """Opens the case; answers how many steps that took, None when it was refused as expected."""
    beginning = beginning_of(scenario, player.world)
    if beginning.timer is not None:
        return _await(scenario, city, player, beginning, beginning.timer)
    return beginning.steps if _open(scenario, city, player, beginning) else None


def _await(
    scenario: Scenario, city: City, player: Player, beginning: Beginning, start: Element
) -> int | None:
    """Lets time pass until the timer opens the case, or until the story is over."""
    due = start_due(start, rounds_from(start, player.now))
    if due is None:
        raise ScenarioError(
            f"{start.id} opens no case: its time has passed by {to_wire(player.now)}, when the "
            "story begins"
        )
    player.starts_at = (start, due)
    for number, step in enumerate(scenario.steps, 1):
        if not moves_clock(step):
            raise ScenarioError(f"{step}: there is no case yet")
        until = instant_after(step, player)
        if due > until:
            player.advance(until)
            continue
        player.now = max(player.now, due)
        player.starts_at = None
        if not _open(scenario, city, player, beginning):
            return None
        player.advance(until)
        return number
    return len(scenario.steps)


def _open(scenario: Scenario, city: City, player: Player, beginning: Beginning) -> bool:
    """Opens the case; False when that is refused, and by the rule that the story names.

    A case whose first automatic steps fail does not come to be, and the player tells why.
    """
    data = {**scenario.case, **beginning.data}
    try:
        player.open(
            data, _opener(scenario, city, beginning.sender), beginning.process, beginning.start
        )
    except ExecutionError as exc:
        if scenario.refused is not None:
            raise
        player.stillborn = exc
    except EngineError as exc:
        if scenario.refused is None or exc.context.get("rule") != scenario.refused:
            raise
        return False
    else:
        player.fire_due()
    if scenario.refused is not None:
        raise ScenarioError(f"the case was opened; it should be refused by {scenario.refused}")
    return True


def _opener(scenario: Scenario, city: City, sender: str | None) -> Actor:
    named = sender or scenario.opener
    if named is not None:
        return Actor(via="scenario", person=named)
    source = scenario.case.get("source", "collector")
    role = "collector" if source == "collector" else "acceptor"
    cell = city.cells.get(str(scenario.case.get("grid_cell")), {})
    for person, posts in sorted(city.people.items()):
        for post in posts:
            fits = role != "collector" or post.duty_grid == cell.get("duty_grid")
            if post.role == role and fits:
                return Actor(via="scenario", person=person)
    return Actor(via="scenario")
