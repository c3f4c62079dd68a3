"""Reading a scenario (`play.md`): YAML or JSON into steps, every unknown key refused by name."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import yaml

from engine.domain.clock import from_wire
from engine.domain.errors import InvalidRequestError

_KEYS = frozenset(
    {"story", "process", "at", "calendar", "case", "people", "steps", "expect", "by", "refused"}
)
STEP_KINDS = frozenset(
    {
        "complete",
        "claim",
        "release",
        "advance",
        "until",
        "message",
        "signal",
        "fail",
        "error",
        "refused",
        "expect",
    }
)
_STEP_KEYS = STEP_KINDS | {
    "by",
    "for",
    "data",
    "key",
    "reason",
    "retries",
    "code",
    "outcome",
    "rule",
}
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


class ScenarioError(InvalidRequestError):
    """The scenario cannot be read or one of its steps is not possible."""

    code = "scenario"


@dataclass(frozen=True, slots=True)
class Scenario:
    """One story."""

    name: str
    story: str
    at: datetime
    process: str | None = None
    calendar: str = "cn"
    case: dict[str, Any] = field(default_factory=dict)
    people: dict[str, list[str]] = field(default_factory=dict)
    opener: str | None = None
    #: the rule by which opening the case must be refused
    refused: str | None = None
    steps: tuple[dict[str, Any], ...] = ()
    expect: dict[str, Any] = field(default_factory=dict)


def read_scenario(content: bytes, name: str) -> Scenario:
    """ScenarioError names the key or the step that is wrong."""
    try:
        data = yaml.safe_load(content)
    except yaml.YAMLError as exc:
        raise ScenarioError(f"{name}: {exc}") from exc
    if not isinstance(data, Mapping):
        raise ScenarioError(f"{name}: a scenario is a mapping with story, at, steps, expect")
    _known(data, _KEYS, name)
    steps = tuple(_step(step, i, name) for i, step in enumerate(data.get("steps") or (), 1))
    expect = dict(data.get("expect") or {})
    _known(expect, EXPECT_KEYS, f"{name}: expect")
    return Scenario(
        name=name,
        story=str(data.get("story", name)),
        at=_instant(data.get("at"), name),
        process=data.get("process"),
        calendar=str(data.get("calendar", "cn")),
        case=dict(data.get("case") or {}),
        people={k: list(v) for k, v in (data.get("people") or {}).items()},
        opener=data.get("by"),
        refused=_refusal(data, name),
        steps=steps,
        expect=expect,
    )


def _refusal(data: Mapping[str, Any], name: str) -> str | None:
    rule = data.get("refused")
    if rule is not None and (data.get("steps") or data.get("expect")):
        raise ScenarioError(f"{name}: where opening is refused, nothing follows: no steps, expect")
    return None if rule is None else str(rule)


def _step(step: Any, number: int, name: str) -> dict[str, Any]:
    place = f"{name}: step {number}"
    if not isinstance(step, Mapping):
        raise ScenarioError(f"{place}: a step is a mapping")
    _known(step, _STEP_KEYS, place)
    kinds = [kind for kind in STEP_KINDS if kind in step]
    if len(kinds) != 1:
        raise ScenarioError(f"{place}: exactly one of {', '.join(sorted(STEP_KINDS))}")
    if kinds[0] == "expect":
        _known(step["expect"], EXPECT_KEYS, place)
    return dict(step)


def _known(data: Mapping[str, Any], keys: frozenset[str], place: str) -> None:
    unknown = sorted(set(map(str, data)) - keys)
    if unknown:
        raise ScenarioError(
            f"{place}: unknown key {unknown[0]!r}; known are {', '.join(sorted(keys))}"
        )


def _instant(value: Any, name: str) -> datetime:
    if isinstance(value, datetime):
        value = value.isoformat()
    try:
        return from_wire(str(value))
    except ValueError as exc:
        raise ScenarioError(f"{name}: at: {exc}") from exc
