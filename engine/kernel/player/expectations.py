"""What a scenario expects, compared with what the player saw. The first difference is told."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from engine.kernel.decide.reading import clocks_now, indicators_now
from engine.kernel.player.player import Player
from engine.kernel.player.script_errors import ScenarioError
from engine.kernel.player.standing import status_of
from engine.kernel.player.trace import ends_of, path_of


def check_expectations(player: Player, expect: Mapping[str, Any]) -> None:
    """ScenarioError says which expectation failed and what was found instead."""
    _check_names(player, expect)
    seen = observe(player)
    for key, wanted in expect.items():
        _CHECKS[key](key, wanted, seen[key])


def _check_names(player: Player, expect: Mapping[str, Any]) -> None:
    """A misspelt element would never be entered, and `never` would always hold."""
    known = {e for d in player.world.model.definitions.values() for e in d.elements}
    for key in ("ends", "path", "never", "waiting"):
        for name in _flat(expect.get(key, ())):
            event = key == "never" and "." in name
            if name not in known and not event:
                raise ScenarioError(
                    f"{key}: the diagram has no element {name!r}", rule="scenario/unknown-element"
                )


def _flat(names: Any) -> Iterator[str]:
    for name in names:
        if isinstance(name, list):
            yield from _flat(name)
        else:
            yield str(name)


def observe(player: Player) -> dict[str, Any]:
    """Everything that a scenario can expect, by its key."""
    world, snapshot = player.world, player.snapshot
    entered = [step[1:].split("/")[-1] for step in path_of(player.events) if step[0] == "+"]
    names = [event["type"] for event in player.events]
    waiting = [w.element.id for _, w in player.waits() if w.kind in ("work_item", "job")]
    return {
        "case": player.document,
        "clocks": {} if snapshot is None else clocks_now(world, snapshot, player.now),
        "ends": ends_of(player),
        "events": names,
        "indicators": {} if snapshot is None else indicators_now(world, snapshot, player.now),
        "never": entered + names,
        "notifications": [_notification(n) for n in player.notifications],
        "outcome": _outcome(player),
        "path": entered,
        "status": status_of(player),
        "waiting": waiting,
    }


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
