"""Whether two conditions can hold together; when they cannot, their order says nothing."""

from collections.abc import Sequence
from decimal import Decimal
from itertools import combinations

from engine.feel import Expression
from engine.kernel.describe.conditions import Atom, Node, atom_of, tree_of

#: A condition with more alternatives is not taken apart.
_MOST = 64
_OPPOSITE = {"=": "!=", "!=": "=", "<": ">=", ">=": "<", ">": "<=", "<=": ">"}
_STRICT = ({"=", "<"}, {"=", ">"}, {"<", ">"})


def exclude_each_other(conditions: Sequence[Expression]) -> bool:
    """Whether at most one of these conditions holds at any time, as far as their shape tells."""
    known = [_alternatives(tree_of(c.text)) for c in conditions]
    return all(
        all(_contradict(a, b) for a in one for b in other) for one, other in combinations(known, 2)
    )


def _alternatives(tree: Node) -> list[list[Atom]]:
    """The condition as alternatives, each of atoms that hold together.

    What is no atom is left out, so the alternatives are wider than the condition.
    """
    while tree.data == "group":
        tree = tree.children[0]
        if not hasattr(tree, "data"):
            return [[]]
    if tree.data == "or_":
        found = [atoms for child in tree.children for atoms in _alternatives(child)]
        return found if len(found) <= _MOST else [[]]
    if tree.data == "and_":
        return _together([_alternatives(child) for child in tree.children])
    atom = atom_of(tree)
    return [[] if atom is None else [atom]]


def _together(parts: list[list[list[Atom]]]) -> list[list[Atom]]:
    found: list[list[Atom]] = [[]]
    for part in parts:
        found = [[*before, *atoms] for before in found for atoms in part]
        if len(found) > _MOST:
            return [[]]
    return found


def _contradict(some: list[Atom], others: list[Atom]) -> bool:
    return any(_cannot(a, b) for a in some for b in others if a.path == b.path)


def _cannot(one: Atom, other: Atom) -> bool:
    """Whether two atoms of one field contradict each other."""
    if (one.kind, one.value) == (other.kind, other.value):
        signs = {one.sign, other.sign}
        return _OPPOSITE[one.sign] == other.sign or signs in _STRICT
    if one.sign == other.sign == "=":
        return not _same(one, other)
    if one.kind == other.kind == "number":
        return any(_apart(a, b) for a, b in ((one, other), (other, one)))
    return False


def _same(one: Atom, other: Atom) -> bool:
    both = one.kind == other.kind == "number"
    return both and Decimal(one.value) == Decimal(other.value)


def _apart(low: Atom, high: Atom) -> bool:
    """One stays below, the other above."""
    if low.sign not in ("=", "<", "<=") or high.sign not in ("=", ">", ">="):
        return False
    return Decimal(low.value) < Decimal(high.value)
