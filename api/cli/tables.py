"""Plain tables for the terminal; Chinese characters count as two columns."""

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

_GAP = "  "


def table(rows: Iterable[Mapping[str, Any]], columns: Sequence[str]) -> str:
    """The rows under their headings; `(none)` when there are none."""
    lines = [[_text(row.get(column)) for column in columns] for row in rows]
    if not lines:
        return "(none)"
    heads = [column.replace("_", " ") for column in columns]
    widths = [max(_width(line[n]) for line in [heads, *lines]) for n in range(len(columns))]
    return "\n".join(_line(line, widths) for line in [heads, *lines])


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    padded = (
        cell + " " * (width - _width(cell)) for cell, width in zip(cells, widths, strict=True)
    )
    return _GAP.join(padded).rstrip()


def _text(value: Any) -> str:
    if value is None:
        return "-"
    if isinstance(value, list | tuple):
        return " ".join(map(_text, value))
    return str(value)


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)
