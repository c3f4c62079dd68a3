"""Trying a diagram without a database: the player, scenarios, their runner."""

from engine.kernel.player.city_files import catalog_rows, read_calendar, read_city
from engine.kernel.player.crowd import lane_roles, opened_to_all
from engine.kernel.player.played import Played, play, refused
from engine.kernel.player.player import Player
from engine.kernel.player.runner import ScenarioReport, add_people, run_scenario
from engine.kernel.player.scenario import Scenario, empty_script, read_scenario, read_script
from engine.kernel.player.script_errors import ScenarioError

__all__ = [
    "Played",
    "Player",
    "Scenario",
    "ScenarioError",
    "ScenarioReport",
    "add_people",
    "catalog_rows",
    "empty_script",
    "lane_roles",
    "opened_to_all",
    "play",
    "read_calendar",
    "read_city",
    "read_scenario",
    "read_script",
    "refused",
    "run_scenario",
]
