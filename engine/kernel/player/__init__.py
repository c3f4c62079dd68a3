"""Trying a diagram without a database: the player, scenarios, their runner."""

from engine.kernel.player.city_files import catalog_rows, read_calendar, read_city
from engine.kernel.player.player import Player
from engine.kernel.player.runner import ScenarioReport, add_people, run_scenario
from engine.kernel.player.scenario import Scenario, ScenarioError, read_scenario

__all__ = [
    "Player",
    "Scenario",
    "ScenarioError",
    "ScenarioReport",
    "add_people",
    "catalog_rows",
    "read_calendar",
    "read_city",
    "read_scenario",
    "run_scenario",
]
