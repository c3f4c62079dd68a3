"""The order of ways that counts: an exclusive gateway takes the first whose condition is true."""

from collections.abc import Iterator, Mapping

from engine.kernel.diff.changes import Field
from engine.kernel.diff.items import Item

_NAME = "order of ways"
Pairs = list[tuple[Item, Item]]


def changed_orders(pairs: Pairs, places: Mapping[int, int]) -> dict[int, tuple[Field, ...]]:
    """By the new gateway: its ways that are in both diagrams, when they are asked otherwise.

    `places` says where the old items stood; the pairs come in any order.
    """
    ways: dict[tuple[str, str], Pairs] = {}
    for before, after in pairs:
        if before.kind == after.kind == "sequenceFlow" and _asks(before) and _asks(after):
            ways.setdefault((before.ends[0], after.ends[0]), []).append((before, after))
    return {id(after): (field,) for after, field in _fields(pairs, ways, places)}


def _fields(
    pairs: Pairs, ways: Mapping[tuple[str, str], Pairs], places: Mapping[int, int]
) -> Iterator[tuple[Item, Field]]:
    for before, after in pairs:
        if not before.kind == after.kind == "exclusiveGateway":
            continue
        found = ways.get((before.id or "", after.id or ""), [])
        defaults = {before.facts.get("default"), after.facts.get("default")}
        new = [way for way in found if not {way[0].id, way[1].id} & defaults - {None}]
        old = sorted(new, key=lambda way: places[id(way[0])])
        if old != new:
            names = [", ".join(way[1].shown for way in order) for order in (old, new)]
            yield after, Field(_NAME, names[0], names[1])


def _asks(flow: Item) -> bool:
    return "condition" in flow.facts
