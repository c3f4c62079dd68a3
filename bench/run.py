"""`make bench`: everything that is measured, one after the other, into `bench/out.json`.

A row is {name, value, unit, ratio, runs}: the median of the runs, and the ratio to the baseline
of the same run where there is one. Figures are of this machine and this moment; ratios last.
"""

import argparse
import fcntl
import json
import statistics
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from bench import kernel_steps, proof
from bench.bytes_per_case import bytes_per_case
from bench.durable_rows import durable_rows
from bench.w1 import measure_postgresql, measure_sqlite
from bench.w1_http import measure_http

OUT = Path(__file__).with_name("out.json")
LOCK = Path(tempfile.gettempdir()) / "bench.lock"
Row = dict[str, Any]


@contextmanager
def alone() -> Iterator[None]:
    """Two measured runs never overlap on one machine."""
    with LOCK.open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def w1_rows(
    name: str, target: Callable[..., Row], runs: int, window: dict[str, float]
) -> list[Row]:
    """Completions per second, and CPU seconds per 1,000 completions."""
    found = [target(**window) for _ in range(runs)]
    rates = [row["per_second"] for row in found]
    rows = [_row(name, rates, "completions/s")]
    for part, unit in (("engine", "CPU-s per 1,000, engine"), ("database", "CPU-s per 1,000, DB")):
        spent = [row[f"cpu_{part}"] for row in found]
        if any(spent):
            rows.append(_row(f"{name}_cpu_{part}", spent, unit))
    return rows


def _row(name: str, values: list[float], unit: str, ratio: float | None = None) -> Row:
    return {
        "name": name,
        "ratio": ratio,
        "runs": values,
        "unit": unit,
        "value": round(statistics.median(values), 3),
    }


def size_rows() -> list[Row]:
    with tempfile.TemporaryDirectory(prefix="caseloop-bytes-") as folder:
        full, lasting = bytes_per_case(folder)
    return [
        _row("bytes_per_case", [round(full)], "bytes"),
        _row("bytes_per_case_after_a_week", [round(lasting)], "bytes"),
    ]


def collect(*, warm: float, measure: float, runs: int) -> list[Row]:
    """All rows, the quick ones first."""
    window = {"warm": warm, "measure": measure}
    rows: list[Row] = []
    rows += kernel_steps.rows()
    rows += proof.rows()
    rows += durable_rows()
    rows += size_rows()
    rows += w1_rows("w1_sqlite", measure_sqlite, runs, window)
    rows += w1_rows("w1_postgresql", measure_postgresql, runs, window)
    rows += w1_rows("w1_http", measure_http, runs, window)
    return rows


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--warm", type=float, default=5.0, help="seconds before each window")
    parser.add_argument("--measure", type=float, default=15.0, help="seconds of each window")
    parser.add_argument("--runs", type=int, default=3)
    options = parser.parse_args()
    with alone():
        rows = collect(warm=options.warm, measure=options.measure, runs=options.runs)
    OUT.write_text(json.dumps(rows, indent=1) + "\n")
    for row in rows:
        ratio = "" if row.get("ratio") is None else f"  ratio {row['ratio']}"
        print(f"{row['name']:<28} {row['value']:>12} {row['unit']}{ratio}")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
