"""The steps of a script and what it expects, read: every key known, every value of its kind."""

from collections.abc import Mapping
from typing import Any

from engine.kernel.player.script_errors import ScenarioError
from engine.kernel.player.script_lines import at_line
from engine.kernel.player.script_values import plain_values

__all__ = [
    "EXPECT_KEYS",
    "STEP_KEYS",
    "STEP_KINDS",
    "check_expected",
    "check_keys",
    "mapping_of",
    "read_step",
]

#: Each kind of step, and what may stand beside it.
STEP_KEYS: dict[str, frozenset[str]] = {
    "complete": frozenset({"by", "for", "data", "outcome", "reason"}),
    "claim": frozenset({"by", "for"}),
    "release": frozenset({"by", "for"}),
    "advance": frozenset(),
    "until": frozenset(),
    "message": frozenset({"by", "key", "data", "reason"}),
    "signal": frozenset({"by", "data"}),
    "fail": frozenset({"reason", "retries"}),
    "error": frozenset({"code", "reason", "data"}),
    "refused": frozenset({"rule"}),
    "expect": frozenset(),
}
STEP_KINDS = frozenset(STEP_KEYS)
EXPECT_KEYS = frozenset(
    {
        "status",
        "outcome",
        "ends",
        "path",
        "never",
        "events",
        "waiting",
        "case",
        "clocks",
        "notifications",
        "indicators",
    }
)
_LISTS = frozenset({"ends", "path", "never", "events", "waiting"})
_MAPPINGS = frozenset({"case", "clocks", "indicators"})
_STATUSES = ("completed", "waiting", "cancelled", "incident")


def mapping_of(data: Any, place: str) -> Mapping[str, Any]:
    """The data, which must be a mapping."""
    if not isinstance(data, Mapping):
        raise ScenarioError(f"{place}: keys with values are needed here, not {data!r}")
    return data


def read_step(step: Any, place: str) -> dict[str, Any]:
    """One step, with its values in the form in which they travel."""
    step = mapping_of(step, f"{place}: a step")
    kinds = [kind for kind in STEP_KEYS if kind in step]
    if len(kinds) != 1:
        known = sorted(STEP_KINDS | frozenset().union(*STEP_KEYS.values()))
        check_keys(step, frozenset(known), place)
        with at_line(step, next(iter(step), None)):
            raise ScenarioError(f"{place}: exactly one of {', '.join(sorted(STEP_KINDS))}")
    (kind,) = kinds
    check_keys(step, STEP_KEYS[kind] | {kind}, f"{place} ({kind})")
    inner = dict.fromkeys(step)
    for key, value in step.items():
        with at_line(step, key):
            inner[key] = _said(key, value, f"{place}: {key}")
    return {str(key): value for key, value in inner.items()}


def _said(key: str, value: Any, place: str) -> Any:
    """The value of a step's key, in the form that the key needs."""
    if key == "refused":
        return read_step(value, place)
    if key == "expect":
        check_expected(mapping_of(value, place), place)
    elif key == "data":
        value = mapping_of(value or {}, place)
    elif isinstance(value, Mapping | list):
        raise ScenarioError(f"{place}: one value is needed here, not {value!r}")
    return plain_values(value, place)


def check_expected(expect: Mapping[str, Any], place: str) -> None:
    """ScenarioError names what cannot be expected."""
    check_keys(expect, EXPECT_KEYS, place)
    for key, value in expect.items():
        with at_line(expect, key):
            if key == "status" and value not in _STATUSES:
                raise ScenarioError(f"{place}: status is one of {', '.join(_STATUSES)}")
            if key in _LISTS and not isinstance(value, list):
                raise ScenarioError(f"{place}: {key} is a list")
            if key in _MAPPINGS:
                mapping_of(value, f"{place}: {key}")


def check_keys(data: Mapping[str, Any], keys: frozenset[str], place: str) -> None:
    """ScenarioError names a key that is not among the known ones."""
    unknown = sorted((key for key in data if key not in keys), key=str)
    if unknown:
        with at_line(data, unknown[0]):
            raise ScenarioError(
                f"{place}: unknown key {str(unknown[0])!r}; known are {', '.join(sorted(keys))}"
            )
