"""Random structured diagrams: blocks of sequences, choices, forks and loops, nested at will."""

from dataclasses import dataclass, field

from hypothesis import strategies as st

from tests.kernel.drawing import both, end, flows, process, some, start, user, xor

_DRAWN = {"xor": xor, "and": both, "or": some}


@dataclass
class Drawing:
    """A diagram being drawn: gateways by name with their kind, tasks, and flows."""

    gateways: dict[str, str] = field(default_factory=dict)
    tasks: list[str] = field(default_factory=list)
    ways: list[tuple[str, str]] = field(default_factory=list)

    def name(self, kind: str) -> str:
        return f"{kind}{len(self.gateways) + len(self.tasks)}"

    def text(self) -> str:
        shapes = [_DRAWN[kind](name) for name, kind in self.gateways.items()]
        out: dict[str, int] = {}
        for source, _ in self.ways:
            out[source] = out.get(source, 0) + 1
        lines = []
        for source, target in self.ways:
            free = self.gateways.get(source) not in ("xor", "or") or out[source] == 1
            lines.append(f"{source}{'' if free else ' ? x = 1'} > {target}")
        tasks = [user(name) for name in self.tasks]
        return process("p", start(), *tasks, *shapes, end(), flows(*lines))


Block = tuple[object, ...]
blocks: st.SearchStrategy[Block] = st.recursive(
    st.just(("task",)),
    lambda inner: st.one_of(
        st.tuples(st.just("sequence"), st.lists(inner, min_size=2, max_size=3)),
        st.tuples(st.sampled_from(["xor", "and", "or"]), st.lists(inner, min_size=2, max_size=3)),
        st.tuples(st.just("loop"), inner, inner),
    ),
    max_leaves=10,
)


def draw(block: Block) -> Drawing:
    """The whole process around a block."""
    drawing = Drawing()
    last = _draw(block, "start", drawing)
    drawing.ways.append((last, "end"))
    return drawing


def _draw(block: Block, before: str, drawing: Drawing) -> str:
    """Draws a block behind an element; the last element of it."""
    kind, *rest = block
    if kind == "task":
        name = drawing.name("task")
        drawing.tasks.append(name)
        drawing.ways.append((before, name))
        return name
    if kind == "sequence":
        for part in rest[0]:  # type: ignore[attr-defined]  # a list of blocks
            before = _draw(part, before, drawing)
        return before
    if kind == "loop":
        return _draw_loop(rest[0], rest[1], before, drawing)  # type: ignore[arg-type]  # blocks
    split = drawing.name("split")
    drawing.gateways[split] = str(kind)
    join = drawing.name("join")
    drawing.gateways[join] = str(kind)
    drawing.ways.append((before, split))
    for part in rest[0]:  # type: ignore[attr-defined]  # a list of blocks
        drawing.ways.append((_draw(part, split, drawing), join))
    return join


def _draw_loop(forth: Block, back: Block, before: str, drawing: Drawing) -> str:
    merge = drawing.name("merge")
    drawing.gateways[merge] = "xor"
    drawing.ways.append((before, merge))
    last = _draw(forth, merge, drawing)
    choice = drawing.name("choice")
    drawing.gateways[choice] = "xor"
    drawing.ways.append((last, choice))
    drawing.ways.append((_draw(back, choice, drawing), merge))
    return choice


@st.composite
def tangles(pick: st.DrawFn) -> str:
    """Small diagrams without any order: every element is led to, much of it in vain."""
    kinds = pick(st.lists(st.sampled_from(["task", "xor", "and", "or"]), min_size=1, max_size=5))
    names = [f"{kind}{n}" for n, kind in enumerate(kinds)]
    order = ["start", *names]
    ways = {(before, after) for before, after in zip(order, [*names, "end"], strict=True)}
    for before in names:
        for after in pick(st.lists(st.sampled_from([*names, "end"]), max_size=1)):
            ways.add((before, after))
    drawing = Drawing()
    drawing.gateways = {n: k for n, k in zip(names, kinds, strict=True) if k != "task"}
    drawing.tasks = [n for n, k in zip(names, kinds, strict=True) if k == "task"]
    drawing.ways = sorted((a, b) for a, b in ways if a != b)
    return drawing.text()
