"""Prometheus' text format (0.0.4) of the metrics snapshot."""

from collections.abc import Iterator, Mapping
from typing import Any

PREFIX = "caseloop_"


def exposition(snapshot: Mapping[str, Any]) -> str:
    """One line per number; a mapping below a name becomes a label `of`."""
    return "".join(f"{line}\n" for line in _lines(snapshot))


def _lines(snapshot: Mapping[str, Any]) -> Iterator[str]:
    for name in sorted(snapshot):
        value = snapshot[name]
        yield f"# TYPE {PREFIX}{name} {'counter' if name.endswith('_total') else 'gauge'}"
        if isinstance(value, Mapping):
            for label in sorted(value):
                yield f'{PREFIX}{name}{{of="{_escaped(str(label))}"}} {_number(value[label])}'
        else:
            yield f"{PREFIX}{name} {_number(value)}"


def _number(value: Any) -> str:
    return "NaN" if value is None else str(int(value) if isinstance(value, bool) else value)


def _escaped(label: str) -> str:
    return label.replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n")
