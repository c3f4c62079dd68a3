"""A diagram as items, one for each element that stands for itself, with everything it says."""

from collections.abc import Iterator
from dataclasses import dataclass

from engine.kernel.diff.facts import facts_of
from engine.kernel.diff.structure import TRANSPARENT, inner
from engine.kernel.diff.texts import reference
from engine.kernel.words import Node, children, local_name, text_of


@dataclass(frozen=True, slots=True)
class Item:
    """One element of a diagram."""

    #: None where the file gives none
    id: str | None
    kind: str
    scope: str | None
    facts: dict[str, str]

    @property
    def name(self) -> str | None:
        """What it is called in the drawing."""
        return self.facts.get("name")

    @property
    def ends(self) -> tuple[str, str]:
        """Source and target of a flow."""
        return self.facts.get("source", ""), self.facts.get("target", "")

    @property
    def shown(self) -> str:
        """How it is called in a report."""
        if self.id:
            return self.id
        return f"{self.ends[0]} → {self.ends[1]}" if any(self.ends) else self.kind


def read_items(root: Node) -> list[Item]:
    """All items of a diagram, the root first."""
    lanes = dict(_lanes(root))
    return [_item(root, None, lanes), *_inside(root, None, lanes)]


def _inside(node: Node, scope: str | None, lanes: dict[str, str]) -> Iterator[Item]:
    for found in inner(node):
        kind = local_name(found)
        if kind not in TRANSPARENT:
            yield _item(found, scope, lanes)
        is_place = kind not in TRANSPARENT and kind != "lane"
        yield from _inside(found, found.get("id") if is_place else scope, lanes)


def _item(node: Node, scope: str | None, lanes: dict[str, str]) -> Item:
    facts = facts_of(node)
    name = node.get("id")
    if scope is not None:
        facts["scope"] = scope
    if name in lanes:
        facts["lane"] = lanes[name]
    kind = local_name(node)
    return Item(None if kind == "definitions" else name, kind, scope, facts)


def _lanes(root: Node) -> Iterator[tuple[str, str]]:
    """Element and lane; deeper lanes come later, and win."""
    for lane in root.iter("{*}lane"):
        for listed in children(lane, "flowNodeRef"):
            yield reference(listed, text_of(listed)), lane.get("id") or lane.get("name") or "lane"
