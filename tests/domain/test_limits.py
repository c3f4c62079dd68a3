import csv
from collections import Counter
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.domain.errors import LimitError
from engine.domain.limits import Limit, Point, Unit, parse_limit, parse_point


@pytest.mark.parametrize(
    ("text", "amount", "unit"),
    [
        ("4小时", "4", Unit.WORKING_HOUR),
        ("4 工作时", "4", Unit.WORKING_HOUR),
        ("0.5工作时", "0.5", Unit.WORKING_HOUR),
        ("1天", "1", Unit.WORKING_DAY),
        (" 5工作日", "5", Unit.WORKING_DAY),
        ("15个工作日", "15", Unit.WORKING_DAY),
        ("15 工作日", "15", Unit.WORKING_DAY),
        ("2紧急工作时", "2", Unit.URGENT_HOUR),
        ("2 紧急工作日", "2", Unit.URGENT_DAY),
        ("60自然日", "60", Unit.NATURAL_DAY),
        ("30 分钟", "30", Unit.MINUTE),
        ("30工作分钟", "30", Unit.WORKING_MINUTE),
        ("４小时", "4", Unit.WORKING_HOUR),
        ("3 working days", "3", Unit.WORKING_DAY),
        ("1 Working Hour", "1", Unit.WORKING_HOUR),
        ("2 urgent hours", "2", Unit.URGENT_HOUR),
        ("7 calendar days", "7", Unit.NATURAL_DAY),
        ("15 minutes", "15", Unit.MINUTE),
        ("PT4H", "14400", Unit.ISO),
        ("P1DT30M", "88200", Unit.ISO),
        ("P2W", "1209600", Unit.ISO),
        ("PT0.5S", "0.5", Unit.ISO),
    ],
)
def test_limit_reads_what_people_write(text: str, amount: str, unit: Unit) -> None:
    assert parse_limit(text) == Limit(Decimal(amount), unit)


@pytest.mark.parametrize(
    "text",
    [
        "1紧急工作时制止",
        "种植季节15工作日",
        "2紧急工作日/15天",
        "设置或告知性结案",
        "半天",
        "一天",
        "立即",
        "4",
        "天",
        "",
        "-1天",
        "0工作时",
        "1-3天",
        "1e3天",
        "4 hours",
        "2 days",
        "4小时小时",
        "4小时s",
        "P",
        "PT",
        "P1M",
        "P1Y",
        "-PT1H",
        "PT1.5H",
        "999999999天",
        "1.5自然日",
    ],
)
def test_free_text_is_refused_by_name(text: str) -> None:
    with pytest.raises(LimitError) as caught:
        parse_limit(text)
    assert repr(text) in caught.value.message
    assert caught.value.context["text"] == text


def test_refused_limit_says_how_to_write_one() -> None:
    with pytest.raises(LimitError, match=r"working hours.*PT4H"):
        parse_limit("4 hours")


@pytest.mark.parametrize(
    ("limit", "text"),
    [
        ("4小时", "4 工作时"),
        ("2.50天", "2.5 工作日"),
        ("100天", "100 工作日"),
        ("PT24H", "P1D"),
        ("PT90M", "PT1H30M"),
        ("P1DT0.25S", "P1DT0.25S"),
    ],
)
def test_limit_is_written_in_one_way(limit: str, text: str) -> None:
    assert str(parse_limit(limit)) == text


limits = st.builds(
    Limit,
    st.decimals("0.01", 800, places=2),
    st.sampled_from([unit for unit in Unit if not unit.counts_local_days]),
) | st.builds(
    Limit,
    st.integers(1, 800).map(Decimal),
    st.sampled_from([unit for unit in Unit if unit.counts_local_days]),
)


@given(limits)
def test_limit_survives_writing_and_reading(limit: Limit) -> None:
    assert parse_limit(str(limit)) == limit


@pytest.mark.parametrize(
    ("text", "point", "written"),
    [
        ("80 %", Point(percent=Decimal(80)), "80 %"),
        ("80%", Point(percent=Decimal(80)), "80 %"),
        ("100％", Point(percent=Decimal(100)), "100 %"),
        ("+4 工作时", Point(offset=parse_limit("4工作时")), "+4 工作时"),
        ("-1工作日", Point(offset=parse_limit("1天"), after=False), "-1 工作日"),
        ("+PT30M", Point(offset=parse_limit("PT30M")), "+PT30M"),
    ],
)
def test_point_is_read_and_written(text: str, point: Point, written: str) -> None:
    assert parse_point(text) == point
    assert str(point) == written


@pytest.mark.parametrize("text", ["", "80", "0 %", "-80 %", "4 工作时", "+", "+4", "half"])
def test_point_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(LimitError):
        parse_point(text)


def test_limits_of_an_adopted_standard_are_read_all_but_the_free_text(real_data: Path) -> None:
    with (real_data / "standards_parts.csv").open(encoding="utf-8-sig", newline="") as file:
        texts = [row[5] for row in csv.reader(file)][2:]
    read, refused = Counter[Unit](), []
    for text in filter(str.strip, texts):
        try:
            read[parse_limit(text).unit] += 1
        except LimitError:
            refused.append(text)
    assert refused == ["种植季节15工作日"]
    assert read[Unit.WORKING_DAY] > 200
    assert read[Unit.URGENT_HOUR] == 19
