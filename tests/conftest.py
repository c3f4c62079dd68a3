"""What all tests share: two calendars, and where the real data is.

Tests that find no real data are skipped and listed by name at the end.
"""

import os
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from engine.domain.calendars import Calendar, DayKind, DayPart
from engine.domain.worktime import Worktime

# A slow machine is no wrong answer: timings are measured in bench/, never asserted here.
settings.register_profile(
    "caseloop",
    deadline=None,
    max_examples=int(os.environ.get("CASELOOP_EXAMPLES", "100")),
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("caseloop")

ROOT = Path(__file__).parents[1]
NOT_FOUND = "real data not found"


@pytest.fixture(scope="session")
def real_data() -> Path:
    """The folder of real input: CASELOOP_DATA, else `shared/data` beside the project."""
    named = os.environ.get("CASELOOP_DATA")
    folder = Path(named) if named else ROOT.parent / "shared" / "data"
    if folder.is_dir():
        return folder
    if named:
        pytest.fail(f"CASELOOP_DATA names no folder: {named}")
    pytest.skip(f"{NOT_FOUND} ({folder}; set CASELOOP_DATA)")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Names every test that did not run for want of the real data, in one place."""
    missing = [
        report.nodeid
        for report in terminalreporter.getreports("skipped")
        if isinstance(report, pytest.TestReport) and NOT_FOUND in str(report.longrepr)
    ]
    if not missing:
        return
    terminalreporter.section(f"{len(missing)} tests not run: {NOT_FOUND}")
    for name in missing:
        terminalreporter.line(name)


@pytest.fixture(scope="session")
def office() -> Worktime:
    """China's 2025 and 2026 as announced, 09:00-12:00 and 13:30-18:00, written out by hand."""
    return Worktime(
        Calendar.from_json(
            {
                "id": "cn",
                "version": 1,
                "zone": "Asia/Shanghai",
                "parts": ["09:00-12:00", "13:30-18:00"],
                "first": "2025-01-01",
                "last": "2026-12-31",
                "holiday": [
                    "2025-01-01",
                    "2025-01-28/2025-02-04",
                    "2025-04-04/2025-04-06",
                    "2025-05-01/2025-05-05",
                    "2025-05-31/2025-06-02",
                    "2025-10-01/2025-10-08",
                    "2026-01-01/2026-01-03",
                    "2026-02-15/2026-02-23",
                    "2026-04-04/2026-04-06",
                    "2026-05-01/2026-05-05",
                    "2026-06-19/2026-06-21",
                    "2026-09-25/2026-09-27",
                    "2026-10-01/2026-10-07",
                ],
                "make_up": [
                    "2025-01-26",
                    "2025-02-08",
                    "2025-04-27",
                    "2025-09-28",
                    "2025-10-11",
                    "2026-01-04",
                    "2026-02-14",
                    "2026-02-28",
                    "2026-05-09",
                    "2026-09-20",
                    "2026-10-10",
                ],
            }
        )
    )


@pytest.fixture(scope="session")
def new_york() -> Worktime:
    """Boston's hours without a holiday; a deadline at closing time is the next opening."""
    return Worktime(
        Calendar(
            id="boston",
            version=1,
            zone="America/New_York",
            parts=(DayPart(8 * 60 + 30, 17 * 60),),
            days={date(2022, 7, 4): DayKind.HOLIDAY},
            first=date(2022, 1, 1),
            last=date(2022, 12, 31),
            closing_rolls_over=True,
        )
    )
