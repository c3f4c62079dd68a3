"""How much of the driver's own speed the store keeps, durably, on both databases.

One completion: load a case under its lock, then in one transaction its state (1 KB), its document
(1 KB), a journal entry (1 KB), one work item gone, one new, one act. `ours` goes through the unit
of work; `raw` writes the same rows by hand-written SQL over the same driver, statements prepared,
on PostgreSQL in psycopg's pipeline. Both run alternately on one database, single-threaded, with
fsync on; the value is ours in completions/s, the ratio ours ÷ raw.
"""

import argparse
import json
import os
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg

from engine.domain.evidence import digest
from engine.domain.ids import uuid7
from engine.domain.rows import ActRow, Decision, Pins, RowChanges, WorkItem
from engine.store import Database, open_database
from engine.store.embedded_postgres import start

CASES = 200
ROUNDS = 5
BLOB = b'{"n":' + b"1" * 1000 + b"}"
PINS = Pins("r" * 64, "2026-1", "city@1", 1)
AT = datetime(2026, 3, 2, 1, tzinfo=UTC)
AT_MICROS = int(AT.timestamp() * 1_000_000)


class _Clock:
    def now(self) -> datetime:
        return AT


class _Ids:
    def new(self) -> str:
        return uuid7(time.time_ns() // 1_000_000, os.urandom(10))


Step = Callable[[str, int], None]


def durable_rows(seconds: float = 2.0, *, durable: bool = True) -> list[dict[str, Any]]:
    """The two figures, each the median of `ROUNDS` alternate runs.

    Without durability nothing waits for the disk, which shows what the code itself costs.
    """
    with tempfile.TemporaryDirectory(prefix="caseloop-bench-") as folder:
        place = Path(folder)
        return [
            _sqlite(place, seconds, durable=durable),
            _postgresql(place, seconds, durable=durable),
        ]


def _sqlite(folder: Path, seconds: float, *, durable: bool) -> dict[str, Any]:
    """Ours and raw on a file each, because a file has one process and one writer."""
    ours = _open(f"sqlite:///{folder / 'ours.db'}")
    other = _open(f"sqlite:///{folder / 'raw.db'}")
    other.close()
    raw = sqlite3.connect(folder / "raw.db", isolation_level=None)
    for pragma in ("journal_mode=WAL", "synchronous=FULL"):
        raw.execute(f"PRAGMA {pragma}")
    if not durable:
        for side in (raw, _writer(ours)):
            side.execute("PRAGMA synchronous=OFF")
    row = _compare("durable_sqlite_vs_raw", _ours(ours), _raw_sqlite(raw), seconds)
    raw.close()
    ours.close()
    return row


def _postgresql(folder: Path, seconds: float, *, durable: bool) -> dict[str, Any]:
    server = start(folder / "postgresql", durable=durable)
    try:
        ours = _open(server.url())
        plain = server.url().replace("+psycopg", "")
        with psycopg.connect(plain, autocommit=True) as raw:
            row = _compare("durable_postgresql_vs_raw", _ours(ours), _raw_postgresql(raw), seconds)
        ours.close()
        return row
    finally:
        server.stop()


def _writer(database: Database) -> sqlite3.Connection:
    """Our writing connection, for a measurement that must reach inside."""
    session: Any = database.session()
    session.begin()
    connection: sqlite3.Connection = session._connection  # noqa: SLF001 no business of others
    session.rollback()
    return connection


def _open(url: str) -> Database:
    database = open_database(url, clock=_Clock(), lease_clock=_Clock(), ids=_Ids())
    database.upgrade()
    return database


def _compare(name: str, ours: Step, raw: Step, seconds: float) -> dict[str, Any]:
    """Runs both in turns on cases of their own."""
    ids = _Ids()
    sides = {
        "ours": (ours, [ids.new() for _ in range(CASES)]),
        "raw": (raw, [ids.new() for _ in range(CASES)]),
    }
    done = dict.fromkeys(sides, 0)
    rates: dict[str, list[float]] = {side: [] for side in sides}
    for _ in range(ROUNDS + 1):
        for side, (step, cases) in sides.items():
            began, number = time.perf_counter(), 0
            while number < CASES or time.perf_counter() - began < seconds:
                step(cases[done[side] % CASES], done[side] // CASES + 1)
                done[side] += 1
                number += 1
            rates[side].append(number / (time.perf_counter() - began))
    ratios = [o / r for o, r in zip(rates["ours"][1:], rates["raw"][1:], strict=True)]
    return {
        "name": name,
        "value": round(statistics.median(rates["ours"][1:]), 1),
        "unit": "completions/s",
        "ratio": round(statistics.median(ratios), 3),
        "runs": [round(rate, 1) for rate in rates["ours"][1:]],
    }


def _ours(database: Database) -> Step:
    def step(case_id: str, seq: int) -> None:
        with database.unit_of_work() as work:
            work.load(None if seq == 1 else case_id)
            work.apply(_decision(case_id, seq))
            work.commit()

    return step


def _decision(case_id: str, seq: int) -> Decision:
    item = WorkItem(
        case_id, 1, seq, "handle_on_site", "处置", "handle", "handling", 1,
        "crew", "handling", "works", None, "north", None, AT, AT,
    )  # fmt: skip
    rows = RowChanges(
        work_items=(item,),
        work_items_gone=((1, seq - 1),) if seq > 1 else (),
        acts=(ActRow(case_id, f"person_{seq}", "handle"),),
    )
    return Decision(
        case_id, seq, AT, PINS, BLOB, digest(case_id.encode()), BLOB, BLOB, "north", rows
    )


def _raw_sqlite(db: sqlite3.Connection) -> Step:
    def step(case_id: str, seq: int) -> None:
        db.execute("BEGIN IMMEDIATE")
        if seq > 1:
            db.execute("SELECT * FROM case_state WHERE case_id = ?", (case_id,)).fetchone()
            db.execute(
                "UPDATE case_state SET seq = ?, head = ?, at = ?, state = ?, document = ? "
                "WHERE case_id = ?",
                (seq, digest(case_id.encode()), AT_MICROS, BLOB, BLOB, case_id),
            )
            db.execute(
                "DELETE FROM work_item WHERE case_id = ? AND instance = 1 AND token = ?",
                (case_id, seq - 1),
            )
        else:
            db.execute(
                "INSERT INTO case_state VALUES (?, 1, ?, ?, ?, ?, ?, 1, ?, ?)",
                (case_id, "h" * 64, AT_MICROS, "r" * 64, "2026-1", "city@1", BLOB, BLOB),
            )
        db.execute(
            "INSERT INTO entry VALUES (?, ?, ?, 'north', ?, ?)",
            (case_id, seq, AT_MICROS, digest(case_id.encode()), BLOB),
        )
        db.execute(
            "INSERT INTO feed SELECT coalesce(max(position), 0) + 1, ?, ? FROM feed", (case_id, seq)
        )
        db.execute(
            "INSERT INTO work_item VALUES (?, 1, ?, 'handle_on_site', '处置', 'handle', "
            "'handling', 1, 'crew', 'handling', 'works', NULL, 'north', NULL, ?, ?)",
            (case_id, seq, AT_MICROS, AT_MICROS),
        )
        db.execute(
            "INSERT INTO case_act VALUES (?, ?, 'handle') ON CONFLICT DO NOTHING",
            (case_id, f"person_{seq}"),
        )
        db.execute("COMMIT")

    return step


def _raw_postgresql(db: psycopg.Connection[Any]) -> Step:
    def step(case_id: str, seq: int) -> None:
        with db.transaction(), db.cursor(binary=True) as cursor:
            if seq > 1:
                cursor.execute(
                    b"SELECT * FROM case_state WHERE case_id = %s FOR UPDATE",
                    (case_id,),
                    prepare=True,
                ).fetchone()
            with db.pipeline():
                _raw_rows(cursor, case_id, seq)

    return step


def _raw_rows(cursor: psycopg.Cursor[Any], case_id: str, seq: int) -> None:
    def run(sql: str, values: tuple[Any, ...]) -> None:
        cursor.execute(sql.encode(), values, prepare=True)

    if seq > 1:
        run(
            "UPDATE case_state SET seq = %s, head = %s, at = %s, state = %s, document = %s "
            "WHERE case_id = %s",
            (seq, digest(case_id.encode()), AT, BLOB, BLOB, case_id),
        )
        run(
            "DELETE FROM work_item WHERE case_id = %s AND instance = 1 AND token = %s",
            (case_id, seq - 1),
        )
    else:
        run(
            "INSERT INTO case_state VALUES (%s, 1, %s, %s, %s, %s, %s, 1, %s, %s)",
            (case_id, "h" * 64, AT, "r" * 64, "2026-1", "city@1", BLOB, BLOB),
        )
    run(
        "INSERT INTO entry VALUES (%s, %s, %s, 'north', %s, %s)",
        (case_id, seq, AT, digest(case_id.encode()), BLOB),
    )
    run("INSERT INTO unsealed (stream_id, seq) VALUES (%s, %s)", (case_id, seq))
    run(
        "INSERT INTO work_item VALUES (%s, 1, %s, 'handle_on_site', '处置', 'handle', "
        "'handling', 1, 'crew', 'handling', 'works', NULL, 'north', NULL, %s, %s)",
        (case_id, seq, AT, AT),
    )
    run(
        "INSERT INTO case_act VALUES (%s, %s, 'handle') ON CONFLICT DO NOTHING",
        (case_id, f"person_{seq}"),
    )


def main() -> None:
    """Prints the figures as JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=2.0, help="length of each of the runs")
    parser.add_argument("--no-fsync", action="store_true", help="without waiting for the disk")
    given = parser.parse_args()
    rows = durable_rows(given.seconds, durable=not given.no_fsync)
    print(json.dumps(rows, ensure_ascii=False, indent=1))


if __name__ == "__main__":
    main()
