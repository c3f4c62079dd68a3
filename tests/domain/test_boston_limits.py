"""Another city's rule is data: hours, a roll-over flag and a table give its published targets."""

import csv
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from engine.domain.calendars import Calendar
from engine.domain.deadlines import due_at
from engine.domain.limits import Unit, parse_limit
from engine.domain.worktime import Worktime, worktime_for

TABLE = Path(__file__).parents[2] / "processes" / "boston" / "limits.json"


@pytest.fixture(scope="module")
def table() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(TABLE.read_text(encoding="utf-8"))
    return found


@pytest.fixture(scope="module")
def hours(table: dict[str, Any]) -> Worktime:
    return worktime_for(Calendar.from_json(table["calendar"]))


@pytest.fixture(scope="module")
def rows(real_data: Path) -> list[dict[str, str]]:
    with (real_data / "boston311-100.csv").open(encoding="utf-8", newline="") as file:
        return [row for row in csv.DictReader(file) if row["target_dt"].strip()]


def instant(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo("America/New_York")).astimezone(UTC)


def test_table_of_limits_is_written_in_two_units(table: dict[str, Any]) -> None:
    limits = [parse_limit(text) for text in table["limits"].values()]
    assert len(limits) == 28
    assert {limit.unit for limit in limits} == {Unit.WORKING_DAY, Unit.NATURAL_DAY}


@pytest.mark.parametrize("column", ["limits", "also_fits"])
def test_every_published_target_is_computed_to_the_minute(
    rows: list[dict[str, str]], table: dict[str, Any], hours: Worktime, column: str
) -> None:
    limits = {**table["limits"], **table[column]}
    wrong = []
    for row in rows:
        due = due_at(instant(row["open_dt"]), parse_limit(limits[row["type"]]), hours)
        if abs(due.at - instant(row["target_dt"])) >= timedelta(seconds=60):
            wrong.append((row["type"], row["open_dt"], row["target_dt"], due.at.isoformat()))
    assert len(rows) == 89
    assert wrong == []


def test_every_type_with_a_target_stands_in_the_table(
    rows: list[dict[str, str]], table: dict[str, Any]
) -> None:
    assert {row["type"] for row in rows} == set(table["limits"])


def test_on_time_is_what_the_city_recorded(
    rows: list[dict[str, str]], table: dict[str, Any], hours: Worktime
) -> None:
    closed = [row for row in rows if row["closed_dt"].strip()]
    for row in closed:
        due = due_at(instant(row["open_dt"]), parse_limit(table["limits"][row["type"]]), hours)
        assert (instant(row["closed_dt"]) <= due.at) == (row["ontime"] == "ONTIME")
    assert len(closed) == 77
