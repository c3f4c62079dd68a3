"""A DMN file as items: each decision and input by id, each rule of a table as a field."""

from collections.abc import Iterator

from engine.kernel.diff.facts import canonical
from engine.kernel.diff.items import Item
from engine.kernel.diff.texts import tidy
from engine.kernel.words import Node, namespace_of

_LANGUAGE = "https://www.omg.org/spec/DMN/"
_DRAWING = ("DMNDI/", "/DI/", "/DC/")


def read_decision_items(root: Node) -> list[Item]:
    """Everything directly in the file that is not its drawing."""
    return [
        Item(node.get("id"), node.tag.rpartition("}")[2], None, dict(_facts(node)))
        for node in root
        if not callable(node.tag) and not _is_drawing(node)  # comments have a function there
    ]


def _facts(node: Node) -> Iterator[tuple[str, str]]:
    if node.get("name"):
        yield "name", tidy(node.get("name") or "")
    for part in node:
        kind = _local(part)
        if kind != "decisionTable":
            yield kind, tidy(canonical(part))
            continue
        yield "hit policy", _policy(part)
        yield from _table(part)


def _policy(table: Node) -> str:
    return f"{table.get('hitPolicy', 'UNIQUE')} {table.get('aggregation', '')}".strip()


def _table(table: Node) -> Iterator[tuple[str, str]]:
    """Rules by their number: which one comes first counts."""
    counts: dict[str, int] = {}
    for part in table:
        kind = _local(part)
        counts[kind] = counts.get(kind, 0) + 1
        text = " | ".join(_cells(part)) if kind == "rule" else tidy(canonical(part))
        yield f"{kind} {counts[kind]}", text


def _cells(rule: Node) -> Iterator[str]:
    for cell in rule:
        yield tidy("".join(str(text) for text in cell.itertext()))


def _local(node: Node) -> str:
    return str(node.tag).rpartition("}")[2]


def _is_drawing(node: Node) -> bool:
    namespace = namespace_of(node.tag)
    return any(mark in namespace for mark in _DRAWING)
