"""Which processes call which, and which belong to a case."""

from collections.abc import Iterable, Mapping

from engine.kernel.compile.model import Definition

Calls = Mapping[str, list[str]]


def calls_of(definitions: Mapping[str, Definition]) -> dict[str, list[str]]:
    """By process, the processes at hand that it calls."""
    return {
        name: [called for called in definition.called if called in definitions]
        for name, definition in definitions.items()
    }


def reached_from(names: Iterable[str], calls: Calls) -> set[str]:
    """These processes and all that are called from them, directly or not."""
    found = set(names)
    open_ = list(found)
    while open_:
        for called in calls[open_.pop()]:
            if called not in found:
                found.add(called)
                open_.append(called)
    return found
