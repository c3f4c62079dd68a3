"""The rows that a case's decisions lead to, added up; and how the stored ones differ.

Every row of a case but its state and its journal is a projection of the commands. Adding up what
each decision changed gives what the tables must hold: a row too many, too few or otherwise is a
transaction that was torn, or a hand in the database.
"""

from collections.abc import Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any

from engine.domain.clock import to_wire
from engine.domain.evidence import to_plain
from engine.domain.rows import RowChanges, Timer
from engine.store.queries.case_rows import CaseRows

Key = Hashable
Rows = dict[Key, Any]

#: By which values a row is found again; places are written anew and removed, the others stay.
_KEYS: Mapping[str, tuple[str, ...]] = {
    "work_items": ("instance", "token"),
    "jobs": ("instance", "token"),
    "timers": ("instance", "token"),
    "waits": ("instance", "token"),
    "clocks": ("name", "round"),
    "acts": ("person", "act"),
    "notifications": ("seq", "n"),
    "outbox": ("seq", "n"),
    "incidents": ("number",),
}
_GO = ("work_items", "jobs", "timers", "waits")
_NAMES = {
    "work_items": "work item",
    "jobs": "job",
    "timers": "timer",
    "waits": "message wait",
    "clocks": "clock",
    "acts": "act",
    "notifications": "notification",
    "outbox": "outbox message",
    "incidents": "incident",
}


@dataclass(slots=True)
class ExpectedRows:
    """The sum of the changes so far."""

    file: Any = None
    tables: dict[str, Rows] = field(default_factory=lambda: {name: {} for name in _KEYS})

    def add(self, changes: RowChanges) -> None:
        """Applies what one decision changed, in the store's order: first what goes."""
        if changes.file is not None:
            self.file = changes.file
        for name in _GO:
            for place in getattr(changes, f"{name}_gone"):
                self.tables[name].pop(tuple(place), None)
        for name in _KEYS:
            self.tables[name].update(_keyed(name, getattr(changes, name)))

    def differences(self, stored: CaseRows) -> Iterator[str]:
        """Each row that is not as it must be, in words."""
        if self.file != stored.file:
            yield f"the case file {_changed(self.file, stored.file)}"
        for name in _KEYS:
            found = _keyed(name, getattr(stored, name))
            yield from _compared(_NAMES[name], self.tables[name], found)


def _keyed(name: str, rows: Iterable[Any]) -> Rows:
    return {tuple(getattr(row, key) for key in _KEYS[name]): row for row in rows}


def _compared(name: str, expected: Rows, found: Rows) -> Iterator[str]:
    for key in sorted({*expected, *found}, key=repr):
        row = f"the {name} {'.'.join(str(part) for part in key)}"  # type: ignore[attr-defined]  # keys are tuples
        if key not in found:
            yield f"{row} ({_shown(expected[key])}) is missing"
        elif key not in expected:
            yield f"{row} ({_shown(found[key])}) should not be there"
        elif _as_known(expected[key], found[key]) != found[key]:
            yield f"{row} {_changed(expected[key], found[key])}"


def _as_known(expected: Any, found: Any) -> Any:
    """A timer that was written before its setting was noted does not say when it was set."""
    if isinstance(found, Timer) and found.set_at is None:
        return replace(expected, set_at=None)
    return expected


def _changed(expected: Any, found: Any) -> str:
    if expected is None or found is None:
        return "is missing" if found is None else "should not be there"
    for f in fields(expected):
        left, right = getattr(expected, f.name), getattr(found, f.name)
        if left != right:
            return f"has {f.name} {_value(right)} in place of {_value(left)}"
    return "differs"


def _shown(row: Any) -> str:
    names = ("element", "type", "kind", "state", "code", "due_at", "person")
    given = [_value(getattr(row, name)) for name in names if getattr(row, name, None) is not None]
    return ", ".join(given)


def _value(value: Any) -> str:
    return to_wire(value) if hasattr(value, "isoformat") else str(to_plain(value))
