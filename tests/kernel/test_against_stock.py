"""On diagrams without joins in loops, the same work is open as with stock SpiffWorkflow."""

import io
import random
from dataclasses import dataclass, field

import pytest
from SpiffWorkflow import TaskState
from SpiffWorkflow.bpmn import BpmnWorkflow
from SpiffWorkflow.bpmn.parser import BpmnParser

from tests.kernel.drawing import both, diagram, end, flows, process, some, start, sub, user, xor
from tests.kernel.story import Story

NAMES = ("v1", "v2", "v3")


@dataclass
class Draughtsman:
    """Draws a random well-nested process; conditions read the same in FEEL and in Python."""

    chance: random.Random
    parts: list[str] = field(default_factory=list)
    count: int = 0

    def name(self, kind: str) -> str:
        self.count += 1
        return f"{kind}{self.count}"

    def draw(self) -> bytes:
        first, last = self.block(3)
        self.parts += [start(), end(), flows(f"start > {first}", f"{last} > end")]
        return diagram(process("p", *self.parts))

    def block(self, depth: int) -> tuple[str, str]:
        """The first and the last node of a block."""
        kinds = ["task", "row", "row", "xor", "and", "or", "sub", "loop"] if depth else ["task"]
        kind = self.chance.choice(kinds)
        if kind == "row":
            first, middle = self.block(depth - 1)
            after, last = self.block(depth - 1)
            self.parts.append(flows(f"{middle} > {after}"))
            return first, last
        if kind == "loop":
            return self.loop()
        if kind == "sub":
            return self.subprocess(depth)
        return self.task() if kind == "task" else self.branches(kind, depth)

    def task(self) -> tuple[str, str]:
        name = self.name("task")
        self.parts.append(user(name))
        return name, name

    def loop(self) -> tuple[str, str]:
        """A task that may be done again, without any join inside."""
        merge, ask, again = self.name("merge"), self.name("task"), self.name("again")
        leave = self.name("task")
        self.parts += [
            xor(merge),
            user(ask),
            xor(again, default=f"{again}_to_{leave}"),
            user(leave),
            flows(f"{merge} > {ask} > {again}", f"{again} ? more > {merge}", f"{again} > {leave}"),
        ]
        return merge, leave

    def subprocess(self, depth: int) -> tuple[str, str]:
        inner = Draughtsman(self.chance, count=self.count + 100)
        first, last = inner.block(depth - 1)
        self.count = inner.count
        name = self.name("sub")
        begin, finish = f"{name}_start", f"{name}_end"
        self.parts.append(
            sub(
                name,
                start(begin),
                *inner.parts,
                end(finish),
                flows(f"{begin} > {first}", f"{last} > {finish}"),
            )
        )
        return name, name

    def branches(self, kind: str, depth: int) -> tuple[str, str]:
        fork, join = self.name("fork"), self.name("join")
        ends = [self.block(depth - 1) for _ in range(self.chance.choice((2, 3)))]
        default = f"{fork}_to_{ends[-1][0]}"
        if kind == "and":
            self.parts += [both(fork), both(join)]
        elif kind == "or":
            self.parts += [some(fork, default=default), some(join)]
        else:
            self.parts += [xor(fork, default=default), xor(join)]
        for n, (first, last) in enumerate(ends):
            plain = kind == "and" or n == len(ends) - 1
            condition = "" if plain else f" ? {self.chance.choice(NAMES)}"
            self.parts.append(flows(f"{fork}{condition} > {first}", f"{last} > {join}"))
        return fork, join


@pytest.mark.parametrize("seed", range(120))
def test_random_walk_opens_the_same_work_as_stock(seed: int) -> None:
    chance = random.Random(seed)
    drawing = Draughtsman(chance).draw()
    values = {name: chance.random() < 0.5 for name in NAMES} | {"more": False}
    story = Story(drawing, values)
    parser = BpmnParser()
    parser.add_bpmn_io(io.BytesIO(drawing))
    stock = BpmnWorkflow(parser.get_spec("p"), parser.get_subprocess_specs("p"))
    stock.get_next_task(spec_name="start").data.update(values)
    stock.do_engine_steps()
    for _ in range(60):
        ready = stock.get_tasks(state=TaskState.READY, manual=True)
        assert story.work == sorted(t.task_spec.name for t in ready)
        assert story.finished == stock.is_completed()
        if not ready:
            break
        task = chance.choice(ready)
        values["more"] = chance.random() < 0.3
        task.data["more"] = values["more"]
        name = task.task_spec.name
        task.run()
        stock.do_engine_steps()
        story.complete(name, more=values["more"])
    assert story.finished
