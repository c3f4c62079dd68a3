"""`python -m tests.crash.harness --kills 200`: kills, restarts, checks, and prints a table.

With `--seeded-bug` the store is wrong on purpose, and success is that the checker says so.
"""

import argparse
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from engine.store.failpoints import BUGS
from tests.crash.supervisor import FAILPOINTS, Report, Run, supervise
from tests.crash.targets import DATABASES, target

_SLOTS = {"sqlite": 1, "postgresql": 2}
#: A seeded bug shows only where a death falls between its two transactions.
BUG_FAILPOINTS = {
    "timer_own_transaction": "after_apply_before_commit:0.06",
    "outbox_after_commit": "after_commit:0.02",
}
_COLUMNS = (
    "database",
    "kills",
    "of them at failpoints",
    "restarts",
    "commands",
    "acknowledged",
    "lost",
    "doubled",
    "broken chains",
    "differing rows",
    "seconds",
)
_SHOWN = 20
#: With a seeded bug the run may end when it was noticed so often.
_ENOUGH = 3


def main(arguments: Sequence[str] | None = None) -> int:
    """0 when the store is right, or, with a seeded bug, when that was noticed."""
    options = _options(arguments)
    found = 0
    with tempfile.TemporaryDirectory(prefix="caseloop-crash-") as temporary:
        folder = Path(options.folder or temporary)
        reports = [_run(options, database, folder) for database in options.database]
    _write("\n".join(table(reports)))
    for report in reports:
        found += len(report.findings)
        _write("\n".join(f"{report.run.database}: {f}" for f in report.findings[:_SHOWN]))
    noticed = all(report.wrong for report in reports)
    return int(not noticed) if options.seeded_bug else int(found > 0)


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="tests.crash.harness", description=__doc__)
    parser.add_argument("--kills", type=int, default=200, help="deaths on each database")
    parser.add_argument("--database", action="append", choices=DATABASES, help="default: both")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--seeded-bug", choices=BUGS)
    parser.add_argument("--look-every", type=int, default=10, help="deaths between two looks")
    parser.add_argument("--open-cases", type=int, default=20, help="cases that are open at once")
    parser.add_argument("--seconds", type=float, default=1200, help="longest time on a database")
    parser.add_argument("--folder", help="keep databases and logs here")
    options = parser.parse_args(arguments)
    options.database = options.database or list(DATABASES)
    return options


def _run(options: argparse.Namespace, database: str, folder: Path) -> Report:
    with target(database, folder / database) as url:
        return supervise(
            Run(
                database=database,
                url=url,
                folder=folder / database,
                kills=options.kills,
                seed=options.seed,
                slots=_SLOTS[database],
                failpoints=BUG_FAILPOINTS.get(options.seeded_bug, FAILPOINTS),
                bug=options.seeded_bug,
                look_every=1 if options.seeded_bug else options.look_every,
                enough_findings=_ENOUGH if options.seeded_bug else None,
                open_cases=options.open_cases,
                seconds=options.seconds,
            )
        )


def table(reports: Sequence[Report]) -> list[str]:
    """The figures of the runs, one line each, as Markdown."""
    lines = [_COLUMNS, tuple("---" for _ in _COLUMNS), *(_line(report) for report in reports)]
    return ["| " + " | ".join(line) + " |" for line in lines]


def _line(report: Report) -> tuple[str, ...]:
    figures = (
        report.kills,
        report.failpoint_deaths,
        report.restarts,
        report.commands,
        report.acknowledged,
        *(report.count(kind) for kind in ("lost", "doubled", "broken", "differs")),
        round(report.seconds),
    )
    return (report.run.database, *(f"{figure:,}" for figure in figures))


def _write(text: str) -> None:
    sys.stdout.write(text + "\n" if text else "")


if __name__ == "__main__":
    sys.exit(main())
