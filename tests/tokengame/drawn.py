"""The same blocks as a BPMN diagram."""

from itertools import pairwise

from tests.kernel.drawing import (
    both,
    boundary,
    catch,
    diagram,
    end,
    error,
    first_of,
    flows,
    message,
    process,
    some,
    start,
    sub,
    user,
    xor,
)
from tests.tokengame.blocks import (
    Again,
    Block,
    Both,
    Chain,
    Choice,
    FirstOf,
    Scope,
    Some,
    Task,
    Watched,
)

Drawn = tuple[str, str, str]  # the shapes and flows, the first element, the last one


def drawing_of(block: Block) -> bytes:
    """A process of one block."""
    shapes, first, last = draw(block)
    return diagram(process("p", start(), shapes, end(), flows(f"start > {first}", f"{last} > end")))


def draw(block: Block) -> Drawn:  # noqa: PLR0911 one way for each kind of block
    if isinstance(block, Task):
        return user(block.name), block.name, block.name
    if isinstance(block, Watched):
        return _watched(block)
    if isinstance(block, Chain):
        return _chain(block)
    if isinstance(block, Choice | Some):
        return _choice(block)
    if isinstance(block, Both):
        return _both(block)
    if isinstance(block, Again):
        return _again(block)
    if isinstance(block, FirstOf):
        return _first_of(block)
    assert isinstance(block, Scope)
    return _scope(block)


def _watched(block: Watched) -> Drawn:
    name = block.name
    shapes = (
        user(name)
        + boundary(f"{name}_told", name, message(f"{name}_told"), interrupting=False)
        + user(f"{name}_beside")
        + end(f"{name}_end")
        + flows(f"{name}_told > {name}_beside > {name}_end")
    )
    return shapes, name, name


def _chain(block: Chain) -> Drawn:
    drawn = [draw(part) for part in block.parts]
    shapes = "".join(d[0] for d in drawn)
    for before, after in pairwise(drawn):
        shapes += flows(f"{before[2]} > {after[1]}")
    return shapes, drawn[0][1], drawn[-1][2]


def _choice(block: Choice | Some) -> Drawn:
    """The last branch is the default flow."""
    split, join, name = f"{block.name}_split", f"{block.name}_join", block.name
    drawn = [draw(part) for part in block.parts]
    gateway = xor if isinstance(block, Choice) else some
    shapes = gateway(split, default=f"{split}_to_{drawn[-1][1]}") + gateway(join)
    for number, (inside, first, last) in enumerate(drawn):
        test = f"{name} = {number}" if isinstance(block, Choice) else _bit(name, number)
        condition = "" if number == len(drawn) - 1 else f" ? {test}"
        shapes += inside + flows(f"{split}{condition} > {first}", f"{last} > {join}")
    return shapes, split, join


def _bit(name: str, number: int) -> str:
    return f"modulo(floor({name} / {2**number}), 2) = 1"


def _both(block: Both) -> Drawn:
    split, join = f"{block.name}_split", f"{block.name}_join"
    shapes = both(split) + both(join)
    for part in block.parts:
        inside, first, last = draw(part)
        shapes += inside + flows(f"{split} > {first}", f"{last} > {join}")
    return shapes, split, join


def _again(block: Again) -> Drawn:
    merge, split = f"{block.name}_merge", f"{block.name}_split"
    inside, first, last = draw(block.part)
    out = f"{block.name}_out"
    shapes = xor(merge) + inside + xor(split, default=f"{split}_to_{out}") + xor(out)
    ways = flows(
        f"{merge} > {first}", f"{last} > {split} ? {block.name} > {merge}", f"{split} > {out}"
    )
    return shapes + ways, merge, out


def _first_of(block: FirstOf) -> Drawn:
    split, join = f"{block.name}_split", f"{block.name}_join"
    shapes = first_of(split) + xor(join)
    for number, part in enumerate(block.parts):
        inside, first, last = draw(part)
        event = f"{block.name}_m{number}"
        shapes += catch(event, message(event)) + inside
        shapes += flows(f"{split} > {event} > {first}", f"{last} > {join}")
    return shapes, split, join


def _scope(block: Scope) -> Drawn:
    name, (inside, first, last) = block.name, draw(block.part)
    join, handler = f"{name}_join", f"{name}_handler"
    within = start(f"{name}_start") + inside + end(f"{name}_end")
    if block.fails:
        split = f"{name}_split"
        within += xor(split, default=f"{split}_to_{name}_end") + end(f"{name}_bad", error(name))
        within += flows(
            f"{name}_start > {first}",
            f"{last} > {split} ? {name} > {name}_bad",
            f"{split} > {name}_end",
        )
        caught, event = f"{name}_caught", error(name)
    else:
        within += flows(f"{name}_start > {first}", f"{last} > {name}_end")
        caught, event = f"{name}_stop", message(f"{name}_stop")
    shapes = sub(name, within) + boundary(caught, name, event) + user(handler) + xor(join)
    return shapes + flows(f"{name} > {join}", f"{caught} > {handler} > {join}"), name, join
