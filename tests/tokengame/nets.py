"""Unstructured sound models at random, and a token game over their flows.

A graph of choices with back edges carries one token and may end wherever its way out can be
reached; in the place of some of its tasks stands an acyclic graph of forks and joins, which gives
back one token for each that it takes. Both are sound however they are drawn.
"""

from collections import Counter
from dataclasses import dataclass, field
from random import Random

Flow = tuple[str, str]


@dataclass(slots=True)
class Net:
    """Nodes by their kind (`task`, `xor`, `and`) and flows in document order."""

    kinds: dict[str, str] = field(default_factory=dict)
    flows: list[Flow] = field(default_factory=list)

    def leaving(self, node: str) -> list[Flow]:
        return [flow for flow in self.flows if flow[0] == node]

    def arriving(self, node: str) -> list[Flow]:
        return [flow for flow in self.flows if flow[1] == node]


class Game:
    """Tokens on flows and at tasks; automatic nodes fire until everything rests."""

    def __init__(self, net: Net, choices: dict[str, int]) -> None:
        self._net, self.choices = net, choices
        self.at_tasks: Counter[str] = Counter()
        self.ended = 0
        self._on: Counter[Flow] = Counter([("start", net.flows[0][1])])
        self._settle()

    def waiting(self) -> list[str]:
        return sorted(self.at_tasks.elements())

    def complete(self, task: str) -> None:
        self.at_tasks[task] -= 1
        self._give(task)
        self._settle()

    def _give(self, node: str) -> None:
        self._on.update(self._net.leaving(node))

    def _settle(self) -> None:
        while self._fire_one():
            pass

    def _fire_one(self) -> bool:
        for flow in [flow for flow, count in self._on.items() if count > 0]:
            node = flow[1]
            kind = self._net.kinds.get(node, "end")
            if kind == "and":
                needed = self._net.arriving(node)
                if any(self._on[f] == 0 for f in needed):
                    continue
                self._on.subtract(needed)
                self._give(node)
                return True
            self._on[flow] -= 1
            if kind == "xor":
                ways = self._net.leaving(node)
                self._on[ways[min(self.choices.get(node, 0), len(ways) - 1)]] += 1
            elif kind == "task":
                self.at_tasks[node] += 1
            else:
                self.ended += 1
            return True
        return False


def random_net(draw: Random) -> Net:
    """A graph of choices in which some tasks are graphs of forks and joins."""
    net, size = Net(), draw.randint(3, 6)
    nodes = [f"n{i}" for i in range(size)]
    net.flows.append(("start", f"{nodes[0]}_in"))
    targets: dict[str, list[str]] = {name: [] for name in nodes}
    for before, after in zip(nodes, [*nodes[1:], "end"], strict=True):
        targets[before].append(after)
    for _ in range(draw.randint(1, size)):
        source = draw.choice(nodes)
        target = draw.choice([*nodes, "end"])
        if target not in targets[source]:
            targets[source].append(target)
    for name in nodes:
        _add_place(draw, net, name, targets[name])
    return net


def _add_place(draw: Random, net: Net, name: str, targets: list[str]) -> None:
    """A merge, then a task or a graph of tasks, then a choice of the ways on."""
    into, out = f"{name}_in", f"{name}_out"
    net.kinds |= {into: "xor", out: "xor"}
    if draw.random() < 0.5:
        _add_graph(draw, net, name)
    else:
        net.kinds[f"{name}_t"] = "task"
        net.flows += [(into, f"{name}_t"), (f"{name}_t", out)]
    net.flows += [(out, target if target == "end" else f"{target}_in") for target in targets]


def _add_graph(draw: Random, net: Net, name: str) -> None:
    """An acyclic graph: each task waits for all before it and goes on to all behind it."""
    count = draw.randint(2, 6)
    tasks = [f"{name}_t{i}" for i in range(count)]
    edges = [(a, b) for i, a in enumerate(tasks) for b in tasks[i + 1 :] if draw.random() < 0.45]
    fork, join = f"{name}_fork", f"{name}_join"
    edges += [(fork, t) for t in tasks if all(t != b for _, b in edges)]
    edges += [(t, join) for t in tasks if all(t != a for a, _ in edges)]
    net.kinds |= {fork: "and", join: "and"}
    for task in tasks:
        net.kinds |= {f"{task}_all": "and", task: "task", f"{task}_each": "and"}
        net.flows += [(f"{task}_all", task), (task, f"{task}_each")]
    for a, b in edges:
        source = a if a == fork else f"{a}_each"
        target = b if b == join else f"{b}_all"
        net.flows.append((source, target))
    net.flows += [(f"{name}_in", fork), (join, f"{name}_out")]
