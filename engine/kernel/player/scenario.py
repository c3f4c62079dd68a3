"""Reading a scenario (`play.md`): YAML or JSON into steps, every unknown key refused by name."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import yaml

from engine.domain.clock import from_wire
from engine.kernel.player.script_errors import ScenarioError
from engine.kernel.player.script_lines import at_line, parse_lined
from engine.kernel.player.script_steps import (
    EXPECT_KEYS,
    STEP_KEYS,
    STEP_KINDS,
    check_expected,
    check_keys,
    mapping_of,
    read_step,
)
from engine.kernel.player.script_values import plain_values

__all__ = ["EXPECT_KEYS", "STEP_KEYS", "STEP_KINDS", "Scenario", "ScenarioError", "read_scenario"]

#: When a story begins that does not say so: a Monday morning of the sample calendar.
DEFAULT_START = "2026-03-02T09:00:00+08:00"
DEFAULT_CALENDAR = "cn"

_KEYS = frozenset(
    {"story", "process", "at", "calendar", "case", "people", "steps", "expect", "by", "refused"}
)


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
    try:
        return _read(content, name)
    except RecursionError as exc:
        raise ScenarioError(f"{name}: nested too deep, or within itself") from exc


def _read(content: bytes, name: str) -> Scenario:
    data = mapping_of(_parsed(content, name), f"{name}: a scenario with story, at, steps, expect")
    check_keys(data, _KEYS, name)
    with at_line(data, "expect"):
        expect = mapping_of(data.get("expect") or {}, f"{name}: expect")
        check_expected(expect, f"{name}: expect")
    return Scenario(
        name=name,
        story=str(data.get("story", name)),
        at=_instant(data, name),
        process=_text(data, "process", name),
        calendar=str(data.get("calendar", DEFAULT_CALENDAR)),
        case=_case(data, name),
        people=_people(data, name),
        opener=_text(data, "by", name),
        refused=_refusal(data, name),
        steps=tuple(
            read_step(step, f"{name}: step {i}") for i, step in enumerate(_steps(data, name), 1)
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
        return parse_lined(content) or {}
    except ScenarioError as exc:
        raise ScenarioError(f"{name}: {exc}") from exc
    except (yaml.YAMLError, UnicodeError, ValueError, RecursionError) as exc:
        raise ScenarioError(f"{name}: {exc}") from exc


def _steps(data: Mapping[str, Any], name: str) -> list[Any]:
    steps = data.get("steps") or []
    with at_line(data, "steps"):
        if not isinstance(steps, list):
            raise ScenarioError(f"{name}: steps is a list, one step after the other")
    return steps


def _case(data: Mapping[str, Any], name: str) -> dict[str, Any]:
    with at_line(data, "case"):
        case = mapping_of(data.get("case") or {}, f"{name}: case")
        return dict(plain_values(case, f"{name}: case"))


def _people(data: Mapping[str, Any], name: str) -> dict[str, list[str]]:
    people: dict[str, list[str]] = {}
    with at_line(data, "people"):
        named = mapping_of(data.get("people") or {}, f"{name}: people")
    for person, posts in named.items():
        with at_line(named, person):
            if not isinstance(posts, list):
                raise ScenarioError(f"{name}: people: {person}: a list of posts, such as [crew_a]")
        people[str(person)] = [str(post) for post in posts]
    return people


def _refusal(data: Mapping[str, Any], name: str) -> str | None:
    rule = data.get("refused")
    if rule is not None and (data.get("steps") or data.get("expect")):
        raise ScenarioError(f"{name}: where opening is refused, nothing follows: no steps, expect")
    return None if rule is None else str(rule)


def _text(data: Mapping[str, Any], key: str, name: str) -> str | None:
    value = data.get(key)
    with at_line(data, key):
        if value is not None and not isinstance(value, str):
            raise ScenarioError(f"{name}: {key}: a text is needed here, not {value!r}")
    return value


def _instant(data: Mapping[str, Any], name: str) -> datetime:
    value = data.get("at") or DEFAULT_START
    if isinstance(value, datetime):
        value = value.isoformat()
    with at_line(data, "at"):
        try:
            return from_wire(str(value))
        except ValueError as exc:
            raise ScenarioError(f"{name}: at: {exc}") from exc
