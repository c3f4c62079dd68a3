"""Reading a scenario (`play.md`): YAML or JSON into steps, every unknown key refused by name."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import yaml

from engine.domain.clock import from_wire
from engine.kernel.player.script_errors import ScenarioError
from engine.kernel.player.script_values import plain_values

__all__ = ["EXPECT_KEYS", "STEP_KEYS", "STEP_KINDS", "Scenario", "ScenarioError", "read_scenario"]

#: When a story begins that does not say so: a Monday morning of the sample calendar.
DEFAULT_START = "2026-03-02T09:00:00+08:00"
DEFAULT_CALENDAR = "cn"

_KEYS = frozenset(
    {"story", "process", "at", "calendar", "case", "people", "steps", "expect", "by", "refused"}
)
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
_STATUSES = ("completed", "waiting", "cancelled", "incident")


@dataclass(frozen=True, slots=True)
class Scenario:
    """One story."""

    name: str
    story: str
    at: datetime
    process: str | None = None
    calendar: str = DEFAULT_CALENDAR
    case: dict[str, Any] = field(default_factory=dict)
    people: dict[str, list[str]] = field(default_factory=dict)
    opener: str | None = None
    #: the rule by which opening the case must be refused
    refused: str | None = None
    steps: tuple[dict[str, Any], ...] = ()
    expect: dict[str, Any] = field(default_factory=dict)


def read_scenario(content: bytes, name: str) -> Scenario:
    """ScenarioError names the key or the step that is wrong."""
    data = _mapping(_parsed(content, name), f"{name}: a scenario with story, at, steps, expect")
    _known(data, _KEYS, name)
    expect = _mapping(data.get("expect") or {}, f"{name}: expect")
    _check_expected(expect, f"{name}: expect")
    return Scenario(
        name=name,
        story=str(data.get("story", name)),
        at=_instant(data.get("at") or DEFAULT_START, name),
        process=_text(data.get("process"), f"{name}: process"),
        calendar=str(data.get("calendar", DEFAULT_CALENDAR)),
        case=plain_values(_mapping(data.get("case") or {}, f"{name}: case"), f"{name}: case"),
        people=_people(data.get("people") or {}, name),
        opener=_text(data.get("by"), f"{name}: by"),
        refused=_refusal(data, name),
        steps=tuple(
            _step(step, f"{name}: step {i}") for i, step in enumerate(_steps(data, name), 1)
        ),
        expect=plain_values(expect, f"{name}: expect"),
    )


def read_script(content: bytes, name: str) -> Scenario:
    """A scenario without expectations at its end, to be played rather than judged."""
    script = read_scenario(content, name)
    judged = "refused" if script.refused is not None else "expect"
    if script.expect or script.refused is not None:
        raise ScenarioError(
            f"{name}: {judged} stands in scenarios, which are judged; a script is only played: "
            f"leave it out, or run `caseloop scenario`"
        )
    return script


def empty_script() -> Scenario:
    """The story in which nothing is done but to begin."""
    return Scenario(name="no script", story="", at=from_wire(DEFAULT_START))


def _parsed(content: bytes, name: str) -> Any:
    try:
        return yaml.safe_load(content) or {}
    except (yaml.YAMLError, UnicodeError, ValueError, RecursionError) as exc:
        raise ScenarioError(f"{name}: {exc}") from exc


def _mapping(data: Any, place: str) -> Mapping[str, Any]:
    if not isinstance(data, Mapping):
        raise ScenarioError(f"{place}: keys with values are needed here, not {data!r}")
    return data


def _steps(data: Mapping[str, Any], name: str) -> list[Any]:
    steps = data.get("steps") or []
    if not isinstance(steps, list):
        raise ScenarioError(f"{name}: steps is a list, one step after the other")
    return steps


def _people(data: Any, name: str) -> dict[str, list[str]]:
    people: dict[str, list[str]] = {}
    for person, posts in _mapping(data, f"{name}: people").items():
        if not isinstance(posts, list):
            raise ScenarioError(f"{name}: people: {person}: a list of posts, such as [crew_a]")
        people[str(person)] = [str(post) for post in posts]
    return people


def _refusal(data: Mapping[str, Any], name: str) -> str | None:
    rule = data.get("refused")
    if rule is not None and (data.get("steps") or data.get("expect")):
        raise ScenarioError(f"{name}: where opening is refused, nothing follows: no steps, expect")
    return None if rule is None else str(rule)


def _step(step: Any, place: str) -> dict[str, Any]:
    step = _mapping(step, f"{place}: a step")
    kinds = [kind for kind in STEP_KEYS if kind in step]
    if len(kinds) != 1:
        known = sorted(STEP_KINDS | frozenset().union(*STEP_KEYS.values()))
        _known(step, frozenset(known), place)
        raise ScenarioError(f"{place}: exactly one of {', '.join(sorted(STEP_KINDS))}")
    (kind,) = kinds
    _known(step, STEP_KEYS[kind] | {kind}, f"{place} ({kind})")
    inner = dict(step)
    if kind == "expect":
        _check_expected(_mapping(step["expect"], f"{place}: expect"), place)
    elif kind == "refused":
        inner["refused"] = _step(step["refused"], f"{place}: refused")
    found: dict[str, Any] = plain_values(inner, place)
    return found


def _check_expected(expect: Mapping[str, Any], place: str) -> None:
    _known(expect, EXPECT_KEYS, place)
    if "status" in expect and expect["status"] not in _STATUSES:
        raise ScenarioError(f"{place}: status is one of {', '.join(_STATUSES)}")
    for key in ("ends", "path", "never", "events", "waiting"):
        if not isinstance(expect.get(key, []), list):
            raise ScenarioError(f"{place}: {key} is a list")
    for key in ("case", "clocks", "indicators"):
        _mapping(expect.get(key, {}), f"{place}: {key}")


def _known(data: Mapping[str, Any], keys: frozenset[str], place: str) -> None:
    unknown = sorted(set(map(str, data)) - keys)
    if unknown:
        raise ScenarioError(
            f"{place}: unknown key {unknown[0]!r}; known are {', '.join(sorted(keys))}"
        )


def _text(value: Any, place: str) -> str | None:
    if value is not None and not isinstance(value, str):
        raise ScenarioError(f"{place}: a text is needed here, not {value!r}")
    return value


def _instant(value: Any, name: str) -> datetime:
    if isinstance(value, datetime):
        value = value.isoformat()
    try:
        return from_wire(str(value))
    except ValueError as exc:
        raise ScenarioError(f"{name}: at: {exc}") from exc
