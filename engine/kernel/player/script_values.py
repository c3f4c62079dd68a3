"""Values of a script in the form in which they travel: YAML knows dates and floats, we do not."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from engine.domain.clock import to_wire
from engine.kernel.player.script_errors import ScenarioError
from engine.kernel.player.script_lines import at_line

__all__ = ["plain_values"]


def plain_values(data: Any, place: str) -> Any:
    """The data with dates as text; ScenarioError names a number that has no exact form."""
    if isinstance(data, Mapping):
        return {str(key): _plain_at(data, key, place) for key in data}
    if isinstance(data, list | tuple):
        return [plain_values(value, f"{place}[{i}]") for i, value in enumerate(data)]
    if isinstance(data, float):
        return _number(data, place)
    if isinstance(data, datetime):
        return data.isoformat() if data.tzinfo is None else to_wire(data)
    return data.isoformat() if isinstance(data, date) else data


def _plain_at(data: Mapping[Any, Any], key: Any, place: str) -> Any:
    with at_line(data, key):
        return plain_values(data[key], f"{place}.{key}")


def _number(value: float, place: str) -> int:
    """3.0 is 3; 0.1 has no exact form as a float, and is written as text everywhere here."""
    if value.is_integer():
        return int(value)
    raise ScenarioError(
        f'{place}: write {value} as text, "{value}": numbers that are not whole travel as text'
    )
