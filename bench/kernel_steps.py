"""How fast the kernel steps, against stock SpiffWorkflow on the same process; how small its state.

A step is: complete one user task and run everything automatic until the next wait. CPU seconds of
this process; the variants run alternately and the best round counts.

`python -m bench.kernel_steps` prints the rows.
"""

import gc
import io
import json
import logging
import statistics
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from SpiffWorkflow import TaskState
from SpiffWorkflow.bpmn import BpmnWorkflow
from SpiffWorkflow.bpmn.parser import BpmnParser
from SpiffWorkflow.bpmn.serializer import BpmnWorkflowSerializer

from bench.inspection import PATH, document, drawing
from engine.domain.evidence import canonical
from engine.feel import Expression, to_json
from engine.kernel.compile.model import CompiledRelease, Element
from engine.kernel.release import compile_release
from engine.kernel.run import Instance, Scope

KILOBYTES = 2
CASES = 20
ROUNDS = 5
LOOP = 10_000

Row = dict[str, Any]


class Desk:
    """The least host: a document and a fixed clock."""

    def __init__(self, values: dict[str, Any]) -> None:
        self.document = values
        self.now = datetime(2026, 3, 2, 1, tzinfo=UTC)

    def evaluate(self, expression: Expression, scope: Scope) -> Any:
        context = {**self.document, **scope.local, **scope.items, "outcome": scope.outcome}
        return expression.evaluate(context, now=self.now)

    def write(self, name: str, value: Any, scope: Scope, element: Element) -> None:  # noqa: ARG002 the protocol's signature
        self.document[name] = to_json(value)

    def decide(self, element: Element, scope: Scope) -> Any:  # noqa: ARG002 the protocol's signature
        return None

    def notify(self, element: Element, scope: Scope) -> None:
        """Nobody is told."""

    def receive(self, element: Element, payload: Mapping[str, Any]) -> None:
        """No signal of these stories brings anything."""

    def due(self, element: Element, scope: Scope) -> datetime | None:  # noqa: ARG002 the protocol's signature
        return self.now + timedelta(hours=48)


def _token(instance: Instance, name: str) -> int:
    return next(w.token for w in instance.waits() if w.element.id == name)


def ours_with_state(release: CompiledRelease) -> int:
    """Load from text, complete, dump to text; state and document both, at every step."""
    desk = Desk(document(KILOBYTES))
    state = canonical(Instance.start(release, "inspection", desk).dump())
    text = canonical(desk.document)
    for name, data in PATH:
        desk = Desk(json.loads(text))
        instance = Instance.load(release, json.loads(state), desk)
        desk.document.update(data)
        instance.complete(_token(instance, name))
        state, text = canonical(instance.dump()), canonical(desk.document)
    assert instance.finished
    return len(PATH)


def ours_raw(release: CompiledRelease) -> int:
    """Complete only, without saving."""
    desk = Desk(document(KILOBYTES))
    instance = Instance.start(release, "inspection", desk)
    for name, data in PATH:
        desk.document.update(data)
        instance.complete(_token(instance, name))
    assert instance.finished
    return len(PATH)


def _stock_specs() -> tuple[Any, Any]:
    parser = BpmnParser()
    parser.add_bpmn_io(io.BytesIO(drawing(feel=False)))
    return parser.get_spec("inspection"), parser.get_subprocess_specs("inspection")


def _stock_start(specs: tuple[Any, Any]) -> Any:
    workflow = BpmnWorkflow(*specs)
    workflow.get_next_task(spec_name="start").data.update(document(KILOBYTES))
    workflow.do_engine_steps()
    return workflow


def _stock_step(workflow: Any, name: str, data: dict[str, object]) -> None:
    task = workflow.get_next_task(state=TaskState.READY, spec_name=name)
    task.data.update(data)
    task.run()
    workflow.do_engine_steps()


def stock_with_state(specs: tuple[Any, Any], serializer: Any) -> int:
    """The library as its manual shows it: deserialise, complete, serialise."""
    text = serializer.serialize_json(_stock_start(specs))
    for name, data in PATH:
        workflow = serializer.deserialize_json(text)
        _stock_step(workflow, name, data)
        text = serializer.serialize_json(workflow)
    assert workflow.is_completed()
    return len(PATH)


