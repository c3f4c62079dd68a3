"""Counts which elements and flows of each diagram the stories took."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from engine.kernel.compile.model import CompiledRelease, Definition
from engine.kernel.coverage.tracing import is_led_through
from engine.kernel.player.player import Player
from engine.kernel.player.trace import FLOW_SIGN, raw_trace

_WHOLE = 100


@dataclass(frozen=True, slots=True)
class Share:
    """So many of so many, and which are left."""

    all: tuple[str, ...]
    covered: frozenset[str]

    @property
    def uncovered(self) -> tuple[str, ...]:
        """The ids that no story took, in the order of the diagram."""
        return tuple(name for name in self.all if name not in self.covered)

    @property
    def percent(self) -> int:
        """Rounded down, so that 100 means all."""
        return _WHOLE if not self.all else len(self.covered) * _WHOLE // len(self.all)

    def to_json(self) -> dict[str, Any]:
        return {
            "total": len(self.all),
            "covered": len(self.covered),
            "percent": self.percent,
            "uncovered": list(self.uncovered),
        }


@dataclass(frozen=True, slots=True)
class Coverage:
    """What the stories took of one diagram."""

    file: str
    processes: tuple[str, ...]
    elements: Share
    flows: Share

    def to_json(self) -> dict[str, Any]:
        return {
            "diagram": self.file,
            "processes": list(self.processes),
            "elements": self.elements.to_json(),
            "flows": self.flows.to_json(),
        }


@dataclass(slots=True)
class Tally:
    """Collects over many stories of one release."""

    #: the release as it was compiled, without traces
    model: CompiledRelease
    _elements: set[tuple[str, str]] = field(default_factory=set)
    _flows: set[tuple[str, str]] = field(default_factory=set)

    def add(self, player: Player) -> None:
        """Counts what a player did on the traced release."""
        for step in raw_trace(player):
            if step.what != "entered" or step.element is None:
                continue
            process = step.element.process
            if step.id.startswith(FLOW_SIGN):
                self._flows.add((process, step.id.removeprefix(FLOW_SIGN)))
            else:
                self._elements.add((process, step.id))

    def result(self) -> list[Coverage]:
        """One for each diagram of the release, by file."""
        by_file: dict[str, list[Definition]] = {}
        for definition in self.model.definitions.values():
            by_file.setdefault(definition.file, []).append(definition)
        return [self._coverage(file, found) for file, found in sorted(by_file.items())]

    def _coverage(self, file: str, definitions: list[Definition]) -> Coverage:
        elements = {
            name: (definition.process_id, name) in self._elements
            for definition in definitions
            for name in definition.elements
        }
        flows = dict(pair for definition in definitions for pair in self._taken(definition))
        processes = tuple(definition.process_id for definition in definitions)
        return Coverage(file, processes, _share(elements), _share(flows))

    def _taken(self, definition: Definition) -> Iterator[tuple[str, bool]]:
        process = definition.process_id
        for body in definition.bodies.values():
            for flow in body.flows:
                if is_led_through(flow, definition.elements):
                    yield flow.id, (process, flow.id) in self._flows
                else:
                    yield flow.id, (process, flow.target) in self._elements


def _share(taken: Mapping[str, bool]) -> Share:
    return Share(tuple(taken), frozenset(name for name, is_taken in taken.items() if is_taken))
