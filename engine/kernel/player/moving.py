"""The steps that move the clock: until which instant they do."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from engine.domain.clock import from_wire
from engine.domain.deadlines import due_at
from engine.domain.errors import LimitError
from engine.domain.limits import parse_limit
from engine.kernel import iso
from engine.kernel.player.player import Player
from engine.kernel.player.script_errors import ScenarioError


def moves_clock(step: Mapping[str, Any]) -> bool:
    """Whether the step does nothing but let time pass."""
    return "advance" in step or "until" in step


def instant_after(step: Mapping[str, Any], player: Player) -> datetime:
    """The instant that `advance` or `until` leads to; ScenarioError when it is none."""
    if "until" in step:
        try:
            return from_wire(_text(step["until"]))
        except ValueError as exc:
            raise ScenarioError(f"until: {exc}") from exc
    return _later(_text(step["advance"]), player)


def _later(text: str, player: Player) -> datetime:
    try:
        if text.startswith("P"):
            return iso.parse_duration(text).after(player.now)
        return due_at(player.now, parse_limit(text), player.world.worktime).at
    except (LimitError, ValueError) as exc:
        raise ScenarioError(f"advance: {exc}") from exc


def _text(value: Any) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)
