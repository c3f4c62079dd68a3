"""Plays an instance in a test: saved and loaded after every command, waits found by element id."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from engine.domain.evidence import canonical
from engine.feel import Expression, to_json
from engine.kernel import iso
from engine.kernel.compile.model import (
    AtClock,
    CompiledRelease,
    Element,
    IsoCycle,
    IsoDate,
    IsoDuration,
)
from engine.kernel.release import compile_release
from engine.kernel.run import Instance, Scope, Thrown, Wait

MORNING = datetime(2026, 3, 2, 1, tzinfo=UTC)
_SIGN = {"entered": "+", "left": "-", "cancelled": "x"}


class Desk:
    """A host: a document, a clock that a test moves, due times of clocks by point."""

    def __init__(self, document: Mapping[str, Any] | None = None) -> None:
        self.document: dict[str, Any] = dict(document or {})
        self.now = MORNING
        self.clock_dues: dict[str, datetime] = {}
        self.notices: list[str] = []
        self.release: CompiledRelease | None = None

    def evaluate(self, expression: Expression, scope: Scope) -> Any:
        context = {
            **self.document,
            **scope.local,
            **scope.items,
            "case": self.document,
            "local": scope.local,
            "outcome": scope.outcome,
        }
        return expression.evaluate(context, now=self.now)

    def write(self, name: str, value: Any, scope: Scope, element: Element) -> None:
        if name.startswith("local."):
            scope.local[name.removeprefix("local.")] = to_json(value)
        else:
            self.document[name] = to_json(value)

    def decide(self, element: Element, scope: Scope) -> Any:
        assert self.release is not None
        assert element.decision is not None
        model = self.release.decisions[element.decision]
        return model.decide(element.decision, self.document, now=self.now).value

    def notify(self, element: Element, scope: Scope) -> None:
        self.notices.append(element.id)

    def receive(self, element: Element, payload: Mapping[str, Any]) -> None:
        """No signal of these stories brings anything."""

    def due(self, element: Element, scope: Scope) -> datetime | None:
        timer = element.timer
        if isinstance(timer, AtClock):
            return self.clock_dues.get(timer.point)
        assert isinstance(timer, IsoDuration | IsoDate | IsoCycle)
        value = timer.value
        text = value if isinstance(value, str) else str(self.evaluate(value, scope))
        if isinstance(timer, IsoDuration):
            return iso.parse_duration(text).after(self.now)
        if isinstance(timer, IsoDate):
            return iso.parse_date(text)
        return iso.parse_cycle(text).due(self.now, scope.fired, scope.last_due)


class Story:
    """One instance and what happened to it."""

    def __init__(
        self,
        files: Mapping[str, bytes] | bytes,
        document: Mapping[str, Any] | None = None,
        *,
        process: str | None = None,
        start_event: str | None = None,
        desk: Desk | None = None,
    ) -> None:
        named = {"drawing.bpmn": files} if isinstance(files, bytes) else files
        self.release = compile_release(named)
        self.desk = desk or Desk(document)
        self.desk.release = self.release
        self.path: list[str] = []
        self.thrown: list[Thrown] = []
        self.ends: list[str] = []
        name = process or next(iter(self.release.definitions))
        self.instance = Instance.start(self.release, name, self.desk, start_event=start_event)
        self._saved()

    def _saved(self) -> None:
        """Takes over what happened; saving, loading and saving again must change nothing."""
        self.path += [_SIGN[s.what] + s.element.id for s in self.instance.take_steps()]
        self.thrown += self.instance.take_thrown()
        self.ends += self.instance.ends
        state = self.instance.dump()
        again = Instance.load(self.release, json.loads(canonical(state)), self.desk)
        assert canonical(again.dump()) == canonical(state)
        assert [w.token for w in again.waits()] == [w.token for w in self.instance.waits()]
        self.instance = again

    @property
    def state(self) -> bytes:
        return canonical(self.instance.dump())

    @property
    def open(self) -> list[str]:
        """The ids of what is waited for, sorted."""
        return sorted(w.element.id for w in self.instance.waits())

    @property
    def work(self) -> list[str]:
        """The ids of the open work items and jobs, sorted."""
        kinds = ("work_item", "job")
        return sorted(w.element.id for w in self.instance.waits() if w.kind in kinds)

    @property
    def finished(self) -> bool:
        return self.instance.finished

    def wait(self, name: str) -> Wait:
        found = [w for w in self.instance.waits() if w.element.id == name]
        assert found, f"{name} is not waited for, but {self.open}"
        return found[0]

    def complete(self, name: str, outcome: str | None = None, **document: Any) -> "Story":
        token = self.wait(name).token
        self.desk.document.update(document)
        self.instance.complete(token, outcome)
        self._saved()
        return self

    def fire(self, name: str) -> "Story":
        wait = self.wait(name)
        if wait.due is not None:
            self.desk.now = max(self.desk.now, wait.due)
        self.instance.fire(wait.token)
        self._saved()
        return self

    def message(self, name: str) -> "Story":
        wait = next(w for w in self.instance.waits() if w.kind == "message" and w.name == name)
        self.instance.deliver_message(wait.token)
        self._saved()
        return self

    def signal(self, name: str) -> int:
        reached = self.instance.signal(name)
        self._saved()
        return reached

    def error(self, name: str, code: str) -> bool:
        caught = self.instance.throw_error(self.wait(name).token, code)
        self._saved()
        return caught

    def later(self, **spans: float) -> "Story":
        self.desk.now += timedelta(**spans)
        return self
