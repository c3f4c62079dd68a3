"""YAML of a script with the line of every key; a key that is written twice is refused."""

from collections.abc import Hashable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import yaml

from engine.kernel.player.script_errors import ScenarioError

__all__ = ["Lined", "at_line", "line_of", "parse_lined"]


_MERGED = "tag:yaml.org,2002:merge"


class Lined(dict[Any, Any]):
    """A mapping that knows where its keys stand."""

    lines: Mapping[Any, int] = {}


class _Loader(yaml.SafeLoader):
    """Plain values only, as `yaml.safe_load` gives them."""


def _mapping(loader: _Loader, node: yaml.MappingNode) -> Iterator[Lined]:
    found = Lined()
    yield found
    lines: dict[Any, int] = {}
    for written, _ in node.value:
        if written.tag == _MERGED:
            continue
        line = written.start_mark.line + 1
        key = loader.construct_object(written, deep=True)
        if not isinstance(key, Hashable):
            continue  # what makes the mapping tells this
        if key in lines:
            raise ScenarioError(f"key {key!r} is written twice (lines {lines[key]} and {line})")
        lines[key] = line
    found.update(loader.construct_mapping(node))
    found.lines = lines


_Loader.add_constructor("tag:yaml.org,2002:map", _mapping)


def parse_lined(content: bytes) -> Any:
    """What the text says; its mappings are `Lined`."""
    return yaml.load(content, _Loader)  # noqa: S506  # a SafeLoader


def line_of(data: Any, key: Any) -> int | None:
    """The line of a key, where it is known."""
    return data.lines.get(key) if isinstance(data, Lined) else None


@contextmanager
def at_line(data: Any, key: Any) -> Iterator[None]:
    """An error about the value of a key names its line, unless it names one within already."""
    try:
        yield
    except ScenarioError as exc:
        line = line_of(data, key)
        if line is None or "line" in exc.context:
            raise
        raise ScenarioError(f"{exc} (line {line})", line=line) from exc
