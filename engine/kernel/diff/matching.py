"""Which element of one diagram is which of another: by id, or by what it does where it has none."""

from collections.abc import Callable, Hashable, Iterator

from engine.kernel.diff.changes import Change, Field, What, fields_between
from engine.kernel.diff.items import Item

Key = Callable[[Item], Hashable]
Fits = Callable[[Item, Item], bool]
Paired = tuple[list[tuple[Item, Item]], list[Item], list[Item]]

_FLOW = "sequenceFlow"


def compare_items(file: str, old: list[Item], new: list[Item]) -> Iterator[Change]:
    """Every difference of two diagrams, in the order of the new one, what is gone last.

    Ids decide. A flow without id, or with one that reading the file made up, is the flow between
    the same two elements. What else has no id is the same when it says the same.
    """
    pairs: list[tuple[Item, Item]] = []
    for key, fits in _WAYS:
        found, old, new = _pair(old, new, key, fits)
        pairs += found
    for before, after in pairs:
        fields = fields_between(_said(before), _said(after))
        if fields:
            yield _change("changed", file, after, fields)
    yield from (_change("added", file, item) for item in new)
    yield from (_change("removed", file, item) for item in old)


def _pair(old: list[Item], new: list[Item], key: Key, fits: Fits) -> Paired:
    """Pairs of one key, in their order, and what is left on both sides."""
    waiting: dict[Hashable, list[Item]] = {}
    for item in old:
        if (found := key(item)) is not None:
            waiting.setdefault(found, []).append(item)
    pairs, rest = [], []
    for item in new:
        candidates = waiting.get(key(item), [])
        same = next((c for c in candidates if fits(c, item)), None)
        if same is None:
            rest.append(item)
            continue
        candidates.remove(same)
        pairs.append((same, item))
    gone = {id(before) for before, _ in pairs}
    return pairs, [item for item in old if id(item) not in gone], rest


def _by_id(item: Item) -> Hashable:
    return item.id


def _by_ends(item: Item) -> Hashable:
    return (item.scope, item.ends) if item.kind == _FLOW else None


def _by_content(item: Item) -> Hashable:
    return None if item.id else (item.kind, item.scope, tuple(sorted(item.facts.items())))


def _by_place(item: Item) -> Hashable:
    return None if item.id else (item.kind, item.scope)


def _always(before: Item, after: Item) -> bool:
    del before, after
    return True


def _one_is_nameless(before: Item, after: Item) -> bool:
    """Two flows that were both given ids, and different ones, are two flows."""
    return _is_nameless(before) or _is_nameless(after)


def _is_nameless(flow: Item) -> bool:
    """No id, or the one that normalising makes of the two ends."""
    return flow.id is None or flow.id.startswith("flow_" + "_".join(flow.ends))


_WAYS: tuple[tuple[Key, Fits], ...] = (
    (_by_id, _always),
    (_by_ends, _one_is_nameless),
    (_by_content, _always),
    (_by_place, _always),
)


def _said(item: Item) -> dict[str, str]:
    return {**item.facts, "kind": item.kind}


def _change(what: What, file: str, item: Item, fields: tuple[Field, ...] = ()) -> Change:
    return Change(what, file, item.kind, item.shown, item.name, item.scope, fields)
