"""Rounds of a graph, without recursion: a graph may be as deep as it is large."""

from collections.abc import Hashable, Iterator, Mapping
from typing import TypeVar

_N = TypeVar("_N", bound=Hashable)


def groups(graph: Mapping[_N, list[_N]]) -> list[list[_N]]:
    """The nodes, what is led to before what leads to it; those of one round together."""
    sources: dict[_N, list[_N]] = {name: [] for name in graph}
    for name, targets in graph.items():
        for other in targets:
            sources[other].append(name)
    placed: set[_N] = set()
    found = []
    for name in reversed(list(by_finish(sources))):
        if name in placed:
            continue
        group, open_ = [], [name]
        placed.add(name)
        while open_:
            group.append(open_.pop())
            for other in graph[group[-1]]:
                if other not in placed:
                    placed.add(other)
                    open_.append(other)
        found.append(group)
    return found


def by_finish(graph: Mapping[_N, list[_N]]) -> Iterator[_N]:
    """Every node when all that can be reached from it is done."""
    seen: set[_N] = set()
    for first in graph:
        if first in seen:
            continue
        seen.add(first)
        open_ = [(first, iter(graph[first]))]
        while open_:
            name, following = open_[-1]
            following_name = next((f for f in following if f not in seen), None)
            if following_name is None:
                open_.pop()
                yield name
            else:
                seen.add(following_name)
                open_.append((following_name, iter(graph[following_name])))
