"""FEEL values to JSON and back."""

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

import pytest

from engine.feel import FeelValueError, YearsMonths, compile_expression, from_json, to_json


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (Decimal("2.0"), 2),
        (Decimal("2.50"), "2.5"),
        (7, 7),
        (date(2026, 3, 2), "2026-03-02"),
        (time(8, 30), "08:30:00"),
        (datetime(2026, 3, 2, 1, tzinfo=UTC), "2026-03-02T01:00:00Z"),
        (timedelta(hours=36), "P1DT12H"),
        (YearsMonths(14), "P1Y2M"),
        ({"a": [None, True, "x"]}, {"a": [None, True, "x"]}),
    ],
)
def test_value_has_its_json(value: object, expected: object) -> None:
    assert to_json(value) == expected


@pytest.mark.parametrize("value", [0.5, {"a": [1.0]}, object(), {1: "a"}])
def test_foreign_value_is_refused_from_json(value: object) -> None:
    with pytest.raises(FeelValueError):
        from_json(value)


def test_function_has_no_json() -> None:
    with pytest.raises(FeelValueError):
        to_json(compile_expression("function() 1").evaluate({}))


def test_reading_json_copies_lists_and_contexts() -> None:
    source = {"a": [1]}
    assert from_json(source) == source
    assert from_json(source)["a"] is not source["a"]