def stock_raw(specs: tuple[Any, Any]) -> int:
    """Complete only, without saving."""
    workflow = _stock_start(specs)
    for name, data in PATH:
        _stock_step(workflow, name, data)
    assert workflow.is_completed()
    return len(PATH)


def _speed(case: Callable[[], int]) -> float:
    """Steps per CPU second over some cases."""
    gc.collect()
    begin = time.process_time()
    steps = sum(case() for _ in range(CASES))
    return steps / (time.process_time() - begin)


def kernel_steps_vs_stock() -> list[Row]:
    """Load + complete + save against the same with stock, and raw against raw."""
    logging.getLogger("spiff").setLevel(logging.WARNING)
    release = compile_release({"inspection.bpmn": drawing(feel=True)})
    specs, serializer = _stock_specs(), BpmnWorkflowSerializer()
    variants: dict[str, Callable[[], int]] = {
        "ours": lambda: ours_with_state(release),
        "ours_raw": lambda: ours_raw(release),
        "stock": lambda: stock_with_state(specs, serializer),
        "stock_raw": lambda: stock_raw(specs),
    }
    runs: dict[str, list[float]] = {name: [] for name in variants}
    for _ in range(ROUNDS):
        for name, case in variants.items():
            runs[name].append(_speed(case))
    half = {name: statistics.median(values) for name, values in runs.items()}
    unit = "steps/CPU-s"
    return [
        _row(
            "kernel_steps_vs_stock",
            half["ours"],
            unit,
            half["ours"] / half["stock"],
            runs["ours"],
        ),
        _row(
            "kernel_steps_vs_stock_raw_engine",
            half["ours"],
            unit,
            half["ours"] / half["stock_raw"],
            runs["ours"],
        ),
        _row(
            "kernel_raw_vs_stock_raw_engine",
            half["ours_raw"],
            unit,
            half["ours_raw"] / half["stock_raw"],
            runs["ours_raw"],
        ),
    ]


def loop_rounds() -> list[Row]:
    """Time of the last thousand rounds of ten thousand against the first thousand."""
    release = compile_release({"inspection.bpmn": drawing(feel=True)})
    desk = Desk({"incomplete": True})
    state = canonical(Instance.start(release, "inspection", desk).dump())
    thousands: list[float] = []
    for _ in range(LOOP // 1000):
        begin = time.process_time()
        for _ in range(1000):
            for name in ("register", "ask_back"):
                instance = Instance.load(release, json.loads(state), desk)
                instance.complete(_token(instance, name))
                state = canonical(instance.dump())
        thousands.append(time.process_time() - begin)
    ratio = thousands[-1] / thousands[0]
    return [_row("loop_10000_rounds", ratio, "last 1,000 / first 1,000", ratio, thousands)]


def state_bytes() -> list[Row]:
    """The largest state on the way through the process."""
    release = compile_release({"inspection.bpmn": drawing(feel=True)})
    desk = Desk(document(KILOBYTES))
    instance = Instance.start(release, "inspection", desk)
    sizes = [len(canonical(instance.dump()))]
    for name, data in PATH:
        desk.document.update(data)
        instance.complete(_token(instance, name))
        sizes.append(len(canonical(instance.dump())))
    return [_row("state_bytes", max(sizes), "bytes", None, [float(s) for s in sizes])]


def rows() -> list[Row]:
    """All rows of this file."""
    return [*kernel_steps_vs_stock(), *loop_rounds(), *state_bytes()]


def _row(name: str, value: float, unit: str, ratio: float | None, runs: list[float]) -> Row:
    return {
        "name": name,
        "value": round(value, 3),
        "unit": unit,
        "ratio": None if ratio is None else round(ratio, 3),
        "runs": [round(run, 4) for run in runs],
    }


if __name__ == "__main__":
    for found in rows():
        print(
            f"{found['name']:34} {found['value']:>12} {found['unit']:26} ratio {found['ratio']} "
            f"median {statistics.median(found['runs']):.3f}"
        )
