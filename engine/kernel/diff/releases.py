"""Two sets of files compared: diagrams and decisions by element, everything else by value."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

import yaml

from engine.domain.errors import DecisionError, InvalidRequestError
from engine.domain.evidence import digest
from engine.feel.dmn.reading import read_root
from engine.kernel.diff.changes import Change, fields_between
from engine.kernel.diff.decisions import read_decision_items
from engine.kernel.diff.items import Item, read_items
from engine.kernel.diff.matching import compare_items
from engine.kernel.files import holds_values, is_decision, is_diagram
from engine.kernel.source import read_source
from engine.kernel.words import Node, children


def compare_releases(old: Mapping[str, bytes], new: Mapping[str, bytes]) -> list[Change]:
    """Every difference, file by file; InvalidRequestError for a file that cannot be read.

    Files are the same by their path; a diagram that was moved is known by its processes, and two
    single files are compared whatever they are called.
    """
    partners = _partners(old, new)
    changes: list[Change] = []
    for name in sorted(new):
        before = partners.get(name)
        if before is None:
            changes.append(Change("added", name, "file", name))
        else:
            changes += _compare(name, old[before], new[name])
    gone = sorted(old.keys() - set(partners.values()))
    return changes + [Change("removed", name, "file", name) for name in gone]


def _partners(old: Mapping[str, bytes], new: Mapping[str, bytes]) -> dict[str, str]:
    """The old file of each new one."""
    if len(old) == len(new) == 1:
        return {next(iter(new)): next(iter(old))}
    partners = {name: name for name in new if name in old}
    left = {_processes(name, old[name]): name for name in old.keys() - partners.keys()}
    for name in sorted(new.keys() - partners.keys()):
        processes = _processes(name, new[name])
        if processes and processes in left:
            partners[name] = left.pop(processes)
    return partners


def _processes(name: str, data: bytes) -> frozenset[str]:
    if not is_diagram(name):
        return frozenset()
    root = read_source(name, data).root
    return frozenset(process.get("id") or "" for process in children(root, "process"))


def _compare(name: str, old: bytes, new: bytes) -> Iterator[Change]:
    if holds_values(name):
        fields = fields_between(_values(name, old), _values(name, new))
        if fields:
            yield Change("changed", name, "file", name, fields=fields)
        return
    yield from compare_items(name, _items(name, old), _items(name, new))


def _items(name: str, data: bytes) -> list[Item]:
    if is_decision(name):
        return read_decision_items(_decision_root(name, data))
    if is_diagram(name):
        return read_items(read_source(name, data).root)
    return [Item(name, "file", None, {"content": digest(data)})]


def _decision_root(name: str, data: bytes) -> Node:
    try:
        return read_root(data)
    except DecisionError as exc:
        raise InvalidRequestError(f"{name}: {exc}") from exc


def _values(name: str, data: bytes) -> dict[str, str]:
    """What a JSON or YAML file says, by place; the order of keys says nothing."""
    try:
        found = json.loads(data) if name.endswith(".json") else yaml.safe_load(data)
    except (ValueError, yaml.YAMLError, RecursionError) as exc:
        raise InvalidRequestError(f"{name}: {exc}") from exc
    return dict(_places(found, ""))


def _places(value: Any, place: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, Mapping) and value:
        for key, inner in value.items():
            yield from _places(inner, f"{place}/{key}")
    elif isinstance(value, list) and value:
        for i, inner in enumerate(value):
            yield from _places(inner, f"{place}/{i}")
    else:
        text = (
            value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
        )
        yield place or "/", text
