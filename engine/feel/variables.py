"""Which paths of the context a tree reads, found without evaluating. Knows the grammar's nodes."""

from collections.abc import Callable
from dataclasses import dataclass, field

from lark import Token, Tree

Path = tuple[str, ...]
Node = Tree[Token]
#: What a name bound inside the expression stands for: a path of the context, or nothing known.
Bound = dict[str, Path | None]


@dataclass(frozen=True, slots=True)
class Variables:
    all: frozenset[Path] = frozenset()
    uncertain: frozenset[Path] = frozenset()

    def union(self, other: "Variables") -> "Variables":
        return Variables(self.all | other.all, self.uncertain | other.uncertain)


@dataclass(slots=True)
class _Walk:
    found: set[Path] = field(default_factory=set)
    uncertain: set[Path] = field(default_factory=set)
    #: Paths of the lists whose filters we are in, innermost last; None where unknown.
    filters: list[Path | None] = field(default_factory=list)

    def visit(self, node: Node, bound: Bound) -> None:
        special = _VISITORS.get(str(node.data))
        if special is not None:
            special(self, node, bound)
            return
        for child in _nodes(node):
            self.visit(child, bound)

    def read(self, path: Path) -> None:
        if not self.filters:
            self.found.add(path)
            return
        self.found.add(path)
        self.uncertain.add(path)
        for source in self.filters:
            if source is not None:
                self.found.add(source + path)
                self.uncertain.add(source + path)


def _nodes(node: Node) -> list[Node]:
    return [child for child in node.children if isinstance(child, Tree)]


def _static_path(node: Node, bound: Bound) -> tuple[Path | None, bool]:
    """The path a node stands for, and whether it begins at a bound name."""
    if node.data == "group":
        return _static_path(_nodes(node)[0], bound)
    if node.data == "filter":
        return _static_path(_nodes(node)[0], bound)
    if node.data == "name":
        name = str(node.children[0])
        return (bound[name], True) if name in bound else ((name,), False)
    if node.data == "path":
        base, is_bound = _static_path(_nodes(node)[0], bound)
        return (None if base is None else (*base, str(node.children[-1]))), is_bound
    return None, False


def _visit_name(walk: _Walk, node: Node, bound: Bound) -> None:
    name = str(node.children[0])
    if name not in bound:
        walk.read((name,))


def _visit_path(walk: _Walk, node: Node, bound: Bound) -> None:
    path, is_bound = _static_path(node, bound)
    filters = any(inner.data == "filter" for inner in node.iter_subtrees())
    if path is None or filters:
        walk.visit(_nodes(node)[0], bound)
    if path is not None:
        if is_bound:
            walk.found.add(path)
        else:
            walk.read(path)


def _visit_filter(walk: _Walk, node: Node, bound: Bound) -> None:
    source, condition = _nodes(node)
    walk.visit(source, bound)
    path, _ = _static_path(source, bound)
    walk.filters.append(path)
    walk.visit(condition, {**bound, "item": path})
    walk.filters.pop()


def _visit_loop(walk: _Walk, node: Node, bound: Bound) -> None:
    iterators, body = _nodes(node)
    inner = {**bound, "partial": None}
    for iterator in _nodes(iterators):
        sources = _nodes(iterator)
        for source in sources:
            walk.visit(source, inner)
        path = _static_path(sources[0], inner)[0] if len(sources) == 1 else None
        inner = {**inner, str(iterator.children[0]): path}
    walk.visit(body, inner)


def _visit_function(walk: _Walk, node: Node, bound: Bound) -> None:
    declared, body = node.children
    names = _nodes(declared) if isinstance(declared, Tree) else []
    inner = {**bound, **{str(parameter.children[0]): None for parameter in names}}
    if isinstance(body, Tree):
        walk.visit(body, inner)


def _visit_context(walk: _Walk, node: Node, bound: Bound) -> None:
    inner = dict(bound)
    for entry in _nodes(node):
        walk.visit(_nodes(entry)[0], inner)
        key = str(entry.children[0])
        inner[key.strip('"')] = None


def _visit_call(walk: _Walk, node: Node, bound: Bound) -> None:
    callee, given = node.children
    if isinstance(callee, Tree) and callee.data != "name":
        walk.visit(callee, bound)
    if isinstance(given, Tree):
        walk.visit(given, bound)


_VISITORS: dict[str, Callable[[_Walk, Node, Bound], None]] = {
    "name": _visit_name,
    "path": _visit_path,
    "filter": _visit_filter,
    "for_": _visit_loop,
    "some": _visit_loop,
    "every": _visit_loop,
    "function": _visit_function,
    "context": _visit_context,
    "call": _visit_call,
}


def variables_of(tree: Node) -> Variables:
    """Every path read from the context. A called name is a function and does not count."""
    walk = _Walk()
    walk.visit(tree, {"?": None})
    return Variables(frozenset(walk.found), frozenset(walk.uncertain))
