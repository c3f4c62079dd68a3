"""What a scenario expects, compared with what the player saw. The first difference is told."""

from collections.abc import Mapping, Sequence
from typing import Any

from engine.kernel.decide.reading import clocks_now, indicators_now
from engine.kernel.player.player import Player
from engine.kernel.player.scenario import ScenarioError


def check_expectations(player: Player, expect: Mapping[str, Any]) -> None:
    """ScenarioError says which expectation failed and what was found instead."""
    seen = observe(player)
    for key, wanted in expect.items():
        _CHECKS[key](key, wanted, seen[key])


def observe(player: Player) -> dict[str, Any]:
    """Everything that a scenario can expect, by its key."""
    assert player.snapshot is not None, "open the case first"
    world, snapshot = player.world, player.snapshot
    path = path_of(player.events)
    waiting = [w.element.id for _, w in player.waits() if w.kind in ("work_item", "job")]
    entered = [step[1:].split("/")[-1] for step in path if step[0] == "+"]
    names = [event["type"] for event in player.events]
    return {
        "case": player.document,
        "clocks": clocks_now(world, snapshot, player.now),
        "ends": [end for event in player.events for end in _ends(event)],
        "events": names,
        "indicators": indicators_now(world, snapshot, player.now),
        "never": entered + names,
        "notifications": [_notification(n) for n in player.notifications],
        "outcome": _outcome(player),
        "path": entered,
        "status": status_of(player),
        "waiting": waiting,
    }


def path_of(events: Sequence[Mapping[str, Any]]) -> list[str]:
    """The signed steps: `+id` entered, `-id` left, `xid` cancelled; scopes before a slash."""
    return [step for event in events if event["type"] == "path" for step in event["data"]["steps"]]


def status_of(player: Player) -> str:
    """completed, waiting or incident, as `play.md` names them."""
    raised = sum(e["type"] == "incident.raised" for e in player.events)
    settled = sum(e["type"] in ("incident.retried", "incident.resolved") for e in player.events)
    if raised > settled:
        return "incident"
    return "waiting" if player.waits() else "completed"


def _ends(event: Mapping[str, Any]) -> list[str]:
    return list(event["data"]["ends"]) if event["type"] == "instance.ended" else []


def _outcome(player: Player) -> str | None:
    ended = [e["data"]["outcome"] for e in player.events if e["type"] == "case.ended"]
    return ended[-1] if ended else None


def _notification(notification: Any) -> dict[str, Any]:
    return {
        "kind": notification.kind,
        "level": notification.level,
        "needs_reply": notification.needs_reply,
        "person": notification.person,
    }


def _equal(key: str, wanted: Any, found: Any) -> None:
    if wanted != found:
        raise ScenarioError(f"{key}: expected {wanted!r}, found {found!r}")


def _same_members(key: str, wanted: Any, found: Any) -> None:
    if sorted(wanted) != sorted(found):
        raise ScenarioError(f"{key}: expected {sorted(wanted)}, found {sorted(found)}")


def _contains(key: str, wanted: Any, found: Any) -> None:
    """Every named field must be equal; others may be there."""
    for name, value in wanted.items():
        if isinstance(value, Mapping) and isinstance(found.get(name), Mapping):
            _contains(f"{key}.{name}", value, found[name])
        elif found.get(name) != value:
            raise ScenarioError(f"{key}.{name}: expected {value!r}, found {found.get(name)!r}")


def _in_order(key: str, wanted: Any, found: Any) -> None:
    """In this order with gaps allowed; a nested list in any order."""
    position = 0
    for part in wanted:
        position = _after(key, part, found, position)


def _after(key: str, part: Any, found: Sequence[str], position: int) -> int:
    if isinstance(part, list):
        return max(_after(key, each, found, position) for each in part)
    if part not in found[position:]:
        raise ScenarioError(
            f"{key}: {part!r} does not come after {list(found[:position])[-3:]}; found {found}"
        )
    return found.index(part, position) + 1


def _absent(key: str, wanted: Any, found: Any) -> None:
    present = sorted(set(wanted) & set(found))
    if present:
        raise ScenarioError(f"{key}: {', '.join(present)} happened")


def _notified(key: str, wanted: Any, found: Any) -> None:
    """A number counts them; a list names what each must hold, in order."""
    if isinstance(wanted, int):
        _equal(key, wanted, len(found))
        return
    if len(wanted) != len(found):
        raise ScenarioError(f"{key}: expected {len(wanted)}, found {len(found)}: {found}")
    for i, (want, got) in enumerate(zip(wanted, found, strict=True)):
        _contains(f"{key}[{i}]", want, got)


_CHECKS = {
    "case": _contains,
    "clocks": _contains,
    "ends": _equal,
    "events": _in_order,
    "indicators": _contains,
    "never": _absent,
    "notifications": _notified,
    "outcome": _equal,
    "path": _in_order,
    "status": _equal,
    "waiting": _same_members,
}
